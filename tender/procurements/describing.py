"""The rules of a tender as text, from the document that is published: officers, providers and auditors
read the same. And what became of its panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lots.panel import JOINED, RETURNED, STOOD_DOWN, PanelChange
from lots.publication import NOT_COMMITTED
from scoring.allocate.methods import METHODS as ALLOCATION
from scoring.methods import tie_keys
from scoring.methods.price import METHODS
from tender.frame.formats import long_datetime, money, plural, sentence_list


@dataclass(frozen=True)
class RulesSection:
    """A part of the rules: `key` names the page on which an officer changes it."""

    title: str
    key: str
    rows: list[tuple[str, str]]


def sections(rules: dict[str, Any], areas: list[str], services: list[str]) -> list[RulesSection]:
    """What a rules document says of judging, without questions and lots."""
    return [
        RulesSection("Weights and marks", "marks", _marks(rules)),
        RulesSection("Price", "price", _price(rules)),
        RulesSection("CQC ratings and ties", "other", [*_cqc(rules["cqc"], areas, services), *_ties(rules)]),
        RulesSection("How lots are awarded", "limits", _allocation(rules["allocation"])),
    ]


_BECAME = {
    JOINED: "Joined the panel",
    STOOD_DOWN: "Stood down",
    RETURNED: "Came back to the panel",
}


def panel_change(change: PanelChange) -> str:
    """What became of a panel member, when, by whom and why."""
    text = f"{_BECAME[change.kind]} on {long_datetime(change.at)}, by {change.by.name}."
    if change.marks_count is not None:
        text += f" The marks given {'count' if change.marks_count else 'do not count'}."
    return f"{text} Reason: {change.reason}"


def _marks(rules: dict[str, Any]) -> list[tuple[str, str]]:
    minimum = rules.get("quality_minimum")
    return [
        ("Quality", f"{rules['weights']['quality']} points"),
        ("Price", f"{rules['weights']['price']} points"),
        ("Marks", f"{rules['marks']['lowest']} to {rules['marks']['highest']}, whole steps"),
        ("Question points", "Weight × mark ÷ highest mark"),
        ("Minimum quality", f"{minimum}% of the quality points in each lot" if minimum else "None"),
        ("Rounding", f"Half up to {plural(rules['places'], 'decimal')}, before adding"),
    ]


def _price(rules: dict[str, Any]) -> list[tuple[str, str]]:
    price = rules["price"]
    method = METHODS[price["method"]]
    rows = [("Scored by", method.texts.title), ("Formula", method.texts.formula)]
    if "slope" in price:
        rows.append(("Slope", price["slope"]))
    ceiling, floor = price.get("ceiling_pence"), price.get("floor_pence")
    if method.sets_price:
        rows.append(("Set price", f"{money(ceiling)} an hour"))
    else:
        rows.append(("Highest price accepted", f"{money(ceiling)} an hour" if ceiling else "No limit"))
        rows.append(("Lowest price accepted", f"{money(floor)} an hour" if floor else "No limit"))
    low = rules.get("abnormally_low", {})
    flags = []
    if "below_mean_percent" in low:
        flags.append(f"{low['below_mean_percent']}% or more below the mean of the other prices")
    if "below_next_percent" in low:
        flags.append(f"{low['below_next_percent']}% or more below the next lowest")
    rows.append(("Explanation asked for", ", or ".join(flags) or "By no published threshold"))
    return rows


def _cqc(cqc: dict[str, Any], areas: list[str], services: list[str]) -> list[tuple[str, str]]:
    unrated = "May bid, and are flagged" if cqc["unrated"] == "allow" else "Condition not met"
    counted = "Those that the bid names"
    if areas:
        kinds = f" registered for {sentence_list(services).lower()}" if services else ""
        counted += f", and every location of the provider in {sentence_list(areas)}{kinds}"
    return [
        ("Rated Inadequate", "On any key question, or overall, at a location that counts: condition not met"),
        ("Lowest overall rating", cqc.get("minimum_overall", "None beyond Inadequate")),
        ("Not yet rated", unrated),
        ("Locations that count", counted),
    ]


def _ties(rules: dict[str, Any]) -> list[tuple[str, str]]:
    titles = {question["id"]: question["title"] for question in rules["questions"]}
    words = [tie_keys.description(key, titles) for key in rules["ties"]]
    if not tie_keys.needs_seed(rules["ties"]):
        words.append("a person decides, and a second person approves it")
    rows = [("Equal totals", ", then ".join(words).capitalize())]
    if "draw" in rules:
        rows += draw(rules["draw"])
    elif rules.get("draw_seed"):
        rows.append(("Text for the draw", rules["draw_seed"]))
    return rows


def draw(published: dict[str, str]) -> list[tuple[str, str]]:
    """What the rules say of how letters and the draw come about."""
    made_from = (
        "A secret that is fixed at publication and shown when bids are opened, and the log of all bids"
    )
    source, commitment = published.get("source"), published["commitment"]
    rows = [("Letters and draw are made from", f"{made_from}{f'; and {source}' if source else ''}")]
    shown = "Made at publication" if commitment == NOT_COMMITTED else commitment
    return [*rows, ("Hash of the secret (commitment)", shown)]


def _allocation(allocation: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [("Awards", ALLOCATION[allocation["method"]].description)]
    if not allocation["groups"]:
        return [*rows, ("Limit", "None: one provider may win every lot")]
    rows += [
        (
            group["id"],
            f"At most {plural(group['most_lots'], 'lot')} of {len(group['lots'])}: "
            f"{sentence_list(group['lots'])}",
        )
        for group in allocation["groups"]
    ]
    return rows
