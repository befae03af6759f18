"""A published tender with providers whose bids lack nothing, on the clock of the day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lots.schedule import Schedule, ScheduleRow
from tender import Application, create_app
from tender.accounts import operations as accounts
from tender.accounts.passwords import Passwords
from tender.bids import operations as bids
from tender.bids.company import ProviderDetails
from tender.frame.context import db, one_change, seal
from tender.procurements.operations import changing_panel, changing_questions, publishing, setting_up

PASSWORD = "sturdy otter lantern"
SETTINGS = {"TENDER_EXAMPLE": "1", "PASSWORD_MEMORY_KIB": "8", "PASSWORD_ROUNDS": "1"}


def application(url: str) -> Application:
    return create_app({"DATABASE_URL": url, **SETTINGS})


def prepare(url: str, providers: int) -> list[str]:
    """Publish the tender and fill in the providers' drafts; gives the e-mails by which they sign in."""
    app = application(url)
    with app.app_context():
        _publish()
        emails = [_provider(number) for number in range(providers)]
        db.engine.dispose()
    return emails


def _publish() -> None:
    now = datetime.now(UTC)
    with one_change() as session:
        people = {
            role: accounts.add_person(
                session, actor=None, email=f"{role}@example.org", name=role, roles={role}, now=now
            )
            for role in ("officer", "evaluator", "moderator")
        }
        by = {"actor": people["officer"], "now": now}
        tender = setting_up.create_from_schedule(
            session,
            service="homecare",
            reference="CRASH-1",
            title="Homecare",
            schedule=Schedule((ScheduleRow("L1", "Burnley", 112800, 2400),), {}),
            **by,
        )
        by["tender"] = tender
        setting_up.change_details(session, deadline=now + timedelta(days=2), **by)
        changing_questions.add_question(
            session,
            title="Workforce",
            text="Who delivers the care?",
            criterion="It says who.",
            weight=tender.quality_weight,
            **by,
        )
        for role in ("evaluator", "moderator"):
            changing_panel.name_panel_member(session, person=people[role], role=role, **by)
        publishing.publish(session, seal=seal(), **by)


def _provider(number: int) -> str:
    now, email = datetime.now(UTC), f"provider{number}@example.org"
    details = ProviderDetails(
        name=f"Provider {number} Ltd",
        company_number=f"{number:08d}",
        address="1 Mill Street",
        contact_email=email,
        phone="01282 123456",
        cqc_provider_id=f"1-{number + 101678901}",
        is_sme=True,
        is_vcse=False,
        locations=(f"1-{number + 1234567890}",),
    )
    with one_change() as session:
        registration = accounts.Registration(details.name, f"Paula {number}", email, PASSWORD)
        passwords = Passwords(memory=8, rounds=1)
        actor = accounts.register_provider(session, registration, passwords=passwords, now=now)
        bids.change_provider(session, actor=actor, now=now, provider=actor.provider, details=details)
        tender = session.get_one(setting_up.Tender, 1)
        by = {"actor": actor, "now": now, "tender": tender}
        bids.start(session, **by)
        bids.save_prices(session, seal=seal(), prices={"L1": 1599 + number}, **by)
    return email
