"""Every step that cannot be undone has a page of its own, and takes two people where the rules say so."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lots import event
from lots.confirmation import StepRequest
from lots.tender import Tender
from tender.settings import SettingsRefused, read_settings
from tests.app.award_steps import lock, locked
from tests.app.judging import MODERATOR, OFFICER, moderated
from tests.app.moderation.test_agreeing_marks import agree_all
from tests.app.opened_tender import opened

__all__ = ["lock", "locked", "moderated", "opened"]
OFFICER2 = "officer2@example.org"


@pytest.fixture
def two(app):
    """An installation that wants two people for everything."""
    before = app.config["SECOND_PERSON"]
    app.config["SECOND_PERSON"] = read_settings({"TENDER_EXAMPLE": "1", "SECOND_PERSON": "all"})[
        "SECOND_PERSON"
    ]
    yield
    app.config["SECOND_PERSON"] = before


def prices(locked):
    return f"/tenders/{locked.tender_id}/prices/open"


def sent_by(page):
    """What the page's form sends."""
    form = page.html.find("main").find("form")
    return {name: form.find("input", {"name": name})["value"] for name in ("csrf_token", "shown")}


def state(read, made):
    with read() as session:
        return session.get_one(Tender, made.tender_id).state


def entries(read, made):
    with read() as session:
        chosen = select(event.Event).where(event.Event.log == f"tender:{made.tender_id}")
        found = session.scalars(chosen.order_by(event.Event.sequence)).all()
        session.expunge_all()
    return found


def test_opening_prices_says_first_what_cannot_be_undone_and_whose_prices_open(locked, sign_in, read):
    seen = sign_in(OFFICER).get(prices(locked))
    assert seen.heading.endswith("Open the prices")
    assert "the tender cannot go back to marking" in seen.text
    assert "become readable to officers, approvers and auditors" in seen.text
    assert state(read, locked) == "quality_locked"


def test_a_second_press_of_the_button_changes_nothing_more(locked, sign_in, read):
    officer = sign_in(OFFICER)
    page = officer.get(prices(locked))
    fields = sent_by(page)
    assert "prices of" in officer.follow(officer.raw.post(prices(locked), data=fields), "").done
    assert (
        officer.follow(officer.raw.post(prices(locked), data=fields), "").done
        == "The prices are open already."
    )
    assert [entry.action for entry in entries(read, locked)].count("prices.opened") == 1


def test_a_page_that_no_longer_says_what_would_happen_does_nothing(locked, sign_in, read):
    seen = sign_in(OFFICER).post_form(prices(locked), {"shown": "0" * 64}, status=409)
    assert "Something changed after you opened this page" in seen.errors[0]
    assert state(read, locked) == "quality_locked"


def test_where_two_are_wanted_one_asks_and_another_confirms(two, locked, sign_in, read):
    first = sign_in(OFFICER)
    first.post_form(prices(locked), submit="Ask for it")
    assert state(read, locked) == "quality_locked"
    seen = first.get(prices(locked))
    assert "Somebody else has to confirm it." in seen.text
    assert not seen.html.select("main form")
    second = sign_in(OFFICER2)
    home = second.get(f"/tenders/{locked.tender_id}")
    assert "Read and confirm : Open the prices" in home.links()
    seen = second.post_form(prices(locked), submit="Open the prices")
    assert "are open" in seen.done
    *_, asked, done = entries(read, locked)
    assert (asked.action, asked.actor_name) == ("step.asked", "Olive Officer")
    assert (done.action, done.actor_name) == ("prices.opened", "Oscar Officer")
    assert f'"asked_by":{asked.actor_id}' in done.body


def test_whoever_asked_cannot_confirm_by_a_forged_request(two, locked, sign_in, read):
    officer = sign_in(OFFICER)
    page = officer.get(prices(locked))
    fields = sent_by(page)
    officer.raw.post(prices(locked), data=fields)
    assert officer.raw.post(prices(locked), data=fields).status_code == 403
    assert state(read, locked) == "quality_locked"


def test_what_was_asked_for_lapses_after_seven_days(two, locked, sign_in, read, clock):
    sign_in(OFFICER).post_form(prices(locked), submit="Ask for it")
    clock.forward(days=7, minutes=1)
    seen = sign_in(OFFICER2).get(prices(locked))
    assert "Ask for it" in seen.text


def test_a_cancellation_by_two_keeps_the_reason_of_the_first(two, locked, sign_in, read):
    path = f"/tenders/{locked.tender_id}/cancel"
    why = "The money for it went elsewhere."
    first = sign_in(OFFICER)
    seen = first.post_form(path, {"reason": "no"}, submit="Ask for it", status=400)
    assert seen.errors == ["Say why in at least 5 words. It stays on the record."]
    first.post_form(path, {"reason": why}, submit="Ask for it")
    with read() as session:
        assert session.scalars(select(StepRequest.reason)).one() == why
    seen = sign_in(OFFICER2).post_form(path, submit="Cancel tender")
    assert "is cancelled" in seen.done
    assert why in seen.text


def test_an_officer_confirms_the_lock_that_the_moderator_asks_for(
    two, moderated, sign_in, people, change, clock, read
):
    page = f"/tenders/{moderated.tender_id}/moderation/lock"
    with change() as session:
        agree_all(session, people, clock, moderated)
    sign_in(OFFICER).get(page, status=403)
    sign_in(MODERATOR).post_form(page, submit="Ask for it")
    assert state(read, moderated) == "moderation"
    seen = sign_in(OFFICER).post_form(page, submit="Lock quality")
    assert "Quality is locked" in seen.done


def test_without_the_rule_no_officer_locks_quality(moderated, sign_in):
    sign_in(OFFICER).get(f"/tenders/{moderated.tender_id}/moderation/lock", status=403)


def test_a_setting_that_names_no_step_is_refused():
    with pytest.raises(SettingsRefused, match=r"SECOND_PERSON names pay; it can name publish, cancel,"):
        read_settings({"TENDER_EXAMPLE": "1", "SECOND_PERSON": "publish, pay"})
