"""A few of the kills of `make crash`, so that it works when it is wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.run import run


@pytest.mark.deep
def test_what_was_acknowledged_is_recorded_however_the_server_ends(database: str, tmp_path: Path) -> None:
    outcome = run(database, 3, tmp_path / "server.log")
    assert outcome.faults == []
    assert outcome.kills == 3
    assert 0 < outcome.acknowledged <= outcome.recorded <= outcome.acknowledged + outcome.cut_off
