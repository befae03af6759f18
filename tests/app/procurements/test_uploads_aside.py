"""While an upload is read nobody waits: the reading holds no transaction of the database."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import text

from lots.schedule import Schedule
from tender.frame.context import db
from tender.procurements.views import setup
from tests.app.client import Client
from tests.app.procurements.conftest import Tendering


def test_somebody_else_can_write_while_a_schedule_is_read(
    officer: Client, tendering: Tendering, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = setup.read_schedule_file
    written = []

    def slowly(*file: Any) -> Schedule:
        with db.engine.begin() as other:
            other.execute(text("CREATE TABLE written_meanwhile (id INTEGER)"))
            written.append(True)
        return reading(*file)

    monkeypatch.setattr(setup, "read_schedule_file", slowly)
    content = b"Lot,District,Hours,Rate,Notes\nL7,Wyre,10,12.50,ring first\n"
    seen = officer.post_form(f"{tendering.path}/upload-lots", {"schedule": (io.BytesIO(content), "lots.csv")})
    assert written == [True]
    assert "Column “District” was read as Zone." in seen.text
    assert "“Notes”" in seen.text
    assert "Read from rows 2 to 2." in seen.text
