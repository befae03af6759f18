"""What is told of a head that was kept outside: whether it fits today's log, and the proof."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from lots.outside_heads import Comparison, consistency_proof
from tender.audit.leaving_heads import NamedLog
from tender.frame.formats import plural


def sentence(named: NamedLog, found: Comparison) -> str:
    """For the command line. Of a sealed log no count is told."""
    head = found.head
    name = f"{named.reference}, head {head.root[:12]}…"
    if found.size is not None:
        size = "the entries" if named.sealed else f"the first {plural(found.size, 'entry', 'entries')}"
        return f"{name}: fits. Today’s log begins with {size} that it stands for."
    if named.sealed or head.size is None:
        why = "today’s log does not begin with the entries that it stands for"
    elif head.size > found.today:
        why = f"the log held {head.size} entries, and today it has {found.today}"
    else:
        why = f"the first {head.size} entries of today’s log are not those that it stands for"
    return f"{name}: DOES NOT FIT: {why}. The log was rewritten or cut, or an older copy was restored."


def proof(session: Session, named: NamedLog, found: Comparison) -> dict[str, Any]:
    """What anybody can verify who has the head (RFC 6962 section 2.1.2). Only for one that fits."""
    assert found.size is not None  # noqa: S101  it fits
    return {
        "log": named.log,
        "reference": named.reference,
        "earlier": {"size": found.size, "root": found.head.root},
        "today": {"size": found.today, "root": found.root_today},
        "consistency_proof": consistency_proof(session, named.log, found.size),
    }
