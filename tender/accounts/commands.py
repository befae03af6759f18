"""`flask --app wsgi person …`: accounts from the command line, such as the first administrator's."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lots.person import ROLES
from lots.refusal import Refusal
from tender.accounts import operations, policy
from tender.frame.context import now, one_change

person = AppGroup("person", help="Manage the people who sign in.")


@person.command("add")
@click.argument("email")
@click.argument("name")
@click.argument("roles", nargs=-1, required=True, type=click.Choice([r for r in ROLES if r != "provider"]))
@click.password_option(help="Asked for where it is not given; giving it here leaves it in your history.")
def add(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Add somebody with one or more roles.

    Example: flask --app wsgi person add ada@example.org "Ada Smith" administrator
    """
    try:
        with one_change() as session:
            added = operations.add_person(
                session, actor=None, email=email, name=name, roles=set(roles), now=now()
            )
            operations.set_password(
                session,
                actor=None,
                person=added,
                password=password,
                passwords=policy.passwords(),
                now=now(),
            )
    except Refusal as refusal:
        raise click.ClickException(refusal.message) from None
    click.echo(f"Added {name} ({email}): {', '.join(roles)}.")
