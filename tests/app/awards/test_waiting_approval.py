"""A recommendation that waits while the engine is bettered: its figures and codes count, and no sentence."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lots.award import Award, Evaluation
from lots.refusal import Conflict
from scoring.canonical import canonical_json
from scoring.result import result, sentences
from scoring.version import __version__
from tender.awards.operations.evaluating import Judgement
from tests.app.award_steps import Lock, Take
from tests.app.conftest import Change


@pytest.fixture
def another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer engine that words every reason otherwise."""
    monkeypatch.setattr(result, "__version__", f"{__version__}.1")
    for code in sentences.SENTENCES:
        monkeypatch.setitem(sentences.SENTENCES, code, lambda reason, names: "said better")


def test_a_waiting_award_is_approved_although_a_newer_engine_words_it_otherwise(
    lock: Lock, take: Take, read: Change, request: pytest.FixtureRequest
) -> None:
    locked = lock()
    take(locked, "recommend")
    request.getfixturevalue("another_version")
    take(locked, "approve", first="approve")
    with read() as session:
        assert {award.reason for award in session.scalars(select(Award))} == {"said better"}


def test_a_waiting_award_is_not_approved_where_a_newer_engine_gives_another_figure(
    lock: Lock, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = lock()
    take(locked, "recommend")
    monkeypatch.setattr(result.reasons, "awarded", lambda *_: {"code": "awarded", "rank": 9})
    with pytest.raises(Conflict, match="has changed since the award was recommended"):
        take(locked, "approve", first="approve")


def judged(**changed: object) -> dict[str, object]:
    return {
        "format": "evaluation-result/1",
        "engine": {"name": "scoring", "version": "0.1.0"},
        "record_sha256": "ab",
        "lots": [{"id": "L1", "reserves": ["B1"]}],
        **changed,
    }


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({}, True),
        ({"engine": {"name": "scoring", "version": "9.9.9"}}, True),
        ({"record_sha256": "cd"}, False),
        ({"lots": [{"id": "L1", "reserves": ["B2"]}]}, False),
    ],
)
def test_an_evaluation_is_that_of_a_record_by_all_but_the_engine(
    changed: dict[str, object], same: bool
) -> None:
    kept = Evaluation(record_text="{}", result_text=canonical_json(judged(**changed)).decode())
    assert Judgement("{}", "ab", judged()).is_that_of(kept) is same  # type: ignore[arg-type]
    assert not Judgement("{ }", "ab", judged()).is_that_of(kept)  # type: ignore[arg-type]
