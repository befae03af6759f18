"""What views give back: a page, a page with a form that does something, the way on."""

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

Answer = str | tuple[str, int] | Response | BaseResponse

Form = TypeVar("Form", bound=FlaskForm)


class Asked(TypedDict):
    """What every operation is told: in which session, who asks, and when."""

    session: Session
    actor: Person
    now: datetime


def asked() -> Asked:
    return {"session": db.session, "actor": current_person(), "now": now()}


def onward(said: str, endpoint: str, **values: Any) -> BaseResponse:
    """Say what was done, and lead to the page that shows it."""
    flash(said)
    return redirect(url_for(endpoint, **values))


def form_page(
    form: Form,
    change: Callable[[], Answer],
    template: str,
    *,
    within: Callable[[Form], AbstractContextManager[None]] = refusals,
    **shown: Any,
) -> Answer:
    """The page of a form. Once the form is sent and can be read, `change` is made and answers in its place.

    Where it is refused, `within` puts the refusal on the form, and the page is shown again with it.
    """
    if form.validate_on_submit():
        with within(form):
            return change()
    return render_template(template, form=form, **shown)
