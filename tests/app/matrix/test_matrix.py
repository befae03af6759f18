"""Everybody at every route, with everything: no answer breaks, none tells what is sealed.

A new route joins by being there. Some that break or tell on purpose are among them in every run, so that a
run that notices nothing fails.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lots.bid import Bid
from lots.mark import Mark
from lots.person import Person
from lots.tender import Tender, find_tender
from tender.bids import envelopes
from tender.bids import operations as bids
from tender.example.companies import COMPANIES
from tender.example.stage import prices_of
from tender.example.story import REABLEMENT
from tender.frame.context import db, one_change, seal
from tender.frame.permissions import requires
from tests.app.matrix.addresses import addresses, places_of, routes
from tests.app.matrix.secrets import read_secrets
from tests.app.matrix.trying import Matrix
from tests.app.matrix.visitors import Visitor
from tests.app.matrix.world import IDENTITIES, World, world
from tests.scenes import Kept

__all__ = ["world"]

RAISES, NAMES, PRICES, MARKS, COUNTS = "raises", "names", "prices", "marks", "counts"
ON_PURPOSE = {
    (RAISES, "breaks"),
    (NAMES, "tells a name"),
    (PRICES, "tells a price"),
    (MARKS, "tells a mark"),
    (COUNTS, "tells a count"),
}


def careless_routes(app: Flask) -> None:
    """One of each kind of route that must be noticed."""

    def told(tender_id: int, what: Callable[[Tender], str]) -> str:
        return what(find_tender(db.session, tender_id))

    def of_bids(tender: Tender, one: Callable[[Bid], str]) -> str:
        return " ".join(one(bid) for bid in db.session.scalars(select(Bid).where(Bid.tender_id == tender.id)))

    def price(bid: Bid) -> str:
        sealed = envelopes.open_prices(seal(), bid.versions[-1]).prices.values() if bid.versions else ()
        return " ".join(f"£{pence // 100}.{pence % 100:02d}" for pence in sealed)

    def marks(tender: Tender) -> str:
        return of_bids(
            tender,
            lambda bid: " ".join(db.session.scalars(select(Mark.rationale).where(Mark.bid_id == bid.id))),
        )

    def count(tender: Tender) -> str:
        return (
            f"<b>{len(of_bids(tender, lambda bid: 'x' if bid.state == 'submitted' else '').split())}</b> bids"
        )

    verbs: dict[str, Callable[[Tender], str]] = {
        NAMES: lambda tender: of_bids(tender, lambda bid: bid.provider.name.replace("&", "&amp;")),
        PRICES: lambda tender: of_bids(tender, price),
        MARKS: marks,
        COUNTS: count,
        RAISES: lambda tender: str(tender.missing),  # type: ignore[attr-defined]
    }
    for name, verb in verbs.items():
        view = requires("tender.see")(lambda tender_id, verb=verb: told(tender_id, verb))
        app.add_url_rule(f"/tenders/<int:tender_id>/{name}-on-purpose", name, view)


@pytest.fixture
def restore(app, database: str, kept_scene: Kept, request) -> Callable[[], None]:
    """Brings the world back to what it was, after a request that changed it."""

    def sqlite() -> None:
        with (
            closing(sqlite3.connect(kept_scene.template)) as before,
            closing(sqlite3.connect(database.removeprefix("sqlite:///"), timeout=20)) as now,
        ):
            before.backup(now)

    def postgresql() -> None:
        server, name = request.getfixturevalue("postgresql_server"), database.rpartition("/")[2]
        app.extensions["engines"].plain.dispose()
        server.run(f'DROP DATABASE "{name.partition("?")[0]}" WITH (FORCE)')
        server.copy(kept_scene.template, name.partition("?")[0])

    return sqlite if database.startswith("sqlite") else postgresql


@pytest.fixture
def matrix(app, world: World, restore) -> Matrix:
    careless_routes(app)
    visitors = [Visitor(app, name, email) for name, email in IDENTITIES.items()]
    with app.app_context():
        places, secrets = places_of(db.session), read_secrets(db.session, seal())
    # outside of that context, or all requests would share what belongs to one
    return Matrix(app, visitors, places, secrets, restore)


@pytest.mark.first_on("sqlite")
def test_nobody_breaks_a_route_or_reads_what_is_sealed(matrix: Matrix, world: World, clock, app):
    matrix.most = 1
    go_through(matrix, world, clock, app)


@pytest.mark.deep
def test_nobody_breaks_a_route_or_reads_what_is_sealed_whatever_is_sent(
    matrix: Matrix, world: World, clock, app
):
    matrix.most = 6
    go_through(matrix, world, clock, app)


def go_through(matrix: Matrix, world: World, clock, app) -> None:
    matrix.read_all()
    matrix.send_all()
    told_by_comparing(matrix, world, clock, app)
    after_the_deadline(matrix, world, clock)
    noticed = {(fault.endpoint, fault.kind) for fault in matrix.faults}
    assert noticed >= ON_PURPOSE, ON_PURPOSE - noticed
    others = [str(fault) for fault in matrix.faults if (fault.endpoint, fault.kind) not in ON_PURPOSE]
    assert others == [], "\n".join([f"{len(others)} of {matrix.tried} requests:", *others[:40]])


def after_the_deadline(matrix: Matrix, world: World, clock) -> None:
    """The same for the tender that is open for bids, once it is closed and nobody has opened it."""
    tender_id = world.tenders[REABLEMENT]
    with matrix.app.app_context():
        deadline = db.session.get_one(Tender, tender_id).deadline
    assert deadline is not None
    clock.set(deadline)
    clock.forward(minutes=5)
    for visitor in matrix.visitors:
        visitor.enter()
    matrix.read_all(only={tender_id})
    matrix.send_all(only={tender_id}, forging=matrix.most != 1)


def told_by_comparing(matrix: Matrix, world: World, clock, app) -> None:
    """What is sealed is told by nothing: pages about a tender are the same, word for word, to everybody but
    the bidder, whether or not one more company has bid."""
    tender_id = world.tenders[REABLEMENT]
    before = pages_about(matrix, tender_id)
    company = COMPANIES[20]
    with app.app_context(), one_change() as session:
        tender = find_tender(session, tender_id)
        person = session.scalars(select(Person).where(Person.email == company.email)).one()
        who: dict[str, Any] = {"session": session, "actor": person, "tender": tender, "now": clock()}
        bids.start(**who)
        for question in tender.questions:
            bids.save_answer(
                **who, seal=seal(), question_code=question.code, text="One more bid, as good as any."
            )
        prices = prices_of(tender, company)
        bids.save_prices(**who, seal=seal(), prices=prices, preferences=list(prices), most_lots=None)
        bids.submit(**who, seal=seal())
    after = pages_about(matrix, tender_id)
    assert before.keys() == after.keys()
    told = {key for key, page in before.items() if after[key] != page}
    careless = {key for key in told if key[0] in {NAMES, PRICES, MARKS, COUNTS}}
    assert {endpoint for endpoint, _, _ in careless} >= {NAMES, COUNTS}, "the comparison notices nothing"
    assert told == careless, f"they differ where one more company bids: {sorted(told - careless)}"
    matrix.restore()


def pages_about(matrix: Matrix, tender_id: int) -> dict[tuple[str, str, str], str]:
    """What each who may reads at each address about the tender, without what differs in every answer."""
    pages = {}
    for rule in routes(matrix.app):
        if "tender_id" not in rule.arguments or "GET" not in rule.methods:
            continue
        about = [one for one in addresses(rule, matrix.places) if one.tender == tender_id and one.possible]
        for visitor in (each for each in matrix.visitors if matrix.may(each, rule)):
            for address in about[: matrix.most]:
                text = visitor.get(address.path).text
                pages[rule.endpoint, address.path, visitor.name] = re.sub(
                    r'(name="csrf_token"[^>]* value=")[^"]*', r"\1", text
                )
    return pages
