"""Reading the rules of a tender into integers, with every fault named.

Weights, percentages and slopes are in hundredths, prices in pence, marks in whole steps.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from scoring import exact
from scoring.allocate.methods import METHODS
from scoring.methods.tie_keys import KEYS, needs_seed, question_of
from scoring.model.rules import (
    FLOORS,
    UNUSUAL,
    CqcRules,
    Group,
    PriceRules,
    Question,
    Rules,
    Scale,
)
from scoring.reading.draw import read_draw_rules
from scoring.reading.faults import Fault, described
from scoring.reading.fields import Fields, Reader
from scoring.reading.rules_price import hold_to_set_price, read_price
from scoring.reading.rules_quality import hold_to_decimals, hold_to_weight, read_questions, read_scale

MOST_GROUPS: Final = 10_000
_ANSWERS: Final = ("refuse", "allow")
_ALL: Final = 10_000
"""A hundred points, or a hundred per cent, in hundredths."""


def check_rules(obj: object, lots: Collection[str] | None = None) -> list[Fault]:
    """Return every fault of a rules object, before there is any bid; places begin with "rules".

    With the ids of the tender's `lots`, references to lots and the weights in each are checked too;
    without, only the lots that the questions themselves name.
    """
    reader = Reader()
    read_rules(Fields(reader, "", {"rules": obj}), lots)
    return reader.faults


@dataclass(frozen=True)
class RulesRead:
    """The rules so far as they could be read: a fault in one part must not hide faults in the bids."""

    complete: Rules | None = None
    scale: Scale | None = None
    questions: tuple[Question, ...] | None = None
    price: PriceRules | None = None
    cqc: CqcRules | None = None


def read_rules(record: Fields, lots: Collection[str] | None) -> RulesRead:
    """Read `rules`, noting faults; `complete` is None where there was any. Lots None: not known yet."""
    reader = record.reader
    before = len(reader.faults)
    fields = record.entry(
        "rules",
        ("weights", "marks", "questions", "price", "places", "ties", "cqc", "allocation"),
        ("quality_minimum", "draw_seed", "draw", "abnormally_low"),
    )
    if fields is None:
        return RulesRead()
    quality_weight, price_weight = _weights(fields)
    scale = read_scale(fields)
    questions = read_questions(fields, scale, lots)
    if quality_weight is not None and questions is not None:
        hold_to_weight(reader, questions, quality_weight, lots)
    minimum = fields.decimal("quality_minimum", 0, _ALL)
    price = read_price(fields)
    hold_to_set_price(fields, price, price_weight)
    places = fields.whole("places", 0, exact.MOST_DECIMALS, "decimals")
    if questions is not None and places is not None:
        hold_to_decimals(reader, questions, places)
    ties = _ties(fields)
    seed, draw = fields.text("draw_seed"), read_draw_rules(fields)
    cqc = _cqc(fields)
    below_mean, below_next = _abnormally_low(fields)
    method, groups = _allocation(fields, lots)
    if (
        len(reader.faults) > before
        or None in (quality_weight, price_weight, places)
        or (scale is None or questions is None or price is None or cqc is None)
    ):
        return RulesRead(None, scale, questions, price, cqc)
    complete = Rules(
        quality_weight=quality_weight or 0,
        price_weight=price_weight or 0,
        scale=scale,
        questions=questions,
        quality_minimum=minimum,
        price=price,
        places=places or 0,
        ties=ties,
        draw_seed=seed or "",
        cqc=cqc,
        below_mean=below_mean,
        below_next=below_next,
        allocation=method,
        groups=groups,
        draw=draw,
    )
    return RulesRead(complete, scale, questions, price, cqc)


def _weights(rules: Fields) -> tuple[int | None, int | None]:
    fields = rules.entry("weights", ("quality", "price"))
    if fields is None:
        return None, None
    quality, price = fields.decimal("quality", 0, _ALL), fields.decimal("price", 0, _ALL)
    if quality is not None and price is not None and quality + price != _ALL:
        rules.fault(
            "weights",
            f"quality {exact.plain(quality)} and price {exact.plain(price)} come to"
            f" {exact.plain(quality + price)}; they must come to 100",
        )
    return quality, price


def _ties(rules: Fields) -> tuple[str, ...]:
    """Read the tie-break keys; questions are looked up unchecked, so one fault does not cause another."""
    asked = rules.values.get("questions")
    questions = (
        [item.get("id") for item in asked if isinstance(item, dict)] if isinstance(asked, list) else []
    )
    plain = [name for name, key in KEYS.items() if not key.of_question]
    about = [f"{name}:" for name, key in KEYS.items() if key.of_question]
    keys: list[str] = []
    if "ties" in rules:
        listed = rules.reader.items(rules.values["ties"], "rules.ties", exact.MOST_QUESTIONS + len(plain))
        for index, key in enumerate(listed):
            place = f"ties[{index}]"
            if not isinstance(key, str):
                rules.fault(place, f"must be text, not {described(key)}")
            elif key in keys:
                rules.fault(place, f"{key} is already there; a key parts a tie once")
            elif key in plain:
                keys.append(key)
            elif not key.startswith(tuple(about)):
                known = f"{', '.join(plain)} or {', '.join(f'{one}<id>' for one in about)}"
                rules.fault(place, f"must be {known}, not {described(key)}")
            elif question_of(key) not in questions:
                rules.fault(place, f"there is no question {question_of(key)} in rules.questions")
            else:
                keys.append(key)
    if needs_seed(keys) and "draw" not in rules and "draw_seed" not in rules:
        rules.fault("draw", "is missing; a draw needs the commitment that was published with the tender")
    return tuple(keys)


def _cqc(rules: Fields) -> CqcRules | None:
    fields = rules.entry("cqc", ("inadequate", "unrated"), ("minimum_overall", *UNUSUAL))
    if fields is None:
        return None
    inadequate, unrated = (fields.choice(name, _ANSWERS) for name in ("inadequate", "unrated"))
    chosen = {status: fields.choice(status, _ANSWERS) for status in UNUSUAL}
    statuses = {status: answer for status, answer in chosen.items() if answer is not None}
    floor = fields.values.get("minimum_overall")
    if isinstance(floor, str) and floor.lower() in FLOORS:
        floor = FLOORS[floor.lower()]
    else:
        floor = fields.choice("minimum_overall", tuple(FLOORS.values()))
    return CqcRules(inadequate == "refuse", unrated == "refuse", floor, statuses)


def _abnormally_low(rules: Fields) -> tuple[int | None, int | None]:
    names = ("below_mean_percent", "below_next_percent")
    fields = rules.entry("abnormally_low", (), names)
    if fields is None:
        return None, None
    if not fields.values:
        rules.fault("abnormally_low", f"is empty; give {names[0]} or {names[1]}, or leave it out")
    return fields.decimal(names[0], 0, _ALL), fields.decimal(names[1], 0, _ALL)


def _allocation(rules: Fields, lots: Collection[str] | None) -> tuple[str, tuple[Group, ...]]:
    fields = rules.entry("allocation", ("method", "groups"))
    if fields is None:
        return "", ()
    method = fields.choice("method", METHODS)
    groups, places = [], []
    for group in fields.entries("groups", MOST_GROUPS, ("id", "lots", "most_lots")):
        identifier = group.identifier("id")
        named = group.lots("lots", lots)
        most = group.whole("most_lots", 1, exact.MOST_LOTS, "lots")
        places.append((identifier, group.at("id")))
        if identifier is not None and named is not None and most is not None:
            groups.append(Group(identifier, named, most))
    rules.reader.unique(places, "group")
    return method or "", tuple(groups)
