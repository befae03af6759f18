"""Settings: read from the environment, refused in one line that says how to mend them."""

from __future__ import annotations

import base64

import pytest

from tender.settings import (
    EXAMPLE_BID_KEY,
    EXAMPLE_SECRET_KEY,
    SETTINGS,
    SettingsRefused,
    read_settings,
)

GOOD = {
    "SECRET_KEY": "k7Jq2mXw9ZbT4vRc8NpL1sYd6FgH3aEu",
    "BID_KEY": "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ_u3cuqmHZUM=",
}


def refusal(**changes):
    with pytest.raises(SettingsRefused) as refused:
        read_settings({**GOOD, **changes})
    assert "\n" not in refused.value.message
    return refused.value.message


def test_good_secrets_are_enough_for_real_use():
    values = read_settings(GOOD)
    assert values["LOOPBACK_ONLY"] is False
    assert values["DATABASE_URL"] == "sqlite:///tender.sqlite"
    assert values["IDLE_MINUTES"] == 30


def test_the_built_in_secrets_serve_the_example_and_this_machine_only():
    values = read_settings({"TENDER_EXAMPLE": "1"})
    assert (values["SECRET_KEY"], values["BID_KEY"]) == (EXAMPLE_SECRET_KEY, EXAMPLE_BID_KEY)
    assert values["LOOPBACK_ONLY"] is True


def test_an_example_with_secrets_of_its_own_may_be_served_to_others():
    assert read_settings({"TENDER_EXAMPLE": "1", **GOOD})["LOOPBACK_ONLY"] is False


def test_an_example_with_one_secret_of_its_own_is_still_for_this_machine_only():
    assert read_settings({"TENDER_EXAMPLE": "1", "SECRET_KEY": GOOD["SECRET_KEY"]})["LOOPBACK_ONLY"] is True


@pytest.mark.parametrize("name", ["SECRET_KEY", "BID_KEY"])
def test_a_missing_secret_is_refused_with_the_command_that_makes_one(name):
    message = refusal(**{name: ""})
    assert message.startswith(f"{name} is missing. Make one with: python3 -c '")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET_KEY", "changeme", "too easy to guess"),
        ("SECRET_KEY", "a" * 64, "too easy to guess"),
        ("SECRET_KEY", EXAMPLE_SECRET_KEY, "which everybody knows"),
        ("BID_KEY", EXAMPLE_BID_KEY, "which everybody knows"),
        ("BID_KEY", "not base64!", "is not base64"),
        ("BID_KEY", base64.urlsafe_b64encode(b"short").decode(), "must be 32 bytes in base64, and is 5"),
        ("BID_KEY", base64.urlsafe_b64encode(bytes(32)).decode(), "too easy to guess"),
        ("SECRET_KEY", GOOD["BID_KEY"], "BID_KEY must differ from SECRET_KEY"),
        ("TRUSTED_PROXIES", "many", "must be a whole number from 0 to 5"),
        ("IDLE_MINUTES", "0", "must be a whole number from 1 to 480"),
        ("IDLE_MINUTES", "-5", "must be a whole number from 1 to 480"),
        ("HTTPS", "maybe", "must be 1 or 0"),
        ("MAIL_SERVER", "mail.example.org", "must be a host and port"),
        ("MAIL_SERVER", "mail.example.org:0", "must be a host and port"),
        ("MAIL_SERVER", "mail.example.org:" + "9" * 5000, "must be a host and port"),
        ("MAIL_SECURITY", "some", "must be starttls, tls or none"),
        ("LOG_LEVEL", "LOUD", "must be DEBUG, INFO, WARNING or ERROR"),
        ("PASSWORD_MEMORY_KIB", "1024", "at least 19456 outside the example"),
    ],
)
def test_an_unusable_value_is_refused_by_name(name, value, reason):
    message = refusal(**{name: value})
    assert reason in message
    assert name in message


def test_a_mail_server_needs_a_sender_and_the_hosts_that_its_links_may_name():
    server = {"MAIL_SERVER": "mail.example.org:587"}
    assert "MAIL_FROM must be an e-mail address" in refusal(**server)
    sender = {"MAIL_FROM": "tenders@example.org"}
    assert "TRUSTED_HOSTS must be set" in refusal(**server, **sender)
    values = read_settings({**GOOD, **server, **sender, "TRUSTED_HOSTS": "tenders.example.org"})
    assert values["MAIL_SERVER"] == ("mail.example.org", 587)
    assert values["MAIL_SECURITY"] == "starttls"
    assert read_settings(GOOD)["MAIL_SERVER"] is None


def test_the_commands_that_make_secrets_make_good_ones():
    import subprocess
    import sys

    from tender.settings import NEW_BID_KEY, NEW_SECRET_KEY

    def run(command):
        code = command.partition("'")[2].rpartition("'")[0]
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    made = {"SECRET_KEY": run(NEW_SECRET_KEY).strip(), "BID_KEY": run(NEW_BID_KEY).strip()}
    assert read_settings(made)["LOOPBACK_ONLY"] is False


def test_an_empty_value_means_the_default():
    assert read_settings({**GOOD, "SESSION_HOURS": ""})["SESSION_HOURS"] == 12


def test_each_setting_says_what_it_means():
    assert all(setting.meaning for setting in SETTINGS)
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)


def test_a_missing_driver_for_postgresql_is_named_with_what_to_type(monkeypatch):
    assert read_settings({**GOOD, "DATABASE_URL": "postgresql://db/tender"})
    monkeypatch.setattr("tender.settings.find_spec", {}.get)
    assert "make postgresql" in refusal(DATABASE_URL="postgresql://db/tender")
    assert read_settings({**GOOD, "DATABASE_URL": "sqlite:///tender.sqlite"})
