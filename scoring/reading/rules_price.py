"""Reading the rules about price: the method, its terms and the price lines."""

from __future__ import annotations

from scoring import exact
from scoring.methods.price import METHODS
from scoring.methods.price_method import LimitsUse
from scoring.model.rules import Line, PriceRules, Terms
from scoring.reading.fields import Fields


def read_price(rules: Fields) -> PriceRules | None:
    """Read `rules.price`, noting faults; None where the method could not be read."""
    fields = rules.entry("price", ("method",), ("ceiling_pence", "floor_pence", "lines", "slope"))
    if fields is None:
        return None
    method = METHODS.get(fields.choice("method", METHODS) or "")
    ceiling = fields.whole("ceiling_pence", 1, exact.HIGHEST_PRICE, "pence")
    floor = fields.whole("floor_pence", 1, exact.HIGHEST_PRICE, "pence")
    if ceiling is not None and floor is not None and floor > ceiling:
        rules.fault("price", f"the floor, {floor} pence, is above the ceiling, {ceiling} pence")
    if method is not None and method.limits is LimitsUse.MEASURED_BY:
        for name in ("ceiling_pence", "floor_pence"):
            if name not in fields:
                fields.fault(name, f"is missing; {method.name} measures prices by it")
        if ceiling is not None and ceiling == floor:
            rules.fault("price", f"{method.name} needs a ceiling above the floor; they are the same")
    slope = fields.decimal("slope", 1, 10_000)
    if "slope" in fields and method is not None and not method.slope:
        sloped = " or ".join(name for name, row in METHODS.items() if row.slope)
        fields.fault("slope", f"belongs to {sloped}, not to {method.name}; take it out")
    lines = _lines(fields)
    if method is None:
        return None
    return PriceRules(method.name, Terms(100 if slope is None else slope, ceiling, floor), lines)


def hold_to_set_price(rules: Fields, price: PriceRules | None, weight: int | None) -> None:
    """Refuse a set price that is not there: any price at all would earn the whole weight by it."""
    if price is None or not METHODS[price.method].sets_price or not weight:
        return
    if not {"ceiling_pence", "floor_pence"} & rules.values["price"].keys():
        rules.fault(
            "price",
            f"{price.method} gives the weight to every bid that meets the set price, and there is none;"
            " give ceiling_pence, floor_pence or both, or a price weight of 0",
        )


def _lines(price: Fields) -> tuple[Line, ...]:
    if price.values.get("lines") == []:
        price.fault("lines", "is empty; leave it out where a bid has one price")
    lines, places = [], []
    for fields in price.entries("lines", exact.MOST_LINES, ("id", "volume")):
        identifier, volume = fields.identifier("id"), fields.whole("volume", 1, exact.HIGHEST_VOLUME)
        places.append((identifier, fields.at("id")))
        if identifier is not None and volume is not None:
            lines.append(Line(identifier, volume))
    price.reader.unique(places, "line")
    return tuple(lines)
