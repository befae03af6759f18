"""Where anybody, signed in or not, compares a head that they kept with today's log."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import func, select

from lots.event import INSTALLATION, Event
from lots.outside_heads import Comparison, OutsideHead, compare
from lots.refusal import NotFound, Refusal
from lots.tree import TreeHead
from tender.audit.compare_forms import HeadFileForm, HeadForm
from tender.audit.comparing import proof
from tender.audit.leaving_heads import NamedLog, log_known_as
from tender.frame.context import db, refusals, refuse
from tender.frame.downloads import download, file_name
from tender.frame.permissions import public
from tender.frame.view_results import ViewResult

blueprint = Blueprint("heads", __name__)

MOST_SEARCHED: Final = 200_000
"""The most entries of a log in which a head of unknown size is looked for at every size."""


@blueprint.route("/log/compare", methods=["GET", "POST"])
@public
def compare_page() -> ViewResult:
    """A file is only read, and its head compared by the address that it leads to."""
    file_form = HeadFileForm()
    if file_form.validate_on_submit():
        with refusals(file_form):
            head = file_form.head()
            address = url_for(
                "heads.compare_page", log=head.log, root=head.root, size=head.size, leaf=head.leaf_hash
            )
            return redirect(address, 303)
    head_form = HeadForm(request.args if request.method == "GET" else None)
    named, found, status = None, None, 200
    if request.method == "GET" and request.args:
        try:
            named, found = _compared(head_form.head())
        except Refusal as refusal:
            refuse(head_form, refusal)
            status = 400
    page = render_template(
        "audit/compare.html",
        form=file_form if file_form.errors else head_form,
        head_form=head_form,
        file_form=file_form,
        named=named,
        found=found,
        counted=named is not None and _may_count(named),
    )
    return page, status


@blueprint.get("/log/compare/proof.json")
@public
def consistency() -> Response:
    """The consistency proof for a head that fits; not while it would tell how many bid."""
    try:
        named, found = _compared(HeadForm(request.args).head())
    except Refusal as refusal:
        raise NotFound(refusal.message) from None
    if not found.fits or not _may_count(named):
        raise NotFound("There is no proof for this head.")
    name = f"consistency-{file_name(named.reference)}-{found.size}-{found.today}.json"
    return download(json.dumps(proof(db.session, named, found), indent=1), name, "application/json")


def _compared(head: OutsideHead) -> tuple[NamedLog, Comparison]:
    """The log that the head is of, and what it says of the head.

    While bids are sealed the size that somebody typed is passed over: who knows a head could else find by
    trying how many entries there were before it. Raises Refusal for a log that nobody outside may know of.
    """
    named = log_known_as(db.session, head.log)
    if named is None or (named.tender is not None and named.tender.published_at is None):
        raise Refusal("There is no published tender with this reference", "log")
    if named.sealed or head.size is None:
        head = replace(head, size=_stored_size(named.log, head.root))
        if head.size is None and _entries(named.log) > MOST_SEARCHED:
            raise Refusal("Enter the number of entries too: the log is too long to search", "size")
    return named, compare(db.session, named.log, [head])[0]


def _stored_size(log: str, root: str) -> int | None:
    """The size at which the database says that this head was kept; the comparison does not rely on it."""
    return db.session.scalar(
        select(func.min(TreeHead.size)).where(TreeHead.log == log, TreeHead.root == root)
    )


def _entries(log: str) -> int:
    return db.session.scalar(select(func.count()).where(Event.log == log)) or 0


def _may_count(named: NamedLog) -> bool:
    """Whether anybody may know how many entries the log has."""
    return named.log != INSTALLATION and not named.sealed
