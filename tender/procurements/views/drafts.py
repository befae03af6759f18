"""What every set-up page of a draft does: fetch it, ask for the change, keep what was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lots import states
from lots.refusal import Conflict, Refusal
from lots.tender import Tender
from tender.frame.context import current_person, db, now, refusals, refuse
from tender.frame.view_results import Caller, ViewResult, caller, form_page
from tender.procurements.access import tender_for
from tender.procurements.forms.fields import DraftForm
from tender.procurements.operations.holding import read_whole


def draft_for(tender_id: int) -> Tender:
    """The tender, if it is still a draft: its set-up pages offer nothing afterwards."""
    tender = tender_for(db.session, current_person(), tender_id)
    states.require(tender, now(), states.DRAFT)
    read_whole(db.session, tender)
    return tender


class DraftCaller(Caller):
    """What every change to a draft takes."""

    tender: Tender
    seen: int


def draft_caller(tender: Tender, form: DraftForm) -> DraftCaller:
    return {**caller(), "tender": tender, "seen": form.seen.number}


def draft_page(
    tender: Tender, form: DraftForm, change: Callable[[], ViewResult], template: str, **shown: object
) -> ViewResult:
    """The page of a form about a draft, which keeps what was typed over somebody else's change."""
    return form_page(
        form,
        change,
        template,
        within=lambda form: keeping_what_was_typed(form, tender),
        tender=tender,
        **shown,
    )


@contextmanager
def keeping_what_was_typed(form: DraftForm, tender: Tender) -> Iterator[None]:
    """As `refusals`; and where somebody else changed the draft meanwhile, what was typed stays in the form.

    Sent again, it is saved over the other's change, knowingly.
    """
    try:
        with refusals(form):
            yield
    except Conflict as conflict:
        refuse(form, Refusal(conflict.message))
        if states.stage(tender, now()) != states.DRAFT:
            raise
        form.form_errors[-1] += (
            " What you typed is still here. Look at theirs, then save again to keep yours."
        )
        form.now_at(tender)
