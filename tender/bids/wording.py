"""The published rules in plain words, for a provider to read before it decides to bid."""

from __future__ import annotations

from lots.tender import Tender
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
    """The limits on how many lots one provider may win."""
    zones = {lot.code: lot.zone for lot in tender.lots}
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
