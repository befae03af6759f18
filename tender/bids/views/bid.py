"""The provider's way in: tenders, what they ask for, and the list of things to do for a bid."""

from __future__ import annotations

from flask import redirect, render_template, url_for

from lots.tender import cancelled_lots
from tender.bids import operations, pages
from tender.bids.access import find_bid, provider_of
from tender.bids.blueprint import blueprint
from tender.bids.checks import COMPANY, missing_in_company
from tender.bids.draft import PRICES
from tender.bids.wording import allocation_sentences, condition_sentences, points_sentences, price_sentence
from tender.frame.context import current_person, db, now, seal
from tender.frame.downloads import download, file_name
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller


@blueprint.get("/")
@requires("bid.make")
def home() -> ViewResult:
    provider = provider_of(current_person())
    return render_template(
        "bids/home.html",
        provider=provider,
        own=pages.own_lines(db.session, provider, now()),
        open=pages.open_lines(db.session, provider, now()),
        missing=missing_in_company(provider),
        left=lambda tender: pages.time_left(tender.deadline, now()),
    )


@blueprint.get("/<int:tender_id>/")
@requires("bid.make")
def tender(tender_id: int) -> ViewResult:
    found = pages.tender_for_providers(db.session, tender_id)
    return render_template(
        "bids/tender.html",
        tender=found,
        rules=found.rules["rules"],
        bid=find_bid(db.session, found, provider_of(current_person())),
        is_open=pages.is_open(found, now()),
        cancellation=pages.cancellation_of(db.session, found),
        reasons=cancelled_lots(db.session, found),
        left=pages.time_left(found.deadline, now()) if found.deadline else "",
        price=price_sentence(found),
        allocation=allocation_sentences(found),
        points=points_sentences(found),
        conditions=condition_sentences(found),
    )


@blueprint.get("/<int:tender_id>/rules.json")
@requires("bid.make")
def rules_file(tender_id: int) -> ViewResult:
    """The same bytes whose hash was published."""
    found = pages.tender_for_providers(db.session, tender_id)
    name = f"rules-{file_name(found.reference)}.json"
    return download(found.rules_text or "", name, "application/json")


@blueprint.post("/<int:tender_id>/start")
@requires("bid.make")
def start(tender_id: int) -> ViewResult:
    found = pages.tender_for_providers(db.session, tender_id)
    operations.start(**caller(), tender=found)
    return redirect(url_for("bids.bid", tender_id=tender_id))


@blueprint.get("/<int:tender_id>/bid")
@requires("bid.make")
def bid(tender_id: int) -> ViewResult:
    page = pages.bid_page(db.session, seal(), tender_id, current_person(), now())
    return render_template(
        "bids/bid.html",
        page=page,
        tender=page.tender,
        sections=_sections(page),
        left=pages.time_left(page.tender.deadline, now()) if page.tender.deadline else "",
        cancellation=pages.cancellation_of(db.session, page.tender),
    )


def _sections(page: pages.BidPage) -> list[tuple[str, list[dict[str, str]]]]:
    """The task list, by heading; without links once nothing can be changed any more."""
    links = {
        COMPANY: url_for("bids.change_company", onward=page.tender.id),
        PRICES: url_for("bids.prices", tender_id=page.tender.id),
    }
    items = []
    for task in page.tasks():
        link = links.get(task.part) or url_for("bids.answer", tender_id=page.tender.id, code=task.part)
        item = {"title": task.title, "hint": task.hint, "status": task.status, "colour": task.colour}
        items.append({**item, "href": link} if page.is_open else item)
    return [("Your organisation", items[:1]), ("Your offer", items[1:2]), ("Your answers", items[2:])]
