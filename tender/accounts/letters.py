"""What is written to people about their accounts, where mail is set up."""

from __future__ import annotations

from flask import url_for

from lots.person import Person
from tender.accounts.registering import Asked, Asking
from tender.frame import mail
from tender.frame.formats import plural
from tender.frame.mail import Letter


def about_registration(asked: Asked, asking: Asking, hours: int) -> None:
    """The link that confirms it; or, to somebody who has an account, that somebody tried."""
    if not (mail.is_set_up() and asking.letter):
        return
    if asking.owner is not None:
        text = (
            f"Somebody, perhaps you, tried to register “{asked.company}” with this e-mail address.\n\n"
            "You have an account already, so nothing was changed. Sign in here:\n\n"
            f"{url_for('accounts.sign_in', _external=True)}\n\n"
            "If you have forgotten your password, ask the council for a link to set a new one. "
            "If it was not you, you need not do anything.\n"
        )
        mail.send(Letter(asking.owner.email, "You have an account already", text))
        return
    link = url_for("registration.confirm", secret=asking.secret, _external=True)
    text = (
        f"Somebody, perhaps you, registered “{asked.company}” with this e-mail address, to bid.\n\n"
        f"To confirm it and choose a password, open this link within {plural(hours, 'hour')}:\n\n"
        f"{link}\n\n"
        "If it was not you, you need not do anything: without the link there is no account.\n"
    )
    mail.send(Letter(asked.email, "Confirm your registration", text))


def roles_changed(person: Person, text: str) -> None:
    """What the page tells the person when they come next, where somebody may be acting in their name."""
    if not mail.is_set_up():
        return
    text = f"{text}\n\nIf this is not as it should be, tell the council.\n"
    mail.send(Letter(person.email, "Your roles were changed", text))


def password_link(person: Person, address: str, hours: int) -> None:
    text = (
        f"An administrator has made a link with which you set your password. It works once, within "
        f"{plural(hours, 'hour')}, and no earlier link works any more:\n\n"
        f"{address}\n\n"
        "If you did not ask for it, tell the council.\n"
    )
    mail.send(Letter(person.email, "Set your password", text))
