"""What has arrived is worked on by a few requests at a time, and a turn ends with its request."""

from __future__ import annotations

import time
from threading import Lock, Thread

from flask import Blueprint

from tender.frame import permissions
from tender.frame.turns import AT_ONCE


def test_more_requests_than_turns_wait_and_all_are_answered(app):
    app.config["WTF_CSRF_ENABLED"] = False
    app.testing = False
    blueprint = Blueprint("trial", __name__)
    lock, inside, most, answered = Lock(), [0], [0], []

    def view():
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.05)
        with lock:
            inside[0] -= 1
        if len(answered) % 3 == 0:
            raise RuntimeError("a turn ends with a fault, too")
        return "done"

    blueprint.add_url_rule("/work", "work", permissions.public(view), methods=["POST"])
    app.register_blueprint(blueprint)

    def ask():
        answered.append(app.test_client().post("/work").status_code)

    threads = [Thread(target=ask) for _ in range(4 * AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(answered) == 4 * AT_ONCE
    assert set(answered) <= {200, 500}
    assert 1 < most[0] <= AT_ONCE
    assert app.test_client().get("/health").status_code == 200
