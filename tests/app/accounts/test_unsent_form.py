"""A session that runs out over a form must not cost what was typed."""

from __future__ import annotations

import base64

import pytest
from bs4 import BeautifulSoup

from tender import create_app
from tests.app.bids.conftest import FIRST, Bidding, bidding, to_bid_for
from tests.app.conftest import CHEAP, PASSWORD
from tests.app.test_frame_settings import GOOD

__all__ = ["bidding", "to_bid_for"]

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


ESSAY = " ".join(f"word{number}" for number in range(1500))
OWN_PAGE = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
ELSEWHERE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def essay(client, bidding: Bidding):
    """An answer's page, opened by a provider, and what it would send."""
    bidding.start()
    client.enter(FIRST)
    address = f"/bids/{bidding.tender_id}/answers/Q1"
    page = client.get(address)
    return address, {**inputs(page.html.main.form), "text": ESSAY}


def inputs(form):
    return {tag["name"]: tag.get("value", "") for tag in form.find_all("input")}


def signed_in_again(client, answer, email, password=PASSWORD):
    """What the person sees who signs in on the page that came instead of the form's."""
    assert answer.status_code == 401, answer.status_code
    action, values = fields(answer)
    return client.raw.post(action, data={**values, "email": email, "password": password})


def sent_on(client, answer):
    """The page after the button under what was kept is pressed."""
    form = BeautifulSoup(answer.text, "html.parser").main.form
    texts = {tag["name"]: tag.get_text().removeprefix("\n") for tag in form.find_all("textarea")}
    data = {**texts, "csrf_token": form.find("input")["value"]}
    return client.follow(client.raw.post(form["action"], data=data), form["action"])


def is_kept(client, address):
    return client.get(address).value("text").split() == ESSAY.split()


def test_an_answer_sent_after_signing_out_in_another_tab_is_there_after_signing_in(client, essay):
    address, typed = essay
    client.sign_out()
    answer = client.raw.post(address, data=typed)
    sent_on(client, signed_in_again(client, answer, FIRST))
    assert is_kept(client, address)


def test_an_answer_sent_after_signing_out_and_in_again_is_given_back_at_once(client, essay):
    address, typed = essay
    client.sign_out()
    client.sign_in(FIRST, PASSWORD)
    answer = client.raw.post(address, data=typed)
    assert answer.status_code == 400
    assert "signed in or out since you opened the page" in answer.text
    sent_on(client, answer)
    assert is_kept(client, address)


def test_an_answer_sent_by_a_browser_that_lost_its_cookie_is_there_after_signing_in(client, essay):
    address, typed = essay
    client.raw.delete_cookie("tender")
    sent_on(client, signed_in_again(client, client.raw.post(address, data=typed), FIRST))
    assert is_kept(client, address)


def test_an_answer_sent_after_signing_out_elsewhere_is_there_after_signing_in(client, essay):
    address, typed = essay
    client.another().enter(FIRST).sign_out()
    sent_on(client, signed_in_again(client, client.raw.post(address, data=typed), FIRST))
    assert is_kept(client, address)


@pytest.fixture
def restarted(app, client):
    """The same service, started again with another secret: every cookie and token is void."""
    again = create_app(
        {"DATABASE_URL": app.config["DATABASE_URL"], "TENDER_EXAMPLE": "1", **CHEAP,
         "SECRET_KEY": GOOD["SECRET_KEY"]},
        app.extensions["clock"],
    )  # fmt: skip
    other = type(client)(again)
    yield other
    with again.app_context():
        again.extensions["engines"].plain.dispose()


def test_an_answer_sent_after_a_restart_with_another_secret_is_there_after_signing_in(
    client, restarted, essay
):
    address, typed = essay
    restarted.raw.set_cookie("tender", client.raw.get_cookie("tender").value)
    answer = restarted.raw.post(address, data=typed, headers=OWN_PAGE)
    sent_on(restarted, signed_in_again(restarted, answer, FIRST))
    assert is_kept(restarted, address)


