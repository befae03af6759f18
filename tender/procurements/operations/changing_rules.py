"""How bids will be judged: the working copy of the rules, until publication freezes them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lots.person import Person
from lots.refusal import Refusal, Refusals
from lots.tender import Tender
from scoring import exact
from scoring.methods import tie_keys
from scoring.methods.price import METHODS, titles
from scoring.methods.price_method import LimitsUse
from scoring.model.rules import FLOORS
from tender.procurements import wording
from tender.procurements.operations.holding import begin_draft, note

MOST_AREAS = 50
HIGHEST_RATE = 100_000
"""Pence an hour: a thousand pounds, beyond any price of care."""


@dataclass(frozen=True)
class RuleSettings:
    """What an officer settles. Weights and percentages in basis points, prices in pence an hour."""

    quality_weight: int
    price_weight: int
    mark_lowest: int
    mark_highest: int
    decimals: int
    quality_minimum: int | None
    """Percent of the quality points, basis points; None for no minimum."""
    price_method: str
    slope: str
    """Points lost per proportion above the lowest price, as decimal text; "" for 1."""
    ceiling: int | None
    floor: int | None
    ties: tuple[str, ...]
    draw_source: str
    """A public source of chance after the deadline, in words; "" for none."""
    cqc_unrated: str
    cqc_minimum_overall: str
    cqc_areas: tuple[str, ...]
    below_mean: int | None
    below_next: int | None

    @classmethod
    def of(cls, tender: Tender) -> RuleSettings:
        """The current settings."""
        values: dict[str, Any] = {name: getattr(tender, name) for name in cls.__dataclass_fields__}
        for name in ("ties", "cqc_areas"):
            values[name] = tuple(values[name])
        return cls(**values)


def change_rules(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    settings: RuleSettings,
    seen: int | None,
) -> None:
    """Settle how bids are judged. At a set price the higher limit is the price, and the lower the same."""
    tender = begin_draft(session, actor, now, tender, seen)
    faults = [*_weight_faults(settings), *_mark_faults(tender, settings)]
    faults += [*_price_faults(settings), *_other_faults(tender, settings)]
    if faults:
        raise Refusals(faults)
    before = asdict(RuleSettings.of(tender))
    for name, value in asdict(settings).items():
        setattr(tender, name, list(value) if isinstance(value, tuple) else value)
    after = asdict(RuleSettings.of(tender))
    changed = {name: _plain(value) for name, value in after.items() if value != before[name]}
    if changed:
        were = {name: _plain(before[name]) for name in changed}
        note(session, actor, now, tender, "tender.changed", "Rules", {"now": changed, "were": were})


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _weight_faults(settings: RuleSettings) -> list[Refusal]:
    quality, price = settings.quality_weight, settings.price_weight
    if quality < 0 or price < 0 or quality + price != 10_000:
        weights_text = f"Quality {exact.plain(quality)} and price {exact.plain(price)} come to"
        message = f"{weights_text} {exact.plain(quality + price)}; they must come to 100"
        return [Refusal(message, "quality_weight")]
    return []


def _mark_faults(tender: Tender, settings: RuleSettings) -> list[Refusal]:
    faults = []
    lowest, highest = settings.mark_lowest, settings.mark_highest
    if not 0 <= lowest < highest <= 100:
        faults.append(Refusal("Highest mark must be above the lowest, and 100 at most", "mark_highest"))
    beyond = [each.code for each in tender.questions if each.minimum is not None and each.minimum > highest]
    if beyond:
        message = f"Question {beyond[0]} has a minimum mark above {highest}. Change that first"
        faults.append(Refusal(message, "mark_highest"))
    if not 0 <= settings.decimals <= exact.MOST_DECIMALS:
        faults.append(Refusal(f"Decimals must be from 0 to {exact.MOST_DECIMALS}", "decimals"))
    if settings.quality_minimum is not None and not 0 <= settings.quality_minimum <= 10_000:
        faults.append(Refusal("Minimum quality must be from 0 to 100 percent", "quality_minimum"))
    return faults


def _price_faults(settings: RuleSettings) -> list[Refusal]:
    faults = []
    method, ceiling, floor = METHODS.get(settings.price_method), settings.ceiling, settings.floor
    if method is None:
        faults.append(Refusal("Choose how price is scored", "price_method"))
    for value, field, name in ((ceiling, "ceiling", "Highest price"), (floor, "floor", "Lowest price")):
        if value is not None and not 0 < value <= HIGHEST_RATE:
            message = f"{name} must be more than £0 and no more than {exact.pounds(HIGHEST_RATE)}"
            faults.append(Refusal(message, field))
    if ceiling is not None and floor is not None and floor > ceiling:
        faults.append(Refusal("Lowest price must not be above the highest", "floor"))
    if method is not None and method.sets_price and (ceiling is None or ceiling != floor):
        faults.append(Refusal("Enter the set price", "set_price"))
    if method is not None and method.limits is LimitsUse.MEASURED_BY:
        if ceiling is None:
            faults.append(Refusal("Enter the highest price: this method measures by it", "ceiling"))
        if floor is None:
            faults.append(Refusal("Enter the lowest price: this method measures by it", "floor"))
        if ceiling is not None and ceiling == floor:
            faults.append(Refusal("Highest price must be above the lowest for this method", "ceiling"))
    slope = exact.hundredths(settings.slope) if settings.slope else 100
    if settings.slope and not (method is not None and method.slope):
        sloped = titles(row for row in METHODS.values() if row.slope)
        faults.append(Refusal(f"Slope belongs to {sloped} only", "slope"))
    elif slope is None or not 1 <= slope <= 10_000:
        faults.append(Refusal("Slope must be a number from 0.01 to 100, like 2 or 1.5", "slope"))
    return faults


def _other_faults(tender: Tender, settings: RuleSettings) -> list[Refusal]:
    faults = []
    known = tie_keys.names(question.code for question in tender.questions)
    if len(set(settings.ties)) != len(settings.ties):
        faults.append(Refusal("Each way to part a tie can stand there once only", "ties"))
    for key in settings.ties:
        if key not in known:
            faults.append(Refusal(f"“{key[:60]}” is no way to part a tie here", "ties"))
    if settings.draw_source:
        try:
            wording.one_line(settings.draw_source, "draw_source", "the public source of chance", 200)
        except Refusal as refusal:
            faults.append(refusal)
    if settings.cqc_unrated not in {"allow", "refuse"}:
        faults.append(Refusal("Choose what happens with providers not yet rated", "cqc_unrated"))
    if settings.cqc_minimum_overall not in {"", *FLOORS.values()}:
        faults.append(Refusal("Choose the lowest overall rating", "cqc_minimum_overall"))
    if len(settings.cqc_areas) > MOST_AREAS or any(
        not area.strip() or len(area) > 100 or not area.isprintable() for area in settings.cqc_areas
    ):
        message = f"Areas must be {MOST_AREAS} names at most, one on a line, of 100 characters at most"
        faults.append(Refusal(message, "cqc_areas"))
    for field in ("below_mean", "below_next"):
        value = getattr(settings, field)
        if value is not None and not 0 < value <= 10_000:
            faults.append(Refusal("Percentage must be more than 0 and no more than 100", field))
    return faults
