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
            other.execute(text("DELETE FROM sign_in_attempt"))
            written.append(True)
        return reading(*file)

    monkeypatch.setattr(setup, "read_schedule_file", slowly)
    content = b"Lot,District,Hours,Rate,Notes\nL7,Wyre,10,12.50,ring first\n"
    seen = officer.post_form(f"{tendering.path}/upload-lots", {"schedule": (io.BytesIO(content), "lots.csv")})
    assert written == [True]
    assert "Check how your schedule was read" in seen.text
    assert "Column “District” was read as Zone." in seen.text
    assert "“Notes”" in seen.text
    assert "Read from rows 2 to 2." in seen.text


def test_what_was_read_by_other_headings_is_saved_only_once_the_officer_has_seen_it(
    officer: Client, tendering: Tendering
) -> None:
    content = b"Appendix 4\nLot,District,Hours,Rate,Group,Limit,Notes\nL7,Wyre,10,12.50,North,1,ring first\n"
    path = f"{tendering.path}/upload-lots"
    page = officer.post_form(path, {"schedule": (io.BytesIO(content), "lots.csv")})
    assert tendering.see(lambda tender: [lot.code for lot in tender.lots]) == ["L1", "L2", "L3"]
    sent = {tag["name"]: tag["value"] for tag in page.html.select("main form input[type=hidden]")}
    seen = officer.raw.post(path, data=sent, follow_redirects=True)
    assert "The tender now has the 1 lot of your schedule." in seen.text
    assert tendering.see(lambda tender: [(lot.code, lot.zone, lot.guide_price) for lot in tender.lots]) == [
        ("L7", "Wyre", 1_250)
    ]
    assert tendering.see(lambda tender: [(group.code, group.most_lots) for group in tender.groups]) == [
        ("North", 1)
    ]