def test_after_a_restart_nothing_is_kept_that_another_site_sends(restarted, essay):
    address, typed = essay
    for headers in ({}, ELSEWHERE):
        answer = restarted.raw.post(address, data=typed, headers=headers)
        assert answer.headers["Location"] == "/sign-in"


def test_what_one_person_typed_is_given_to_nobody_else_who_is_signed_in(client, essay, people):
    address, typed = essay
    client.sign_out()
    client.sign_in("provider2@example.org", PASSWORD)
    answer = client.raw.post(address, data=typed)
    assert "somebody who is no longer signed in here" in answer.text
    assert "word1499" not in answer.text
    other = signed_in_again(client, answer, "provider2@example.org")
    assert other.headers["Location"] == "/"
    sent_on(client, signed_in_again(client, client.raw.post(address, data=typed), FIRST))
    assert is_kept(client, address)


def test_a_form_with_a_token_of_the_sender_s_own_is_not_passed_off_as_another_s(client, essay, people):
    """Whoever has an account has tokens: they must not put texts into another person's mouth."""
    address, typed = essay
    token = client.another().enter("provider2@example.org").get("/account").value("csrf_token")
    client.sign_out()
    answer = client.raw.post(address, data={**typed, "csrf_token": token}, headers=ELSEWHERE)
    assert signed_in_again(client, answer, FIRST).headers["Location"] == "/"


def test_what_is_kept_cannot_be_read_from_the_page_that_keeps_it(client, essay):
    address, typed = essay
    client.sign_out()
    answer = client.raw.post(address, data=typed)
    _action, values = fields(answer)
    assert "word1499" not in answer.text
    assert b"word1499" not in base64.urlsafe_b64decode(values["kept"])


def test_passwords_are_never_kept(client, people, sign_in, clock):
    sign_in(ADMINISTRATOR)
    form = client.get("/account").html.main.form
    clock.forward(minutes=31)
    typed = {**inputs(form), "present_password": PASSWORD, "password": "copper kettle autumn walk"}
    answer = client.raw.post("/account", data={**typed, "note": "typed besides"})
    page = signed_in_again(client, answer, ADMINISTRATOR)
    assert "typed besides" in page.text
    assert "A password is never kept" in page.text
    assert PASSWORD not in page.text
    assert "copper" not in page.text


def test_a_text_longer_than_anybody_types_is_not_kept(client, essay):
    address, typed = essay
    client.sign_out()
    answer = client.raw.post(address, data={**typed, "text": "x" * 1024 * 1024})
    assert answer.headers["Location"] == "/sign-in"


def test_a_page_opened_more_than_a_day_ago_is_not_given_back(client, essay, monkeypatch):
    address, typed = essay
    client.sign_out()
    monkeypatch.setattr("tender.accounts.unsent_form.OLDEST_PAGE", -1)
    assert client.raw.post(address, data=typed).headers["Location"] == "/sign-in"


def test_a_registration_whose_cookie_is_lost_comes_back(client, database):
    form = client.get("/register").html.main.form
    client.raw.delete_cookie("tender")
    typed = {**inputs(form), "company": "Hyndburn Home Support", "name": "Hana"}
    elsewhere = client.raw.post("/register", data=typed, headers=ELSEWHERE)
    assert "Hyndburn" not in elsewhere.text
    answer = client.raw.post("/register", data=typed, headers=OWN_PAGE)
    assert answer.status_code == 400
    seen = sent_on(client, answer)
    assert seen.value("company") == "Hyndburn Home Support"


def test_a_password_field_is_called_so_that_nothing_keeps_it(app):
    from wtforms import PasswordField

    from tender.frame.forms import Form

    class Careless(Form):
        pin = PasswordField("Pin")

    with app.test_request_context(), pytest.raises(TypeError, match="must be called so"):
        Careless()
