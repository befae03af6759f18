"""The entries of a log as pages show them: chosen by filters, their bodies as labelled texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from lots.event import ACTIONS, Event
from tender.frame.formats import LONDON

_WORDS = {"sha256": "SHA-256", "cqc": "CQC", "id": "number"}


@dataclass(frozen=True)
class EntryFilter:
    """What a reader of the log asked for; empty fields ask for nothing."""

    action: str = ""
    person: str = ""
    """The name under which somebody acted."""
    since: date | None = None
    until: date | None = None
    """Days in London, both included."""
    text: str = ""

    def of(self, entries: Select[Event]) -> Select[Event]:
        if self.action:
            entries = entries.where(Event.action == self.action)
        if self.person:
            entries = entries.where(Event.actor_name == self.person)
        if self.since is not None:
            entries = entries.where(Event.at >= _midnight(self.since))
        if self.until is not None:
            entries = entries.where(Event.at < _midnight(self.until + timedelta(days=1)))
        if self.text:
            text = self.text.lower()
            # bodies are JSON, in which quotes and line breaks are escaped
            escaped = json.dumps(text, ensure_ascii=False)[1:-1]
            entries = entries.where(
                or_(
                    func.lower(Event.subject).contains(text, autoescape=True),
                    func.lower(Event.body).contains(escaped, autoescape=True),
                )
            )
        return entries


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def people_in(session: Session, entries: Select[Event]) -> list[str]:
    """The names of those who acted in these entries."""
    chosen = entries.order_by(None).with_only_columns(Event.actor_name).distinct()
    return sorted(session.scalars(chosen), key=str.casefold)


def actions_in(session: Session, entries: Select[Event]) -> list[str]:
    """The actions that occur in these entries, in the order in which a tender takes them."""
    chosen = entries.order_by(None).with_only_columns(Event.action).distinct()
    found = set(session.scalars(chosen))
    return [action for action in ACTIONS if action in found]


def described(event: Event) -> list[tuple[str, str]]:
    """The body of an entry as labels and texts, in its stored order; each of several
    like parts in one row."""
    try:
        body = json.loads(event.body)
    except json.JSONDecodeError:
        return [("Content", event.body)]  # only an altered entry holds anything else
    return list(_rows(body, ()))


def _rows(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _rows(inner, (*path, _label(key, first=not path)))
    elif isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
        for number, inner in enumerate(value, 1):
            yield f"{' › '.join(path) or 'Content'} {number}", _in_a_line(inner)
    else:
        yield " › ".join(path) or "Content", _in_a_line(value)


def _label(key: str, *, first: bool) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
        return key  # codes of lots and questions, names
    text = " ".join(_WORDS.get(word, word) for word in key.split("_"))
    return text[:1].upper() + text[1:] if first else text


def _in_a_line(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{_label(key, first=False)} {_in_a_line(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_in_a_line(each) for each in value) or "none"
    return _text(value)


def _text(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def sequence_of(session: Session, entries: Select[Event], sequence: int) -> Event | None:
    """The entry of that number, if it is among these."""
    return session.scalar(entries.where(Event.sequence == sequence))


def neighbours(session: Session, entries: Select[Event], sequence: int) -> tuple[int | None, int | None]:
    """The numbers of the entries shown before and after this one."""
    numbers = entries.order_by(None).with_only_columns(Event.sequence).subquery()
    row = session.execute(
        select(
            func.max(numbers.c.sequence).filter(numbers.c.sequence < sequence),
            func.min(numbers.c.sequence).filter(numbers.c.sequence > sequence),
        )
    ).one()
    return row[0], row[1]
