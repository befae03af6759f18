"""Tries requests and judges the answers: nothing breaks, and nobody reads what is not theirs to read."""

from __future__ import annotations

import random
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from tender.frame.permissions import PUBLIC, SIGNED_IN
from tests.app.matrix.addresses import Address, Places, addresses, routes
from tests.app.matrix.forgeries import (
    BODIES,
    FORGED,
    QUERIES,
    Fields,
    all_forged,
    emptied,
    filled,
    forged,
)
from tests.app.matrix.secrets import Secret, TenderSecrets, count_in, found_in
from tests.app.matrix.visitors import Answer, Part, Visitor, forms_on

ROOT = Path(__file__).parent.parent.parent.parent
SLOWEST = 30
"""Seconds: far above what any page takes on a busy machine, far below what an endless loop takes."""


@dataclass(frozen=True)
class Fault:
    kind: str
    """`breaks`, `tells a name`, `tells a price`, `tells a mark`, `tells a count`, `takes too long`."""
    endpoint: str
    what: str

    def __str__(self) -> str:
        return f"{self.endpoint} {self.kind}: {self.what}"


@dataclass
class Matrix:
    """Everybody at every route. `most` is how many addresses, forgeries and so on are tried of each kind
    at one place, drawn the same way in every run; None tries all."""

    app: Flask
    visitors: Sequence[Visitor]
    places: Sequence[Places]
    secrets: Mapping[int, TenderSecrets]
    restore: Callable[[], None]
    most: int | None = None
    tried: int = 0
    faults: list[Fault] = field(default_factory=list)
    slowest: tuple[float, str] = (0, "")
    forms: dict[str, dict[str, dict[str, Sequence[str]]]] = field(default_factory=dict)
    """Fields of the forms seen, by the endpoint that they are sent to and the address it is sent to."""
    _hidden: dict[tuple[str, int | None, str], list[Secret]] = field(default_factory=dict)

    def read_all(self, only: set[int] | None = None) -> None:
        """GET, with and without a query; `only` about these tenders."""
        for rule in self._routes("GET", only):
            for visitor, address in self._pairs(rule, only):
                answer = visitor.get(address.path)
                self._judge(visitor, address, "GET", answer)
                if answer.status == 200 and answer.kind == "text/html":
                    self._learn(address, answer.text)
            draw = random.Random(rule.rule)
            may = [each for each in self.visitors if self.may(each, rule)]
            for visitor in self._some(draw, may, 1):
                address = draw.choice([one for one in addresses(rule, self.places) if one.possible])
                for query in self._some(draw, QUERIES, 1):
                    path = f"{address.path}?{query}"
                    self._judge(visitor, address, f"GET ?{query[:60]}", visitor.get(path))

    def send_all(self, only: set[int] | None = None, forging: bool = True) -> None:
        """POST: what nobody filled in, what a patient person would send, and what a forger would."""
        for rule in self._routes("POST", only):
            draw = random.Random(rule.rule)
            known = self.forms.setdefault(rule.endpoint, {})
            fields = {name: values for form in known.values() for name, values in form.items()}
            for visitor, address in self._pairs(rule, only):
                self._send(visitor, address, "nothing", [])
                if self.may(visitor, rule) and fields:
                    own = known.get(address.path, fields)
                    self._send(visitor, address, "filled in", filled(own))
            # what came back may have asked for more
            fields = {name: values for form in known.values() for name, values in form.items()}
            may = [each for each in self.visitors if self.may(each, rule)]
            for visitor in self._some(draw, may, 2) if forging else ():
                possible = [
                    one
                    for one in addresses(rule, self.places)
                    if one.possible and (only is None or one.tender in only)
                ]
                with_form = [one for one in possible if one.path in known] or possible
                for address in self._some(draw, with_form, 1):
                    self._forge(visitor, address, known.get(address.path, fields), draw)

    def _forge(self, visitor: Visitor, address: Address, fields: Fields, draw: random.Random) -> None:
        self._send(visitor, address, "emptied", emptied(fields))
        for how in self._some(draw, list(FORGED), 3):
            self._send(visitor, address, f"every field {how}", all_forged(fields, how))
        for name in self._some(draw, list(fields), 3):
            for how in self._some(draw, list(FORGED), 1):
                self._send(visitor, address, f"{name}: {how}", forged(fields, name, how))
        for kind, body in self._some(draw, BODIES, 1):
            answer = visitor.post_raw(address.path, kind, body)
            self._judge(visitor, address, f"POST {kind} {body[:40]!r}", answer)
            if answer.status < 400:
                self.restore()

    def _send(self, visitor: Visitor, address: Address, how: str, parts: Sequence[Part]) -> None:
        answer = visitor.post(address.path, parts)
        sent = b"\n".join(part.value for part in parts).decode("utf-8", "replace")
        self._judge(visitor, address, f"POST {how}", answer, sent)
        if answer.status == 200 and answer.kind == "text/html":
            self._learn(address, answer.text)
        if answer.location:
            onward = visitor.follow(answer)
            self._judge(visitor, address, f"POST {how}, then {answer.location[:80]}", onward, sent)
        if answer.status < 400:
            self.restore()

    def _routes(self, method: str, only: set[int] | None) -> Iterator[Rule]:
        for rule in routes(self.app):
            if method in (rule.methods or ()) and (only is None or "tender_id" in rule.arguments):
                yield rule

    def _pairs(self, rule: Rule, only: set[int] | None) -> Iterator[tuple[Visitor, Address]]:
        """Who goes where: those who may, to everything that is there and some that is not; others once."""
        every = list(addresses(rule, self.places))
        possible = [one for one in every if one.possible and (only is None or one.tender in only)]
        impossible = [] if only else [one for one in every if not one.possible]
        strangers = [each for each in self.visitors if not self.may(each, rule)]
        strangers = self._some(random.Random(rule.rule), strangers, 2)
        for visitor in self.visitors:
            draw = random.Random(f"{rule.rule} {visitor.name}")
            if self.may(visitor, rule):
                for tender in self._tenders(draw, possible):
                    there = [one for one in possible if one.tender == tender]
                    yield from ((visitor, one) for one in self._some(draw, there, 1))
                yield from ((visitor, one) for one in self._some(draw, impossible, 1))
            elif visitor in strangers:
                yield from ((visitor, one) for one in self._some(draw, possible, 1))
                if self.most is None:
                    yield from ((visitor, one) for one in impossible)

    def _tenders(self, draw: random.Random, possible: Sequence[Address]) -> list[int | None]:
        """Those with something to tell, and some of the others."""
        every = list(dict.fromkeys(one.tender for one in possible))
        secret = [id for id in every if id is not None and self.secrets[id].has_secrets]
        return [*secret, *self._some(draw, [id for id in every if id not in secret], 1)]

    def _some(self, draw: random.Random, of: Iterable[object], few: int) -> list:
        """All of them, or `few` times `most` of them."""
        of = list(of)
        return of if self.most is None else draw.sample(of, min(len(of), few * self.most))

    def may(self, visitor: Visitor, rule: Rule) -> bool:
        """Whether their roles let them in; what they find there is another matter."""
        permission = getattr(self.app.view_functions[rule.endpoint], "permission", PUBLIC)
        if permission == PUBLIC:
            return True
        holders = self.app.extensions["permissions"].get(permission, frozenset())
        return bool(visitor.roles if permission == SIGNED_IN else visitor.roles & holders)

    def _learn(self, address: Address, page: str) -> None:
        adapter = self.app.url_map.bind("localhost")
        for form in forms_on(page):
            target = (form.pop("")[0] or address.path).partition("?")[0]
            try:
                endpoint, _ = adapter.match(target, method="POST")
            except HTTPException:
                continue
            known = self.forms.setdefault(endpoint, {}).setdefault(target, {})
            known.update({name: values for name, values in form.items() if name not in known})

    def _judge(self, visitor: Visitor, address: Address, how: str, answer: Answer, sent: str = "") -> None:
        self.tried += 1
        said = f"{how} {address.path[:100]} by {visitor.name}"
        self.slowest = max(self.slowest, (answer.seconds, said))
        for kind, detail in self._faults_of(visitor, address, answer, sent):
            self.faults.append(Fault(kind, address.endpoint, f"{said}: {detail}"))

    def _faults_of(
        self, visitor: Visitor, address: Address, answer: Answer, sent: str
    ) -> Iterator[tuple[str, str]]:
        if answer.status >= 500:
            yield "breaks", _place(answer.error)
        if answer.seconds > SLOWEST:
            yield "takes too long", f"{answer.seconds:.0f} seconds"
        secret = found_in(answer.text, self._hidden_from(visitor, address), sent)
        if secret is not None:
            yield f"tells a {secret.kind}", secret.text[:80]
        if address.tender is not None and self.secrets[address.tender].is_unopened:
            count = count_in(answer.text, self.secrets[address.tender].counts)
            if count is not None:
                yield "tells a count", count

    def _hidden_from(self, visitor: Visitor, address: Address) -> list[Secret]:
        key = (visitor.name, address.tender, address.endpoint)
        if key not in self._hidden:
            about = [self.secrets[address.tender]] if address.tender is not None else self.secrets.values()
            self._hidden[key] = [
                secret
                for one in about
                for secret in one.hidden_from(visitor.person, address.endpoint, address.tender is not None)
            ]
        return self._hidden[key]


def _place(error: BaseException | None) -> str:
    """Where in our own code an exception came from."""
    if error is None:
        return "answered 500"
    frames = [
        one for one in traceback.extract_tb(error.__traceback__) if Path(one.filename).is_relative_to(ROOT)
    ]
    own = [one for one in frames if "/tests/" not in one.filename] or frames
    place = f"{own[-1].filename.removeprefix(str(ROOT))}:{own[-1].lineno}" if own else "?"
    return f"{type(error).__name__} at {place}: {str(error)[:120]}"
