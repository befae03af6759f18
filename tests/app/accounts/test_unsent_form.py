"""A session that runs out over a form must not cost what was typed."""

from __future__ import annotations

import pytest

from tests.app.conftest import PASSWORD

ADMINISTRATOR = "administrator@example.org"
TYPED = {"name": 'Una "New" <comer>', "email": "una@example.org", "roles": ["officer", "auditor"]}


@pytest.fixture
def kept(client, people, sign_in, clock):
    """The page shown for a form sent after half an hour of typing."""
    sign_in(ADMINISTRATOR)
    page = client.get("/people/add")
    clock.forward(minutes=31)
    token = page.html.main.find("input", attrs={"name": "csrf_token"})["value"]
    answer = client.raw.post("/people/add", data={"csrf_token": token, **TYPED})
    assert answer.status_code == 401
    return answer


def fields(answer):
    from bs4 import BeautifulSoup

    form = BeautifulSoup(answer.text, "html.parser").main.form
    return form["action"], {tag["name"]: tag.get("value", "") for tag in form.find_all("input")}


def test_an_unsent_form_comes_back_after_signing_in_again_and_is_sent_by_one_button(client, kept):
    action, values = fields(kept)
    seen = client.follow(
        client.raw.post(action, data={**values, "email": ADMINISTRATOR, "password": PASSWORD}), action
    )
    assert seen.heading == "Your answers are still here"
    form = seen.html.main.form
    sent = [(tag["name"], tag.get_text().removeprefix("\n")) for tag in form.find_all("textarea")]
    assert ("name", TYPED["name"]) in sent
    data = {name: [v for n, v in sent if n == name] for name, _ in sent}
    data["csrf_token"] = form.find("input")["value"]
    done = client.follow(client.raw.post(form["action"], data=data), form["action"])
    assert done.heading == TYPED["name"]
    assert "Auditor and Procurement officer" in done.text


def test_an_unsent_form_survives_a_wrong_password(client, kept):
    action, values = fields(kept)
    again = client.raw.post(action, data={**values, "email": ADMINISTRATOR, "password": "no"})
    assert fields(again)[1]["kept"] == values["kept"]


def test_an_unsent_form_is_not_shown_to_another_person_who_signs_in(client, kept):
    action, values = fields(kept)
    answer = client.raw.post(action, data={**values, "email": "officer@example.org", "password": PASSWORD})
    assert answer.headers["Location"] == "/"


def test_an_unsent_form_that_was_altered_is_dropped(client, kept):
    action, values = fields(kept)
    values["kept"] = values["kept"][:-4] + "AAAA"
    answer = client.raw.post(action, data={**values, "email": ADMINISTRATOR, "password": PASSWORD})
    assert answer.headers["Location"] == "/"


def test_an_unsent_form_is_dropped_after_its_time(client, kept, clock):
    clock.forward(hours=2, seconds=1)
    action, values = fields(kept)
    answer = client.raw.post(action, data={**values, "email": ADMINISTRATOR, "password": PASSWORD})
    assert answer.headers["Location"] == "/"


def test_a_forged_form_is_not_kept_over_signing_in(client, people, sign_in, clock):
    sign_in(ADMINISTRATOR)
    clock.forward(minutes=31)
    answer = client.raw.post("/people/add", data={"csrf_token": "forged", **TYPED})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in"
