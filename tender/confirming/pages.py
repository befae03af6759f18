"""The one page for every step that cannot be undone: what it changes, what stays changed, and the button."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import current_app, redirect, render_template
from wtforms import HiddenField

from lots import states
from lots.confirmation import StepRequest
from lots.reason import reason_given
from lots.refusal import NotPermitted, Refusal
from lots.tender import Tender
from scoring.canonical import canonical_json
from tender.confirming import operations
from tender.frame.context import current_person, db, now, refusals, refuse
from tender.frame.forms import Form
from tender.frame.texts import LongText
from tender.frame.view_results import ViewResult, caller

CHANGED = (
    "Something changed after you opened this page, so nothing was done. Read the page again: it now says "
    "what would happen."
)


@dataclass(frozen=True)
class Irreversible:
    """A step as its page tells it."""

    key: str
    title: str
    button: str
    changes: Sequence[str]
    """What it changes, a sentence each, with counts, and names where this person may see them."""
    undone: str
    """What cannot be undone."""
    back: str
    """Where whoever does not want it goes; and whoever has only asked for it."""
    stay: str
    """The link there."""
    subject: str = ""
    revision: int = 0
    """Of a draft: somebody else's change makes another page of it."""
    reasoned: bool = False
    """Whether it takes a reason."""

    def shown_sha256(self, stage: str) -> str:
        return hashlib.sha256(
            canonical_json(
                {
                    "step": self.key,
                    "subject": self.subject,
                    "stage": stage,
                    "revision": self.revision,
                    "changes": list(self.changes),
                }
            )
        ).hexdigest()


class StepForm(Form):
    shown = HiddenField()
    reason = LongText("Reason", "It stays in the record, and providers see it", most=5000)


def needs_second(key: str) -> bool:
    """Whether the rules of this installation ask for a second person."""
    return key in current_app.config["SECOND_PERSON"]


def confirm_page(
    step: Irreversible,
    tender: Tender,
    take: Callable[[str, StepRequest | None], ViewResult],
    *,
    asks: bool = True,
) -> ViewResult:
    """The page of a step. Once it is confirmed, `take` is called with the reason and, where two people were
    needed, with what the first one asked for. `asks`: whether this person may be the first."""
    form = StepForm()
    shown = step.shown_sha256(states.stage(tender, now()))
    two = needs_second(step.key)
    asked = operations.waiting(db.session, tender, step.key, step.subject, shown, now()) if two else None
    if asked is None and not asks:
        raise NotPermitted("Nobody has asked for this step yet, or what it would change is not what it was.")
    status = 200
    if form.validate_on_submit():
        if form.shown.data != shown:
            refuse(form, Refusal(CHANGED))
            status = 409
        else:
            with refusals(form):
                return (
                    _take(step, tender, take, form, shown, asked)
                    if asked or not two
                    else _ask(step, tender, form, shown)
                )
    form.shown.data = shown
    page = render_template(
        "layout/confirm.html",
        form=form,
        tender=tender,
        step=step,
        two=two,
        asked=asked,
        mine=asked is not None and asked.by_id == current_person().id,
    )
    return page, status


def _take(
    step: Irreversible,
    tender: Tender,
    take: Callable[[str, StepRequest | None], ViewResult],
    form: StepForm,
    shown: str,
    asked: StepRequest | None,
) -> ViewResult:
    if asked is not None:
        operations.require_another(asked, current_person())
        return take(asked.reason, asked)
    return take(form.reason.data or "", None)


def _ask(step: Irreversible, tender: Tender, form: StepForm, shown: str) -> ViewResult:
    reason = reason_given(form.reason.data or "") if step.reasoned else ""
    operations.ask(
        **caller(),
        tender=tender,
        step=step.key,
        subject=step.subject,
        shown_sha256=shown,
        reason=reason,
    )
    return redirect(step.back)
