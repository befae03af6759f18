"""Two colleagues of one provider press a button at the same moment, each in a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

from sqlalchemy import func, select

from lots.bid import Bid, BidVersion
from lots.event import Event
from lots.refusal import Conflict
from tests.app.bids.conftest import FIRST, SECOND


def at_once(*steps: Callable[[], object]) -> list[object]:
    """What each step gave, or the refusal that it raised."""
    barrier = Barrier(len(steps))
    results: list[object] = [None] * len(steps)

    def run(place: int, step: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[place] = step()
        except Exception as error:
            results[place] = error

    threads = [Thread(target=run, args=(place, step)) for place, step in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def count(bidding, table) -> int:
    with bidding.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_two_colleagues_starting_at_once_start_one_bid(bidding):
    assert at_once(bidding.start, bidding.start, bidding.start) == [None] * 3
    assert count(bidding, Bid) == 1


def test_two_colleagues_submitting_at_once_make_one_version_with_one_receipt(bidding):
    bidding.prepare()
    first, second = at_once(bidding.submit, bidding.submit)
    assert isinstance(first, str)
    assert first == second
    assert count(bidding, BidVersion) == 1


def test_of_two_colleagues_saving_one_answer_at_once_one_gets_a_conflict(bidding):
    bidding.start()
    results = at_once(
        lambda: bidding.answer("Q1", "From one.", seen=0),
        lambda: bidding.answer("Q1", "From the other.", seen=0),
    )
    assert [type(one) for one in results if one is not None] == [Conflict]
    assert bidding.draft().answers["Q1"] in {"From one.", "From the other."}
    assert bidding.draft().revision("Q1") == 1


def test_answers_to_different_questions_saved_at_once_are_both_kept(bidding):
    bidding.start()
    results = at_once(
        lambda: bidding.answer("Q1", "From one.", seen=0), lambda: bidding.answer("Q2", "From two.", seen=0)
    )
    assert results == [None, None]
    assert bidding.draft().answers == {"Q1": "From one.", "Q2": "From two."}


def test_of_two_colleagues_withdrawing_at_once_one_gets_a_conflict(bidding):
    bidding.prepare()
    bidding.submit()
    results = at_once(bidding.withdraw, bidding.withdraw)
    assert [type(one) for one in results if one is not None] == [Conflict]
    with bidding.read() as session:
        withdrawn = session.scalars(select(Event).where(Event.action == "bid.withdrawn")).all()
        assert len(withdrawn) == 1


def test_two_providers_submit_at_once_and_both_receipts_stand(bidding):
    for email in (FIRST, SECOND):
        bidding.prepare(email)
    results = at_once(lambda: bidding.submit(FIRST), lambda: bidding.submit(SECOND))
    assert all(isinstance(one, str) for one in results), results
    assert len(set(results)) == 2
    assert count(bidding, BidVersion) == 2
