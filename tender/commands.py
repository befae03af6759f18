"""`flask --app wsgi database …`: make, renew and check the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import Session

from lots import keyed_logs, log_check, migrations, taking_over
from lots.guards import check as guards_check
from lots.guards import grant as grants
from lots.guards.guard import renew
from lots.guards.tables import GUARDS
from tender.frame.context import db, now, one_change

INSUFFICIENT_PRIVILEGE = "42501"
"""PostgreSQL's state for what a role may not do."""

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


@contextmanager
def _by_the_owner() -> Iterator[None]:
    """Say in words that the role in DATABASE_URL may not do this."""
    try:
        yield
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != INSUFFICIENT_PRIVILEGE:
            raise
        raise click.ClickException(
            "This has to be done by the owner of the tables: put its name into DATABASE_URL for this command."
        ) from None


def _upgrade() -> None:
    with _by_the_owner():
        migrations.upgrade(db.engine)


@database.command("create")
def create() -> None:
    """Make every table in an empty database."""
    if (revision := _revision(db.engine)) is not None:
        raise click.ClickException(
            f"{_where(db.engine)} already holds tables (revision {revision}). "
            "To bring it up to date: flask --app wsgi database upgrade"
        )
    _upgrade()
    click.echo(f"Made the tables in {_where(db.engine)}.")


@database.command("upgrade")
def upgrade() -> None:
    """Bring the tables to this version. Does nothing where they already are."""
    before, present = _revision(db.engine), set(inspect(db.engine).get_table_names())
    unkeyed = before is not None and not keyed_logs.are_kept(db.engine)
    _upgrade()
    if unkeyed:
        with one_change() as session:
            keyed_logs.begin_keyed_hashes(session, now())
    after = _revision(db.engine)
    if before not in {None, after}:
        new = set(inspect(db.engine).get_table_names()) - present
        with one_change() as session:
            if taking_over.take_over(session, new_tables=new, now=now()):
                click.echo("The logs tell what older versions could not: rows were taken over as they stand.")
    click.echo(f"{_where(db.engine)} is at revision {after}{' already' if before == after else ''}.")
    if before != after and db.engine.dialect.name == "postgresql":  # new tables for those who serve
        with one_change() as session:
            for role in grants.granted(session.connection()):
                _grant(session, role)


@database.command("grant")
@click.argument("role")
def grant(role: str) -> None:
    """Give a role of PostgreSQL exactly what serving needs, so that it can lift nothing that the database
    refuses. Run it as the owner of the tables; as often as you like."""
    if db.engine.dialect.name != "postgresql":
        raise click.ClickException(
            "SQLite has no roles: whoever can write the file can change the triggers in it. "
            "For real use, keep the record in PostgreSQL."
        )
    if _revision(db.engine) is None:
        raise click.ClickException("There are no tables yet. Type: flask --app wsgi database create")
    with one_change() as session:
        _grant(session, role)


def _grant(session: Session, role: str) -> None:
    try:
        with _by_the_owner():
            grants.grant(session.connection(), role)
    except grants.Unfit as unfit:
        raise click.ClickException(unfit.message) from None
    click.echo(f"{role} may read, add, and change what may change; it owns nothing. Serve with it.")


@database.command("guard")
def guard() -> None:
    """Put back the triggers by which the database refuses to change what is decided or published."""
    revision, newest = _revision(db.engine), migrations.newest()
    if revision != newest:
        raise click.ClickException(
            f"{_where(db.engine)} is at revision {revision or 'none'}, not at this version's {newest}. "
            "Type: flask --app wsgi database upgrade"
        )
    with one_change() as session, _by_the_owner():
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
    db.only_read()
    result = log_check.check(db.session, None, now())
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
    if why := grants.of_engine(db.engine):
        click.echo(
            f"Warning: {why}. Whoever gets into the service could lift what the database refuses. "
            "Serve with a role that owns nothing: docs/running.md",
            err=True,
        )
    secrets = "the example's" if current_app.config["LOOPBACK_ONLY"] else "your own"
    click.echo(f"Revision {revision}; log intact, {result.size} entries; the secrets are {secrets}.")
