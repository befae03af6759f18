"""Every address that the application answers, found in its own map of routes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from urllib.parse import quote

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from lots.bid import Bid
from lots.tender import Tender
from tests.app.matrix.forgeries import IMPOSSIBLE, STRANGE

PLACE = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>")
"""Of an address, as routes write them: converter, what is in its brackets, and name."""


@dataclass(frozen=True)
class Address:
    rule: str
    endpoint: str
    path: str
    tender: int | None
    """Which it is about, if that is there."""
    possible: bool
    """Whether everything that it names is there."""


@dataclass(frozen=True)
class Places:
    """What can stand in the places of an address about one tender."""

    tender: int
    codes: Sequence[str]
    """Of lots, questions, limits, bidders; whatever new places may come to stand for."""


def places_of(session: Session) -> list[Places]:
    found = []
    for tender in session.scalars(select(Tender)):
        aliases = session.scalars(select(Bid.alias).where(Bid.tender_id == tender.id).limit(3)).all()
        codes = [lot.code for lot in tender.lots[:1]] + [each.code for each in tender.questions[:1]]
        codes += [group.code for group in tender.groups[:1]] + [alias for alias in aliases if alias][:1]
        found.append(Places(tender.id, codes))
    return found


def routes(app: Flask) -> list[Rule]:
    """Every route but files; a new one joins by being there."""
    return sorted(
        (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"), key=lambda r: r.rule
    )


def addresses(rule: Rule, places: Sequence[Places]) -> Iterator[Address]:
    """The route filled in with what is there, and with what cannot be."""
    if "tender_id" not in rule.arguments:
        yield from _filled(rule, None, _codes(places))
        return
    for each in places:
        yield from _filled(rule, each.tender, each.codes)
    for id in IMPOSSIBLE:
        values = {name: _first(rule, name, places[0].codes) for name in rule.arguments}
        yield Address(rule.rule, rule.endpoint, _path(rule, {**values, "tender_id": id}), None, False)


def _codes(places: Sequence[Places]) -> list[str]:
    return list(dict.fromkeys(code for each in places for code in each.codes))


def _filled(rule: Rule, tender: int | None, codes: Sequence[str]) -> Iterator[Address]:
    names = sorted(rule.arguments - {"tender_id"})
    fixed = {} if tender is None else {"tender_id": str(tender)}
    options = [_options(rule, name, codes) for name in names]
    for chosen in product(*options):
        values = {**fixed, **dict(zip(names, chosen, strict=True))}
        yield Address(rule.rule, rule.endpoint, _path(rule, values), tender, True)
    for name in names:
        ids = _is_number(rule, name)
        for strange in IMPOSSIBLE if ids else STRANGE:
            values = {**fixed, **{each: _first(rule, each, codes) for each in names}, name: strange}
            yield Address(rule.rule, rule.endpoint, _path(rule, values), tender, False)


def _options(rule: Rule, name: str, codes: Sequence[str]) -> list[str]:
    converter, listed = _converter(rule, name)
    if converter == "any":  # one of a few words
        return [word.strip() for word in listed.split(",")]
    return ["1", "2"] if converter == "int" else list(codes)


def _first(rule: Rule, name: str, codes: Sequence[str]) -> str:
    return next(iter(_options(rule, name, codes)), "x")


def _is_number(rule: Rule, name: str) -> bool:
    return _converter(rule, name)[0] == "int"


def _converter(rule: Rule, name: str) -> tuple[str, str]:
    """`int`, `any`, … or "", and what stands in brackets after it."""
    return next((one[1] or "", one[2] or "") for one in PLACE.finditer(rule.rule) if one[3] == name)


def _path(rule: Rule, values: Mapping[str, str]) -> str:
    """The rule with its places filled in, what is escaped already left as it is."""
    return PLACE.sub(lambda place: quote(values[place[3]], safe="%"), rule.rule)
