"""`flask --app wsgi database …`: make, renew and check the database."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from lots import event, migrations
from lots.guards import check as guards_check
from lots.guards.guard import renew
from lots.guards.tables import GUARDS
from tender.frame.context import db, one_change

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
    migrations.upgrade(db.engine)
    after = _revision(db.engine)
    click.echo(f"{_where(db.engine)} is at revision {after}{' already' if before == after else ''}.")


@database.command("guard")
def guard() -> None:
    """Put back the triggers by which the database refuses to change what is decided or published."""
    revision, newest = _revision(db.engine), migrations.newest()
    if revision != newest:
        raise click.ClickException(
            f"{_where(db.engine)} is at revision {revision or 'none'}, not at this version's {newest}. "
            "Type: flask --app wsgi database upgrade"
        )
    with one_change() as session:
        before = guards_check.faults(session.connection())
        renew(session.connection(), *GUARDS)
    for fault in before:
        click.echo(fault)
    click.echo("Every trigger is there." if before else "Every trigger was there already.")


@database.command("check")
def check() -> None:
    """Check that the tables are this version's and that the installation's log is intact."""
    revision, newest = _revision(db.engine), migrations.newest()
    if revision != newest:
        raise click.ClickException(
            f"{_where(db.engine)} is at revision {revision or 'none'}, and this version needs {newest}. "
            f"Type: flask --app wsgi database {'upgrade' if revision else 'create'}"
        )
    result = event.check(db.session, None)
    for fault in result.faults:
        click.echo(fault, err=True)
    if not result.intact:
        raise click.ClickException("The installation's log has been altered.")
    faults = guards_check.faults(db.session.connection())
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.ClickException(
            "The database does not refuse all that it should. Find out who changed it. To put the triggers "
            "back, as the owner of the tables: flask --app wsgi database guard"
        )
    secrets = "the example's" if current_app.config["LOOPBACK_ONLY"] else "your own"
    click.echo(f"Revision {revision}; log intact, {result.size} entries; the secrets are {secrets}.")
