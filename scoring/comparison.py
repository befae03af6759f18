"""Two evaluation records side by side: which rules and inputs differ, and what that does to the result.

Things are matched by their ids and not by their position: the order of bidders, bids, questions and
locations changes nothing, so it is no difference. The order of lots, of tie-break keys and of a bidder's
preferences does matter. "60" and "60.00" are the same number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypedDict

from scoring.english import listed, ordinal
from scoring.evaluation import evaluate
from scoring.exact import hundredths
from scoring.methods.cqc import AREAS
from scoring.model.record import REGISTERED

if TYPE_CHECKING:
    from scoring.model.record import Bidder, Record
    from scoring.result.types import LotResult, Row

FORMAT: Final = "comparison/1"
_DECIMALS: Final = frozenset(
    {
        "quality", "price", "weight", "quality_minimum", "slope", "hours_per_week",
        "below_mean_percent", "below_next_percent",
    }
)  # fmt: skip

_RATINGS: Final = frozenset({*AREAS, "minimum_overall"})


@dataclass(frozen=True)
class Difference:
    """One place where two records, or their results, differ; `a` and `b` are None where there is nothing."""

    place: str
    a: object
    b: object

    def __str__(self) -> str:
        """Return the difference as a sentence."""
        if self.a is None:
            return f"{self.place}: only in B: {_shown(self.b)}"
        if self.b is None:
            return f"{self.place}: only in A: {_shown(self.a)}"
        return f"{self.place}: {_shown(self.a)} in A, {_shown(self.b)} in B"


class DifferenceObject(TypedDict):
    """One difference as JSON: the values as the records have them, None where there is nothing."""

    place: str
    a: object
    b: object


class ComparisonObject(TypedDict):
    """Format comparison/1."""

    format: str
    a_sha256: str
    b_sha256: str
    inputs: list[DifferenceObject]
    effects: list[str]


@dataclass(frozen=True)
class Comparison:
    """What differs between record A and record B."""

    inputs: tuple[Difference, ...]
    effects: tuple[str, ...]
    """What that does to the result, a sentence each; empty where the result is the same."""
    a_sha256: str
    b_sha256: str

    @property
    def same(self) -> bool:
        """Say whether the records mean the same."""
        return not self.inputs

    def as_object(self) -> ComparisonObject:
        """Return the comparison in format comparison/1."""
        return {
            "format": FORMAT,
            "a_sha256": self.a_sha256,
            "b_sha256": self.b_sha256,
            "inputs": [{"place": one.place, "a": one.a, "b": one.b} for one in self.inputs],
            "effects": list(self.effects),
        }

    def sentences(self) -> list[str]:
        """Return the comparison as sentences."""
        if self.same:
            return ["The records are the same: every rule and every input, and so the result."]
        count = len(self.inputs)
        lines = [f"The records differ in {count} place{'' if count == 1 else 's'}:"]
        lines += [f"  {one}" for one in self.inputs]
        if not self.effects:
            return [*lines, "The result is the same, every figure and every award."]
        return [*lines, "What that does to the result:", *(f"  {effect}" for effect in self.effects)]


def compare(a: Record, b: Record) -> Comparison:
    """Compare two records, and their results where they differ."""
    inputs = tuple(_differences(_by_id(a.as_object()), _by_id(b.as_object()), ""))
    effects = tuple(_effects(a, b)) if inputs else ()
    return Comparison(inputs, effects, a.sha256, b.sha256)


def _by_id(record: dict[str, Any]) -> dict[str, Any]:
    """Arrange a record by ids, so that a change of position is not taken for a change of content."""
    rules = dict(record["rules"])
    rules["questions"] = {one["id"]: one for one in rules["questions"]}
    if "lines" in rules["price"]:
        rules["price"] = {**rules["price"], "lines": {one["id"]: one for one in rules["price"]["lines"]}}
    groups = {one["id"]: one for one in rules["allocation"]["groups"]}
    rules["allocation"] = {**rules["allocation"], "groups": groups}
    bidders = {}
    for bidder in record["bidders"]:
        arranged = {**bidder, "cqc": {one["location"]: _location(one) for one in bidder["cqc"]}}
        if "decision" in bidder and isinstance(bidder["decision"], dict):
            arranged["decision"] = [bidder["decision"]]
        bidders[bidder["id"]] = arranged
    # beside the parts that every record has: how a draw came about, and who decided which tie
    besides: dict[str, Any] = {name: record[name] for name in ("draw", "ties_decided") if name in record}
    return {
        **besides,
        "rules": rules,
        "lots": {one["id"]: one for one in record["lots"]},
        "the order of lots": [one["id"] for one in record["lots"]],
        "bidders": bidders,
        "bids": {(one["bidder"], one["lot"]): one for one in record["bids"]},
    }


def _location(given: dict[str, str]) -> dict[str, str]:
    """Leave out what says nothing: an empty rating, and the usual status, registered."""
    return {
        name: value
        for name, value in given.items()
        if value != "" and not (name == "status" and value == REGISTERED)
    }


_KEYED: Final = ("questions", "lines", "groups", "lots", "bidders", "cqc", "bids")
"""Objects that `_by_id` made of lists; shown as list[id]."""


def _differences(a: Any, b: Any, place: str) -> Iterator[Difference]:
    """Yield what differs, place by place, in the order of A and then of what only B has."""
    if isinstance(a, dict) and isinstance(b, dict):
        keyed = place.rsplit(".", 1)[-1] in _KEYED
        names = [*a, *(name for name in b if name not in a)]
        for name in names:
            shown = " for ".join(name) if isinstance(name, tuple) else name
            where = f"{place}[{shown}]" if keyed else f"{place}.{shown}".lstrip(".")
            if name in a and name in b:
                yield from _differences(a[name], b[name], where)
            else:
                yield Difference(where, a.get(name), b.get(name))
        return
    if place == "the order of lots":
        common = set(a) & set(b)
        a, b = ([name for name in lots if name in common] for lots in (a, b))
    if not _same(a, b, place):
        yield Difference(place, a, b)


def _same(a: Any, b: Any, place: str) -> bool:
    name = place.rsplit(".", 1)[-1]
    if name in _DECIMALS and isinstance(a, str) and isinstance(b, str):
        return hundredths(a) == hundredths(b)
    if name in _RATINGS and isinstance(a, str) and isinstance(b, str):
        return a.lower() == b.lower()
    if isinstance(a, list) and isinstance(b, list):
        if name == "lots":
            return sorted(a) == sorted(b)
        if name == "decision":
            return _decisions(a) == _decisions(b)
    return bool(a == b)


def _decisions(listed_: list[dict[str, Any]]) -> list[tuple[str, str, list[str]]]:
    return sorted((one["state"], one["reason"], sorted(one.get("lots", ["every lot"]))) for one in listed_)


def _effects(a: Record, b: Record) -> Iterator[str]:
    """Say what changes in the result, lot by lot: awards first, then the bids."""
    results = evaluate(a), evaluate(b)
    names = [dict(zip(result.lot_positions, result.lot_names, strict=True)) for result in results]
    called = _called([*a.bidders, *b.bidders])
    for lot in [*results[0].lot_positions, *(one for one in results[1].lot_positions if one not in names[0])]:
        where = names[0].get(lot) or names[1][lot]
        if lot not in names[0] or lot not in names[1]:
            yield f"{where}: a lot of {'B' if lot in names[1] else 'A'} only"
            continue
        one, other = results[0].lot(lot), results[1].lot(lot)
        if one == other:
            continue
        told = [*_of_awards(one, other, called), *_of_bids(one, other, called)]
        yield from (f"{where}: {sentence}" for sentence in told or ["only reasons differ"])


def _called(bidders: Sequence[Bidder]) -> dict[str, str]:
    """Name bidders by id: as A does if it has them, with the id where another has the same name."""
    names = {bidder.id: bidder.name for bidder in reversed(bidders)}
    times = Counter(names.values())
    return {who: name if times[name] == 1 else f"{name} ({who})" for who, name in names.items()}


def _of_awards(a: LotResult, b: LotResult, called: dict[str, str]) -> Iterator[str]:
    if _holding(a) != _holding(b):
        yield f"awarded to {_won(a, called)} in A, to {_won(b, called)} in B"
    for field, label, lists in (
        ("passed_over", "passed over", [[one["bidder"] for one in lot["passed_over"]] for lot in (a, b)]),
        ("reserves", "in reserve", [lot["reserves"] for lot in (a, b)]),
        ("claims", "with a claim", [[one["bidder"] for one in lot.get("claims", [])] for lot in (a, b)]),
    ):
        # who joins or leaves the reserves shows in its award, its rank or its state
        if lists[0] != lists[1] and (field != "reserves" or sorted(lists[0]) == sorted(lists[1])):
            before, after = (listed([called[who] for who in ids]) or "nobody" for ids in lists)
            yield f"{label}: {before} in A, {after} in B"
    empty = [lot["unfilled"]["places"] if "unfilled" in lot else [] for lot in (a, b)]
    if empty[0] != empty[1]:
        before, after = (listed([str(place) for place in places]) or "none" for places in empty)
        yield f"places without an award: {before} in A, {after} in B"


def _holding(lot: LotResult) -> tuple[list[Any], ...]:
    """Return who has which place, or is in a tie for it, by id."""
    waiting = [(tie["places"], tie["bidders"]) for tie in lot.get("undecided", [])]
    return [(one["bidder"], one["place"]) for one in lot["awards"]], waiting


def _won(lot: LotResult, called: dict[str, str]) -> str:
    winners = [f"{called[one['bidder']]} (place {one['place']})" for one in lot["awards"]]
    for tie in lot.get("undecided", []):
        level = listed([called[who] for who in tie["bidders"]])
        places = listed([str(place) for place in tie["places"]])
        which = "place" if len(tie["places"]) == 1 else "places"
        winners.append(f"{level} (level; a person decides {which} {places})")
    return listed(winners) or "nobody"


def _of_bids(a: LotResult, b: LotResult, called: dict[str, str]) -> Iterator[str]:
    before, after = ({row["bidder"]: row for row in lot["ranking"]} for lot in (a, b))
    for bidder in [*before, *(one for one in after if one not in before)]:
        name = called[bidder]
        if bidder not in after or bidder not in before:
            yield f"{name} bids in {'A' if bidder in before else 'B'} only"
            continue
        changes = list(_changes(before[bidder], after[bidder]))
        if changes:
            yield f"{name}: {'; '.join(changes)}"


def _changes(a: Row, b: Row) -> Iterator[str]:
    if a["state"] != b["state"]:
        yield f"{a['state']} in A, {b['state']} in B"
    if a["rank"] != b["rank"]:
        ranks = ["no rank" if row["rank"] is None else ordinal(row["rank"]) for row in (a, b)]
        yield f"{ranks[0]} in A, {ranks[1]} in B"
    pairs = [
        ("quality", a["quality"], b["quality"]),
        ("price", a["price"], b["price"]),
        ("total", a["total"], b["total"]),
    ]
    asked = dict.fromkeys([*a["questions"], *b["questions"]])
    pairs += [(name, a["questions"].get(name), b["questions"].get(name)) for name in asked]
    for name, before, after in pairs:
        if before != after:
            yield f"{name} {before or 'none'} in A, {after or 'none'} in B"
    if a["flags"] != b["flags"]:
        yield f"flags {listed(a['flags']) or 'none'} in A, {listed(b['flags']) or 'none'} in B"


def _shown(value: object) -> str:
    """Write a value so that a person can read it, on one line."""
    if isinstance(value, dict):
        return "; ".join(f"{name} {_shown(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return listed([_shown(one) for one in value], most=50) or "nothing"
    return str(value)
