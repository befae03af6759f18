"""Kills the server again and again while providers submit, then counts."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.crash.bidder import Bidder
from tests.crash.count import count
from tests.crash.server import Server
from tests.crash.stage import prepare

PROVIDERS = 6
ALL_AT_ONCE = 8
"""Of so many kills, one takes the whole server."""


@dataclass
class Outcome:
    kills: int
    whole: int
    """Kills of the whole server, its master included."""
    during: int
    """Kills while at least one submission was under way."""
    tried: int
    cut_off: int
    """Submissions that the server never answered."""
    acknowledged: int
    recorded: int
    faults: list[str]

    def __str__(self) -> str:
        return (
            f"{self.kills} kills ({self.whole} of the whole server), {self.during} during a submission; "
            f"{self.cut_off} submissions cut off; {self.acknowledged} receipts acknowledged, "
            f"{self.recorded} submissions in the record; faults: {len(self.faults)}"
        )


def run(url: str, kills: int, log: Path) -> Outcome:
    """`url` of a database with its tables, and nothing in them."""
    emails = prepare(url, PROVIDERS)
    server = Server(url, log)
    bidders = [Bidder(server.address, email) for email in emails]
    for bidder in bidders:
        bidder.start()
    whole = during = 0
    try:
        for number in range(1, kills + 1):
            before = sum(len(bidder.receipts) for bidder in bidders)
            wait_until(lambda before=before: sum(len(bidder.receipts) for bidder in bidders) > before)
            wait_until(lambda: any(bidder.submitting for bidder in bidders))
            time.sleep(random.random() / 20)
            during += any(bidder.submitting for bidder in bidders)
            if number % ALL_AT_ONCE == 0 or not server.kill_a_worker():
                server.kill_all()
                whole += 1
                server.start()
            if number % 20 == 0:
                sys.stderr.write(f"{number} kills, {before} receipts\n")
        wait_until(lambda: all(bidder.receipts for bidder in bidders))
        for bidder in bidders:
            bidder.over.set()
        for bidder in bidders:
            bidder.join(timeout=60)
        server.stop()
    finally:
        if server.process.poll() is None:
            server.kill_all()
    receipts = {bidder.email: dict(bidder.receipts) for bidder in bidders}
    recorded, faults = count(url, receipts)
    return Outcome(
        kills,
        whole,
        during,
        sum(bidder.tried for bidder in bidders),
        sum(bidder.cut_off for bidder in bidders),
        sum(len(own) for own in receipts.values()),
        recorded,
        faults + [f"refused: {one}" for bidder in bidders for one in bidder.refusals],
    )


def wait_until(condition, seconds: float = 60) -> None:  # type: ignore[no-untyped-def]
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("the providers have come to a stop")
        time.sleep(0.002)
