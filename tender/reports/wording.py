"""The published rules in sentences."""

from __future__ import annotations

from typing import Any

from scoring.allocate.methods import METHODS as ALLOCATION
from scoring.english import counted, listed
from scoring.methods import tie_keys
from scoring.methods.price import METHODS
from tender.frame.formats import money


def price_rule(rules: dict[str, Any]) -> str:
    price = rules["price"]
    method = METHODS[price["method"]]
    text = f"Price points = {method.texts.report}, never below 0 nor above the price weight."
    if method.slope:
        text += f" Slope {price.get('slope', '1')}."
    for name in ("ceiling", "floor"):
        if f"{name}_pence" in price:
            text += f" {name.capitalize()} {money(price[f'{name}_pence'])} an hour."
    return text


def rounding(rules: dict[str, Any]) -> str:
    return (
        "Each question’s points and the price points are rounded half up to "
        f"{counted(rules['places'], 'decimal')}; totals add the rounded parts."
    )


def ties(rules: dict[str, Any]) -> str:
    if not rules["ties"]:
        return "None are published: equal totals share a rank until a person decides, and a second approves."
    titles = {question["id"]: question["title"] for question in rules["questions"]}
    keys = [tie_keys.description(key, titles) for key in rules["ties"]]
    text = f"In turn: {', then '.join(keys)}."
    if not tie_keys.needs_seed(rules["ties"]):
        return f"{text} What that leaves level, a person decides and a second person approves."
    return f"{text} Seed: “{rules['draw_seed']}”." if "draw_seed" in rules else text


def limits(rules: dict[str, Any]) -> str:
    allocation = rules["allocation"]
    text = ALLOCATION[allocation["method"]].description
    for group in allocation["groups"]:
        most = counted(group["most_lots"], "lot")
        text += f" Group {group['id']} ({listed(group['lots'], 12)}): at most {most} for each bidder."
    return f"{text} A bidder’s own limits on lots and weekly hours hold too."


def cqc(rules: dict[str, Any]) -> str:
    rule = rules["cqc"]
    text = (
        "Inadequate, overall or on any key question, at a relevant location: condition of participation "
        "not met."
        if rule["inadequate"] == "refuse"
        else "Inadequate ratings are flagged and do not refuse a bid."
    )
    if "minimum_overall" in rule:
        text += f" Overall at least {rule['minimum_overall']}."
    unrated = "allowed and flagged" if rule["unrated"] == "allow" else "refused"
    return (
        f"{text} A location not yet rated is {unrated}. One that could not be checked allows nothing until "
        "it is checked, or two officers decide on it with evidence."
    )


def low_prices(rules: dict[str, Any]) -> str:
    low = rules.get("abnormally_low")
    if low is None:
        return "No threshold is published."
    parts = []
    if "below_mean_percent" in low:
        parts.append(f"{low['below_mean_percent']}% or more below the mean of the other ranked prices")
    if "below_next_percent" in low:
        parts.append(f"{low['below_next_percent']}% or more below the next lowest")
    return f"Flagged for a decision by a person: {' or '.join(parts)} in the lot."


def minimums(rules: dict[str, Any]) -> str:
    minimums = [f"{q['id']} at least {q['minimum']}" for q in rules["questions"] if "minimum" in q]
    if "quality_minimum" in rules:
        minimums.append(f"at least {rules['quality_minimum']}% of the quality points")
    return f"{'; '.join(minimums)}. A bid below leaves the ranking." if minimums else "None."
