"""Heads kept outside: whoever rewrites, cuts or restores a log is found out by them, and by nothing else."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lots.event import Event
from lots.log_key import log_key
from lots.tree import TreeHead
from scoring import merkle
from tender import Application
from tests.app.audit.intruder import intruder, recompute
from tests.app.bids.conftest import FIRST, SECOND, Bidding, bidding, to_bid_for
from tests.app.client import Client
from tests.app.locked_tender import Locked

__all__ = ["bidding", "to_bid_for"]

Attack = Callable[[Session, str], None]

NOTHING = "Today’s log of LCC-HC-01 does not begin with the entries that this head stands for."


def rewrite(session: Session, log: str) -> None:
    """As somebody does who has the key too: every hash and keyed hash and head is made to fit."""
    entry = session.query(Event).filter_by(log=log, action="award.approved").one()
    entry.body = entry.body.replace("bears", "barely bears")
    recompute(session, log, log_key(session))


def cut(session: Session, log: str) -> None:
    session.query(Event).filter_by(log=log, action="award.approved").delete()
    session.query(TreeHead).filter_by(log=log, size=7).delete()
    session.execute(text("DELETE FROM log_frontier WHERE log = :log"), {"log": log})


def heads(app: Application, *arguments: str, of: str = "LCC-HC-01") -> list[dict[str, object]]:
    done = app.test_cli_runner().invoke(args=["log", "heads", *arguments])
    assert done.exit_code == 0, done.output
    return [head for head in map(json.loads, done.output.splitlines()) if head["reference"] == of]


@pytest.fixture
def kept(approved: Locked, app: Application, tmp_path: Path) -> Path:
    """A file of the heads as they were sent elsewhere once the award was approved."""
    path = tmp_path / "heads.jsonl"
    path.write_text("".join(f"{json.dumps(head)}\n" for head in heads(app)))
    return path


def run(app: Application, *arguments: object) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["log", "check", *map(str, arguments)])
    return done.exit_code, done.output


def test_every_milestone_has_a_head_to_send_away(approved: Locked, app: Application) -> None:
    found = heads(app)
    assert [head["size"] for head in found] == [1, 3, 4, 5, 6, 7]
    assert set(found[0]) == {"log", "reference", "size", "root", "at"}


def test_heads_that_were_sent_are_not_sent_again(approved: Locked, kept: Path, app: Application) -> None:
    assert heads(app, "--since", str(kept)) == []
    assert len(heads(app, "--since", "2026-01-01")) == 6
    assert heads(app, "--since", "2030-01-01") == []
    done = app.test_cli_runner().invoke(args=["log", "heads", "--since", "yesterday"])
    assert "neither a date like 2026-11-22 nor a file" in done.output


def test_the_heads_of_an_untouched_log_fit_and_each_has_its_proof(
    approved: Locked, kept: Path, app: Application, tmp_path: Path
) -> None:
    proofs = tmp_path / "proofs.jsonl"
    status, told = run(app, "--head", kept, "--proofs", proofs)
    assert status == 0, told
    assert "fits. Today’s log begins with the first 1 entry" in told
    found = [json.loads(line) for line in proofs.read_text().splitlines()]
    assert len(found) == 6
    for one in found:
        assert merkle.verify_consistency(
            one["earlier"]["size"],
            one["today"]["size"],
            [bytes.fromhex(node) for node in one["consistency_proof"]],
            bytes.fromhex(one["earlier"]["root"]),
            bytes.fromhex(one["today"]["root"]),
        )


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        (rewrite, "the first 7 entries of today’s log are not those that it stands for"),
        (cut, "the log held 7 entries, and today it has 6"),
    ],
)
def test_what_nothing_inside_can_tell_a_head_kept_outside_does(
    approved: Locked, kept: Path, app: Application, attack: Attack, told: str
) -> None:
    with intruder(app) as session:
        attack(session, f"tender:{approved.tender_id}")
    status, seen = run(app, "--head", kept)
    assert status == 1
    assert told in seen
    last = json.loads(kept.read_text().splitlines()[-1])
    page = Client(app).get(f"/log/compare?log=LCC-HC-01&root={last['root']}&size=7")
    assert NOTHING in page.text
    first = json.loads(kept.read_text().splitlines()[0])
    page = Client(app).get(f"/log/compare?log=LCC-HC-01&root={first['root']}&size=1")
    assert page.heading.endswith("The log still fits")


def test_a_tender_that_is_gone_with_its_log_is_named_by_its_heads(
    approved: Locked, kept: Path, app: Application
) -> None:
    kept.write_text(kept.read_text().replace(f'"tender:{approved.tender_id}"', '"tender:77"'))
    status, told = run(app, "--head", kept)
    assert status == 1
    assert "tender:77: GONE." in told


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"nonsense", "Line 1 is not a head"),
        (b'{"log": "tender:1"}', "it needs “log” and “root”"),
        (b'{"log": "tender:1", "root": "zz"}', "Log head must be 64 digits"),
        (b'{"log": "tender:1", "root": "%s", "size": true}' % (b"a" * 64), "must be a whole number"),
        (b"\xff\xfe", "is not a text"),
        (b"[" * 100_000, "Line 1 is not a head"),
        (b"", "holds no head"),
    ],
)
def test_a_file_that_holds_no_head_is_refused_in_words(
    people: object, app: Application, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    status, told = run(app, "--head", path)
    assert status == 1
    assert message in told


# the page that anybody sees


def test_anybody_compares_a_head_and_gets_the_proof(approved: Locked, kept: Path, app: Application) -> None:
    stranger = Client(app)
    head = json.loads(kept.read_text().splitlines()[1])
    page = stranger.get(f"/log/compare?log=lcc-hc-01&root={head['root']}&size={head['size']}")
    assert page.heading == "LCC-HC-01 The log still fits"
    assert "begins with the 3 entries" in page.text
    assert "Today it has 7 entries" in page.text
    proof = json.loads(stranger.get(page.links()["Download the consistency proof"]).data)
    assert merkle.verify_consistency(
        3,
        7,
        [bytes.fromhex(one) for one in proof["consistency_proof"]],
        bytes.fromhex(head["root"]),
        bytes.fromhex(proof["today"]["root"]),
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("log=NONE&root={}&size=2", "There is no published tender with this reference"),
        ("log=&root={}", "Enter the reference of the tender"),
        ("log=LCC-HC-01&root=12ab", "Log head must be 64 digits"),
        ("log=LCC-HC-01&root={}&size=many", "must be a whole number"),
        ("log=LCC-HC-01&root={}&size=" + "9" * 12, "larger than any log"),
        ("log=LCC-HC-01&root={}&leaf=x", "must be 64 digits"),
        ("log=tender:99999999999999999999&root={}", "no published tender"),
    ],
)
def test_what_cannot_be_a_head_is_said_by_its_field(
    approved: Locked, app: Application, query: str, message: str
) -> None:
    page = Client(app).get(f"/log/compare?{query.format('a' * 64)}", status=400)
    assert message in page.errors[0]


def test_a_draft_is_as_unknown_as_no_tender(approved: Locked, app: Application) -> None:
    with intruder(app) as session:
        session.execute(text("UPDATE tender SET published_at = NULL, state = 'draft'"))
    page = Client(app).get(f"/log/compare?log=LCC-HC-01&root={'a' * 64}", status=400)
    assert page.errors == ["There is no published tender with this reference"]


@pytest.fixture
def sealed(bidding: Bidding) -> Bidding:
    """Two bids, submitted and sealed."""
    for email in (SECOND, FIRST):
        bidding.prepare(email)
        bidding.submit(email)
    return bidding


def receipt(client: Client, bidding: Bidding, kind: str) -> bytes:
    return client.get(f"/bids/{bidding.tender_id}/receipts/1/receipt.{kind}").data


@pytest.mark.parametrize("kind", ["txt", "json"])
def test_a_bidder_gives_the_receipt_as_it_is(sealed: Bidding, app: Application, client: Client, kind) -> None:
    content = receipt(client.enter(FIRST), sealed, kind)
    page = Client(app).post_form(
        "/log/compare", {"file": (io.BytesIO(content), f"receipt.{kind}")}, submit="Compare the file"
    )
    assert page.heading == "LCC-1 The log still fits"


def test_before_the_opening_comparing_tells_nothing_of_how_many_bid(
    sealed: Bidding, app: Application, client: Client
) -> None:
    told = json.loads(receipt(client.enter(FIRST), sealed, "json"))
    assert told["size"] is None
    stranger, seen = Client(app), set()
    for size in ("", *range(1, 40), 10**9):
        page = stranger.get(f"/log/compare?log=LCC-1&root={told['root']}&size={size}")
        seen.add(page.text)
        stranger.get(f"/log/compare/proof.json?log=LCC-1&root={told['root']}&size={size}", status=404)
    assert len(seen) == 1, "the answer depends on the size that was tried"
    assert "entries that this head stands for" in seen.pop()
    wrong = {
        stranger.get(f"/log/compare?log=LCC-1&root={'a' * 64}&size={size}").text for size in (1, 5, 10**6)
    }
    assert len(wrong) == 1


def test_of_a_sealed_tender_one_head_leaves_without_size_and_time(
    sealed: Bidding, app: Application, tmp_path: Path
) -> None:
    (head,) = heads(app, of="LCC-1")
    assert (head["size"], head["at"]) == (None, None)
    path = tmp_path / "heads.jsonl"
    path.write_text(json.dumps(head))
    status, told = run(app, "--head", path)
    assert status == 0
    assert "begins with the entries that it stands for" in told
    assert heads(app, "--since", str(path), of="LCC-1") == []
