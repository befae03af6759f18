"""What a provider may ask for a lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lots.refusal import Refusal
from lots.tender import Lot, Tender
from scoring.allocate.methods import METHODS as ALLOCATION
from scoring.methods.price import METHODS
from tender.bids.checks import live_lots
from tender.frame.formats import money

HIGHEST = 100_000
"""Pence an hour, in any tender: above it, somebody has typed pence for pounds."""

MOST_HOURS = 10_000_000
"""Hundredths of hours a week that a provider may say it can deliver."""


def price_rules(tender: Tender) -> dict[str, Any]:
    """The published rules of price: `method`, and `ceiling_pence`, `floor_pence` where there are limits."""
    rules: dict[str, Any] = tender.rules["rules"]["price"]
    return rules


def is_set_price(tender: Tender) -> bool:
    """Whether the council has set the price, so that a provider only accepts it or not."""
    return METHODS[price_rules(tender)["method"]].sets_price


def set_price(tender: Tender, lot: Lot) -> int:
    """Pence an hour that the council has set for the lot."""
    rules = price_rules(tender)
    price: int = rules.get("ceiling_pence", rules.get("floor_pence", lot.guide_price))
    return price


def price_field(lot: Lot) -> str:
    """The name of the form field for the lot's price, or for accepting it."""
    return f"price_{lot.position}"


def asks_preferences(tender: Tender) -> bool:
    """Whether the published way of awarding lots goes by the bidders' preferences; else nobody is asked."""
    method = tender.rules["rules"]["allocation"]["method"]
    return ALLOCATION[method].by_preference and len(live_lots(tender)) > 1


def preference_field(lot: Lot) -> str:
    return f"preference_{lot.position}"


def price_faults(
    tender: Tender,
    prices: Mapping[str, int],
    preferences: Sequence[str],
    most_lots: int | None,
    hours_per_week: int | None,
) -> list[Refusal]:
    """All that is wrong with a price form."""
    lots = {lot.code: lot for lot in live_lots(tender)}
    faults = [
        Refusal(f"There is no lot {code} to bid for in this tender") for code in prices if code not in lots
    ]
    faults += [
        Refusal(message, price_field(lot))
        for code, lot in lots.items()
        if code in prices and (message := _fault_in_price(tender, lot, prices[code]))
    ]
    if len(set(preferences)) != len(preferences):
        faults.append(Refusal("Name each lot once in your order of preference"))
    faults += [_stray_preference(tender, code, lots.get(code)) for code in preferences if code not in prices]
    if most_lots is not None and not 1 <= most_lots <= len(lots):
        faults.append(
            Refusal(f"The most lots that you want must be a number from 1 to {len(lots)}", "most_lots")
        )
    if hours_per_week is not None and not 0 < hours_per_week <= MOST_HOURS:
        faults.append(Refusal("Hours a week must be more than 0 and no more than 100,000", "hours_per_week"))
    return faults


def _stray_preference(tender: Tender, code: str, lot: Lot | None) -> Refusal:
    if lot is None:
        return Refusal(f"There is no lot {code} to prefer in this tender")
    if is_set_price(tender):
        return Refusal(
            f"Select {lot.label}, or take it out of your order of preference", preference_field(lot)
        )
    return Refusal(
        f"Enter a price for {lot.label}, or take it out of your order of preference", price_field(lot)
    )


def _fault_in_price(tender: Tender, lot: Lot, price: int) -> str | None:
    rules = price_rules(tender)
    if is_set_price(tender):
        expected = set_price(tender, lot)
        return None if price == expected else f"The price for {lot.label} is set at {money(expected)} an hour"
    ceiling, floor = rules.get("ceiling_pence"), rules.get("floor_pence")
    if price <= 0:
        return f"Price for {lot.label} must be more than £0"
    if ceiling is not None and price > ceiling:
        return f"Price for {lot.label} must be {money(ceiling)} an hour or less. A higher price cannot win."
    if floor is not None and price < floor:
        return f"Price for {lot.label} must be {money(floor)} an hour or more. A lower price cannot win."
    if price > HIGHEST:
        return f"Price for {lot.label} must be {money(HIGHEST)} an hour or less. Check the pounds and pence."
    return None
