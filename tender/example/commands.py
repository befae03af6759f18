"""`flask --app wsgi example …`: load the example and say who can sign in to it."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from lots.refusal import Refusal
from tender.accounts import policy
from tender.commands import upgrade
from tender.example import cast, story
from tender.frame.context import db, now, one_change, seal

example = AppGroup("example", help="The Lancashire example, to try everything out.")


@example.command("begin")
@click.pass_context
def begin(context: click.Context) -> None:
    """Make the tables and fill them where that is still to do, then say who can sign in: all in one
    process, because starting one takes seconds."""
    context.invoke(upgrade)
    if not cast.is_loaded(db.session):
        context.invoke(load)
    click.echo()
    context.invoke(accounts)


@example.command("load")
def load() -> None:
    """Fill an empty database with the example: takes about a minute and says how far it is."""
    if not current_app.config["LOOPBACK_ONLY"]:
        raise click.ClickException(
            "The example’s accounts share a password that everybody knows, so it is loaded only where the "
            "example’s own secrets are in use: set TENDER_EXAMPLE=1 and no SECRET_KEY or BID_KEY."
        )
    if cast.is_loaded(db.session):
        raise click.ClickException("The example is in this database already.")
    db.session.rollback()
    try:
        with one_change() as session:
            story.load(session, seal=seal(), passwords=policy.passwords(), now=now(), tell=click.echo)
    except Refusal as refusal:
        raise click.ClickException(f"The example could not be loaded: {refusal.message}") from refusal
    click.echo("The example is loaded.")


@example.command("accounts")
def accounts() -> None:
    """Say as whom to sign in, and with which password."""
    click.echo(f"Sign in as any of these, all with the password “{cast.PASSWORD}”:")
    for email, (name, roles) in cast.STAFF.items():
        click.echo(f"  {email:<28} {name}, {', '.join(sorted(roles))}")
    click.echo("  provider1@example.org        to provider30@example.org, care companies")
