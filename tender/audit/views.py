"""The logs: read, filtered, one entry, checked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from lots import states
from lots.event import ACTIONS, Event
from lots.refusal import NotFound
from lots.tender import LARGEST_ID, Tender
from scoring import merkle
from tender.audit import checks, entries
from tender.audit.forms import LogFilterForm
from tender.audit.visibility import Visibility, visibility
from tender.eligibility.blindness import keep_blind
from tender.frame.context import current_person, db, now, seal
from tender.frame.paging import Page, page_number
from tender.frame.permissions import requires
from tender.procurements.access import tender_for

blueprint = Blueprint("audit", __name__)


@blueprint.get("/tenders/<int:tender_id>/log")
@requires("log.read")
def log(tender_id: int) -> str:
    return _log_page(_readable(tender_id))


@blueprint.get("/log/")
@requires("log.installation")
def installation_log() -> str:
    return _log_page(None)


def _readable(tender_id: int) -> Tender:
    """The tender, unless the person marks it blind just now: the log tells who the bidders are."""
    tender = tender_for(db.session, current_person(), tender_id)
    keep_blind(db.session, tender, current_person())
    return tender


def _log_page(tender: Tender | None) -> str:
    seen = visibility(db.session, tender, current_person())
    shown = seen.entries()
    form = LogFilterForm(request.args)
    form.offer(entries.actions_in(db.session, shown), entries.people_in(db.session, shown))
    entry_filter = form.entry_filter()
    return render_template(
        "audit/log.html",
        form=form,
        tender=tender,
        page=Page.of(db.session, entry_filter.of(shown), page_number()),
        filtered=entry_filter != entries.EntryFilter(),
        numbered=seen.bids,
        actions=ACTIONS,
        described=entries.described,
        **_addresses(tender),
    )


@blueprint.get("/tenders/<int:tender_id>/log/<int:number>")
@requires("log.read")
def entry(tender_id: int, number: int) -> str:
    return _entry_page(_readable(tender_id), number)


@blueprint.get("/log/<int:number>")
@requires("log.installation")
def installation_entry(number: int) -> str:
    return _entry_page(None, number)


def _entry_page(tender: Tender | None, number: int) -> str:
    seen = visibility(db.session, tender, current_person())
    found = _entry(db.session, seen, number)
    before, after = entries.neighbours(db.session, seen.entries(), number)
    return render_template(
        "audit/entry.html",
        entry=found,
        tender=tender,
        action=ACTIONS.get(found.action, found.action),
        described=entries.described(found),
        leaf=found.leaf().decode(),
        unaltered=merkle.leaf_hash(found.leaf()).hex() == found.leaf_hash,
        before=before,
        after=after,
        **_addresses(tender),
    )


def _entry(session: Session, seen: Visibility, number: int) -> Event:
    """The entry of that number. Before the opening none has a number: the gaps would tell how many bid."""
    possible = seen.bids and number <= LARGEST_ID
    found = entries.sequence_of(session, seen.entries(), number) if possible else None
    if found is None:
        raise NotFound("There is no such entry in this log, or none that you may read.")
    return found


@blueprint.get("/tenders/<int:tender_id>/log/check")
@requires("log.read")
def check(tender_id: int) -> str:
    tender = _readable(tender_id)  # what is not as it should be is named with the bidder
    return render_template(
        "audit/check.html",
        tender=tender,
        checked=checks.check_tender(db.session, tender, seal(), now()),
        numbered=tender.state == states.DRAFT or states.is_opened(tender),
        **_addresses(tender),
    )


@blueprint.get("/log/check")
@requires("log.installation")
def installation_check() -> str:
    return render_template(
        "audit/check.html",
        tender=None,
        checked=checks.check_installation(db.session, now()),
        numbered=True,
        **_addresses(None),
    )


def _addresses(tender: Tender | None) -> dict[str, Any]:
    """Where the pages of this log are; `entry_url` takes an entry's number."""
    if tender is None:
        return {
            "log_url": url_for("audit.installation_log"),
            "check_url": url_for("audit.installation_check"),
            "entry_url": lambda number: url_for("audit.installation_entry", number=number),
        }
    return {
        "log_url": url_for("audit.log", tender_id=tender.id),
        "check_url": url_for("audit.check", tender_id=tender.id),
        "entry_url": lambda number: url_for("audit.entry", tender_id=tender.id, number=number),
    }
