"""`flask --app wsgi database …`: make, renew and check the database."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from lots import keyed_logs, log_check, migrations
from tender.frame.context import db, now, one_change

database = AppGroup("database", help="Make, renew and check the database.")


def _where(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _revision(engine: Engine) -> str | None:
    try:
        return migrations.revision_of(engine)
    except SQLAlchemyError as error:
        raise click.ClickException(
            f"The database {_where(engine)} cannot be reached ({type(error).__name__}). "
            "Check DATABASE_URL and that the server runs."
        ) from None


@database.command("create")
def create() -> None:
    """Make every table in an empty database."""
    if (revision := _revision(db.engine)) is not None:
        raise click.ClickException(
            f"{_where(db.engine)} already holds tables (revision {revision}). "
            "To bring it up to date: flask --app wsgi database upgrade"
        )
    migrations.upgrade(db.engine)
    click.echo(f"Made the tables in {_where(db.engine)}.")


@database.command("upgrade")
def upgrade() -> None:
    """Bring the tables to this version. Does nothing where they already are."""
    before = _revision(db.engine)
    unkeyed = before is not None and not keyed_logs.are_kept(db.engine)
    migrations.upgrade(db.engine)
    if unkeyed:
        with one_change() as session:
            keyed_logs.begin_keyed_hashes(session, now())
    after = _revision(db.engine)
    click.echo(f"{_where(db.engine)} is at revision {after}{' already' if before == after else ''}.")


@database.command("check")
def check() -> None:
    """Check that the tables are this version's and that the installation's log is intact."""
    revision, newest = _revision(db.engine), migrations.newest()
    if revision != newest:
        raise click.ClickException(
            f"{_where(db.engine)} is at revision {revision or 'none'}, and this version needs {newest}. "
            f"Type: flask --app wsgi database {'upgrade' if revision else 'create'}"
        )
    db.only_read()
    result = log_check.check(db.session, None, now())
    for fault in result.faults:
        click.echo(fault, err=True)
    if not result.intact:
        raise click.ClickException("The installation's log has been altered.")
    secrets = "the example's" if current_app.config["LOOPBACK_ONLY"] else "your own"
    click.echo(f"Revision {revision}; log intact, {result.size} entries; the secrets are {secrets}.")
