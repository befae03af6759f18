"""A long list, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lots.refusal import NotFound
from tender.frame.numbers import NEVER_SHOWN, whole_number

Row = TypeVar("Row")
PER_PAGE = 50
MOST_PAGES = 999_999


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of `total` rows in all."""

    rows: list[Row]
    number: int
    total: int
    size: int = PER_PAGE

    @classmethod
    def of(cls, session: Session, chosen: Select[Row], number: int, size: int = PER_PAGE) -> Page[Row]:
        """Page `number`, from 1, of what the select chooses. Raises NotFound past the last page."""
        total = session.scalar(select(func.count()).select_from(chosen.order_by(None).subquery())) or 0
        if number < 1 or (number > 1 and (number - 1) * size >= total):
            raise NotFound(f"There is no page {number} in this list.")
        rows = list(session.scalars(chosen.limit(size).offset((number - 1) * size)))
        return cls(rows, number, total, size)

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))


def page_number() -> int:
    """The page asked for with `?page=`; the first where nothing sensible is."""
    number = whole_number(request.args.get("page"), MOST_PAGES)
    return 1 if number == NEVER_SHOWN else number


def address_of(number: int) -> str:
    """The present address at another page of its list."""
    query: dict[str, Any] = {**request.args.to_dict(), "page": number}
    return f"{request.path}?{urlencode(query)}"
