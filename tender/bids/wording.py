"""The published rules in plain words, for a provider to read before it decides to bid."""

from __future__ import annotations

from typing import Any

from lots.tender import Tender
from scoring.allocate.methods import METHODS as ALLOCATION
from scoring.methods import tie_keys
from scoring.methods.price import METHODS
from tender.bids.prices import price_rules
from tender.frame.formats import money, plural, sentence_list

_UNRATED = {
    "allow": "A location that is not rated yet does not stop your bid.",
    "refuse": "A provider with a location that is not rated yet cannot win.",
}


def price_sentence(tender: Tender) -> str:
    """How prices turn into points, and the limits that a price must keep."""
    rules = price_rules(tender)
    method = METHODS[rules["method"]]
    text = method.texts.bidders.format(points=tender.rules["rules"]["weights"]["price"])
    ceiling, floor = rules.get("ceiling_pence"), rules.get("floor_pence")
    if method.sets_price:
        return text
    if ceiling is not None and floor is not None:
        text += f" A price must be from {money(floor)} to {money(ceiling)} an hour."
    elif ceiling is not None:
        text += f" A price must be {money(ceiling)} an hour or less."
    elif floor is not None:
        text += f" A price must be {money(floor)} an hour or more."
    return text


def allocation_sentences(tender: Tender) -> list[str]:
    """How lots are awarded, in what order, and the limits on how many one provider may win."""
    method = ALLOCATION[tender.rules["rules"]["allocation"]["method"]]
    sentences = [method.description]
    lots = [lot["id"] for lot in tender.rules["lots"]]
    if method.by_turns and len(lots) > 1:
        sentences.append(f"Their order is {sentence_list(lots)}.")
    own = "You can set limits of your own in your bid: the most lots, or hours a week, that you would take."
    return [*sentences, *_limit_sentences(tender), own]


def _limit_sentences(tender: Tender) -> list[str]:
    zones = {lot.code: lot.label for lot in tender.lots}
    groups = tender.rules["rules"]["allocation"]["groups"]
    return [
        f"You can win no more than {plural(group['most_lots'], 'lot')} of "
        + (
            "all the lots."
            if len(group["lots"]) == len(zones)
            else f"these: {sentence_list([zones[code] for code in group['lots']])}."
        )
        for group in groups
        if group["lots"]
    ] or ["You can win any number of lots."]


def points_sentences(tender: Tender) -> list[str]:
    """How marks become points, how totals are rounded and equal ones put in order."""
    rules = tender.rules["rules"]
    titles = {question["id"]: question["title"] for question in rules["questions"]}
    keys = [tie_keys.description(key, titles) for key in rules["ties"]]
    ties = f"the published order is {', then '.join(keys)}" if keys else "a person decides, with reasons"
    return [
        "Points for an answer are the question’s points × your mark ÷ the highest mark.",
        f"Points are rounded half up to {plural(rules['places'], 'decimal')} before they are added.",
        f"Where totals are equal, {ties}.",
        *_low_price_sentences(rules),
    ]


def _low_price_sentences(rules: dict[str, Any]) -> list[str]:
    low = rules.get("abnormally_low", {})
    marks = []
    if "below_mean_percent" in low:
        marks.append(f"{low['below_mean_percent']}% or more below the mean of the other prices in a lot")
    if "below_next_percent" in low:
        marks.append(f"{low['below_next_percent']}% or more below the next lowest")
    if not marks:
        return []
    return [
        f"A price that is {', or '.join(marks)}, is looked at as abnormally low. You would be asked to "
        "explain it before anybody decides."
    ]


def condition_sentences(tender: Tender) -> list[str]:
    """What a provider must meet for its bid to be assessed at all."""
    rules = tender.rules["rules"]
    areas = sentence_list(tender.rules["cqc_areas"])
    sentences = [
        "None of your relevant CQC locations may be rated Inadequate, overall or on any of the five key "
        f"questions. Relevant are the locations that you name and your others in {areas}.",
        _UNRATED[rules["cqc"]["unrated"]],
    ]
    if rules["cqc"].get("minimum_overall"):
        sentences.append(
            f"Every relevant location must be rated at least {rules['cqc']['minimum_overall']} overall."
        )
    if rules.get("quality_minimum"):
        sentences.append(
            f"Your answers must reach {rules['quality_minimum']}% of the quality points to be had in a lot."
        )
    return sentences
