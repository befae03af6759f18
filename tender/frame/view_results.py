"""What views return: a page, the page of a form with the change that it makes, or a redirect."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TypedDict, TypeVar

from flask import Response, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lots.person import Person
from tender.frame.context import current_person, db, now, refusals

ViewResult = str | tuple[str, int] | Response | BaseResponse

Form = TypeVar("Form", bound=FlaskForm)


class Caller(TypedDict):
    """What every operation takes: the session, the person who acts, and the time."""

    session: Session
    actor: Person
    now: datetime


def caller() -> Caller:
    return {"session": db.session, "actor": current_person(), "now": now()}


def redirect_with(message: str, endpoint: str, **values: Any) -> BaseResponse:
    """Show the message on the page that the person is sent to."""
    flash(message)
    return redirect(url_for(endpoint, **values))


def form_page(
    form: Form,
    change: Callable[[], ViewResult],
    template: str,
    *,
    within: Callable[[Form], AbstractContextManager[None]] = refusals,
    **shown: Any,
) -> ViewResult:
    """The page of a form. Once a valid form is sent, `change` is called and its result returned instead.

    Where it is refused, `within` puts the refusal on the form, and the page is shown again with it.
    """
    if form.validate_on_submit():
        with within(form):
            return change()
    return render_template(template, form=form, **shown)
