"""Two windows that send the same form in the same moment: one is first, the other is told."""

import threading

from sqlalchemy import func, select

from lots.mark import Mark
from lots.moderation import AgreedMark
from tender.moderation.operations import attending
from tests.app.judging import EVALUATORS, MODERATOR, declare, open_moderation, start

EVE = EVALUATORS[0]
WHY = "Clear duties and yearly training for everybody."


def send_at_once(client, email, path, forms):
    """The status of each form, all sent by the same person at the same moment from windows of their own."""
    windows = []
    for form in forms:
        window = client.another()
        window.enter(email)
        page = window.get(path)
        windows.append((window, {"csrf_token": page.value("csrf_token"), "seen": page.value("seen"), **form}))
    together, statuses = threading.Barrier(len(windows)), []

    def send(window, form):
        together.wait()
        statuses.append(window.raw.post(path, data=form).status_code)

    threads = [threading.Thread(target=send, args=each) for each in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def test_of_two_marks_given_at_once_for_one_answer_one_is_stored(opened, people, change, clock, client, read):
    with change() as session:
        start(session, people, clock, opened)
        declare(session, people, clock, opened, EVE)
    forms = [{"mark": mark, "rationale": WHY} for mark in ("2", "4")]
    path = f"/tenders/{opened.tender_id}/marking/A/Q1"
    assert send_at_once(client, EVE, path, forms) == [302, 409]
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Mark)) == 1


def test_of_two_agreed_marks_entered_at_once_for_one_answer_one_is_stored(
    opened, people, change, clock, client, read
):
    with change() as session:
        open_moderation(session, people, clock, opened)
        attending.record_attendance(
            session,
            actor=people.of(session, MODERATOR),
            now=clock(),
            tender=opened.tender(session),
            present=[people.of(session, EVE)],
        )
    forms = [{"mark": mark, "reasons": WHY, "discussion": "Agreed at once."} for mark in ("3", "4")]
    path = f"/tenders/{opened.tender_id}/moderation/A/Q1"
    assert send_at_once(client, MODERATOR, path, forms) == [302, 409]
    with read() as session:
        assert session.scalar(select(func.count()).select_from(AgreedMark)) == 1
