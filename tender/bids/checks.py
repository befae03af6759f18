"""What prevents the submission of a draft, and warnings that a provider should read first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lots.bid import OpenedBid
from lots.provider import Provider
from lots.rating import KEY_QUESTIONS, newest_file
from lots.relevant_location import RelevantLocation, relevant_locations
from lots.tender import Lot, Question, Tender, count_words
from tender.bids.draft import PRICES, DraftContent
from tender.frame.formats import hundredths_as_text, long_date, money, plural, sentence_list

COMPANY = "company"
_NEEDED = {
    "address": "Add your organisation’s address",
    "contact_email": "Add an email address at which the council can reach you",
    "phone": "Add a telephone number at which the council can reach you",
    "cqc_provider_id": "Add your CQC provider ID",
}
_KEY_NAMES = {"overall": "overall", **{key: key.replace("_", "-") for key in KEY_QUESTIONS}}


@dataclass(frozen=True)
class Missing:
    """One thing to do before the bid can be submitted; `part` is COMPANY, PRICES or a question's code."""

    part: str
    message: str


def live_lots(tender: Tender) -> list[Lot]:
    return [lot for lot in tender.lots if lot.cancelled_at is None]


def lots_bid_for(tender: Tender, content: DraftContent) -> list[Lot]:
    return [lot for lot in live_lots(tender) if lot.code in content.prices]


def questions_to_answer(tender: Tender, content: DraftContent) -> list[Question]:
    """The questions that belong to a lot bid for; while no lot is chosen, every question of the tender."""
    chosen = {lot.id for lot in lots_bid_for(tender, content)} or {lot.id for lot in live_lots(tender)}
    return [one for one in tender.questions if not one.lots or any(lot.id in chosen for lot in one.lots)]


def whats_missing(tender: Tender, provider: Provider, content: DraftContent) -> list[Missing]:
    """Everything to be done before this draft can be submitted; empty when it can be."""
    return [
        *missing_in_company(provider),
        *(
            Missing(question.code, message)
            for question in questions_to_answer(tender, content)
            if (message := fault_in_answer(question, content.answers.get(question.code, "")))
        ),
        *([] if lots_bid_for(tender, content) else [Missing(PRICES, "Choose at least one lot to bid for")]),
    ]


def missing_in_company(provider: Provider) -> list[Missing]:
    found = [Missing(COMPANY, message) for name, message in _NEEDED.items() if not getattr(provider, name)]
    if not provider.locations:
        found.append(Missing(COMPANY, "Add the CQC location from which you would deliver"))
    return found


def fault_in_answer(question: Question, text: str) -> str | None:
    """Why the answer cannot be submitted as it is; None when it can."""
    words = count_words(text)
    if not words:
        return f"Answer question {question.code}, {question.title}"
    if words > question.word_limit:
        over = plural(words - question.word_limit, "word")
        return (
            f"Shorten your answer to question {question.code}, {question.title}: it has {words:,} words, "
            f"{over} more than the limit of {question.word_limit:,}"
        )
    if len(text) > question.character_limit:
        return (
            f"Shorten your answer to question {question.code}, {question.title}: it has {len(text):,} "
            f"characters, and the limit is {question.character_limit:,}"
        )
    return None


def warnings(session: Session, tender: Tender, provider: Provider, content: DraftContent) -> list[str]:
    """What does not stop a submission, but may cost the bid its place."""
    return [
        *rating_warnings(session, tender, provider),
        *capacity_warnings(tender, content),
        *price_warnings(tender, content),
    ]


def rating_warnings(session: Session, tender: Tender, provider: Provider) -> list[str]:
    """What the newest ratings file says against the provider; which file counts is settled later."""
    newest = newest_file(session)
    if newest is None:
        return []
    # as the opening would read it, so that the warning follows the same rule as the decision
    as_opened = OpenedBid(bid_id=0, company=provider.description())
    locations = relevant_locations(session, tender, [as_opened], newest)[0]
    dated = f"the CQC ratings of {long_date(newest.dated)}"
    return [sentence for one in locations for sentence in _against(one, provider, dated)]


def _against(location: RelevantLocation, provider: Provider, dated: str) -> list[str]:
    rating = location.rating
    if rating is None:
        return [f"Location {location.location_id} is not in {dated}. Check the ID."]
    found = []
    bad = [name for key, name in _KEY_NAMES.items() if getattr(rating, key) == "Inadequate"]
    if bad and rating.ended:
        found.append(
            f"{rating.location_name} ({rating.location_id}), whose registration ended on {rating.ended}, was "
            f"rated Inadequate ({sentence_list(bad)}) in {dated}. The officers will see it."
        )
    elif bad:
        found.append(
            f"{rating.location_name} ({rating.location_id}) is rated Inadequate ({sentence_list(bad)}) in "
            f"{dated}. If it still is when bids are checked, your bid does not meet the conditions of this "
            "tender."
        )
    if provider.cqc_provider_id and rating.provider_cqc_id != provider.cqc_provider_id:
        found.append(
            f"{rating.location_name} ({rating.location_id}) belongs to another provider, "
            f"{rating.provider_name}, in {dated}. Check the location ID and your provider ID."
        )
    return found


def capacity_warnings(tender: Tender, content: DraftContent) -> list[str]:
    capacity = content.hours_per_week
    if capacity is None:
        return []
    beyond = [lot.label for lot in lots_bid_for(tender, content) if lot.hours_per_week > capacity]
    if not beyond:
        return []
    return [
        f"You said that you can deliver {hundredths_as_text(capacity)} hours a week. {sentence_list(beyond)} "
        f"{'needs' if len(beyond) == 1 else 'each need'} more than that, so you cannot win "
        f"{'it' if len(beyond) == 1 else 'them'}."
    ]


def price_warnings(tender: Tender, content: DraftContent) -> list[str]:
    """Prices of less than half or more than twice the guide price: a slip of the finger is likely."""
    return [
        f"Your price for {lot.label}, {money(content.prices[lot.code])} an hour, is far from the guide price "
        f"of {money(lot.guide_price)}. Check that it is what you mean."
        for lot in lots_bid_for(tender, content)
        if not lot.guide_price <= 2 * content.prices[lot.code] <= 4 * lot.guide_price
    ]
