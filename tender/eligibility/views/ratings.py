"""Pages of the files of CQC ratings: load one, withdraw one, mend the date of one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Blueprint, render_template, url_for
from werkzeug.datastructures import FileStorage

from lots.rating import RatingsFile, loaded_files
from lots.refusal import NotFound
from tender.eligibility.forms import LoadForm, RedateForm, WithdrawForm
from tender.eligibility.operations import loading_ratings
from tender.eligibility.operations.loading_ratings import Upload
from tender.eligibility.ratings_files.kinds import titles
from tender.frame.context import db, now
from tender.frame.formats import long_date
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller, form_page, redirect_with

blueprint = Blueprint("ratings", __name__)

FILES = "ratings.files"
SECONDS = 30
"""For the reading of a spreadsheet while somebody waits for the page."""


@blueprint.get("/ratings")
@requires("ratings.see")
def files() -> ViewResult:
    return render_template("eligibility/files.html", files=loaded_files(db.session), titles=titles)


@blueprint.route("/ratings/load", methods=["GET", "POST"])
@requires("ratings.load")
def load() -> ViewResult:
    form = LoadForm()

    def load() -> ViewResult:
        with _kept([form.file.data, form.beside.data]) as uploads:
            if loading_ratings.loaded_before(db.session, uploads) is not None:
                return redirect_with("This very file was loaded before. Nothing was changed.", FILES)
            loading_ratings.require_date(form.as_at.data, now())
            # reading takes its time, and nobody else could write meanwhile
            db.session.rollback()
            table = loading_ratings.read_uploads(uploads, seconds=SECONDS)
            file = loading_ratings.keep_ratings(
                **caller(), uploads=uploads, table=table, as_at=form.as_at.data
            )
        told = f"{file.filename} is loaded: {file.row_count:,} locations."
        if table.left_out:
            told += f" {table.left_out:,} rows about no location, or that repeat another, were left out."
        return redirect_with(told, FILES)

    return form_page(form, load, "eligibility/load.html", multipart=True, back=url_for(FILES))


@contextmanager
def _kept(sent: list[FileStorage | None]) -> Iterator[list[Upload]]:
    """What was sent, in files of our own for as long as it is read."""
    with tempfile.TemporaryDirectory() as folder:
        uploads = []
        for number, file in enumerate(sent):
            if isinstance(file, FileStorage) and file.filename:
                path = Path(folder) / str(number)
                file.save(path)
                uploads.append(loading_ratings.upload(file.filename, path))
        yield uploads


@blueprint.route("/ratings/<sha256>/withdraw", methods=["GET", "POST"])
@requires("ratings.mend")
def withdraw(sha256: str) -> ViewResult:
    file = _file(sha256)
    form = WithdrawForm()

    def withdraw() -> ViewResult:
        loading_ratings.withdraw(**caller(), ratings_file=file, reason=form.reason.data or "")
        return redirect_with(f"{file.filename} is withdrawn. It is used for nothing from now on.", FILES)

    return form_page(form, withdraw, "eligibility/withdraw.html", file=file, back=url_for(FILES))


@blueprint.route("/ratings/<sha256>/date", methods=["GET", "POST"])
@requires("ratings.mend")
def redate(sha256: str) -> ViewResult:
    file = _file(sha256)
    form = RedateForm()

    def redate() -> ViewResult:
        loading_ratings.mend_date(
            **caller(), ratings_file=file, as_at=form.as_at.data, reason=form.reason.data or ""
        )
        return redirect_with(f"{file.filename} is of {long_date(file.dated)} from now on.", FILES)

    return form_page(form, redate, "eligibility/redate.html", file=file, back=url_for(FILES))


def _file(sha256: str) -> RatingsFile:
    for file in loaded_files(db.session):
        if file.sha256 == sha256:
            return file
    raise NotFound("No such file of ratings is loaded.")
