"""A session on a fresh database, SQLite and PostgreSQL in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from lots.database import WRITE, connect


@pytest.fixture
def session(database: str, owner_of: Callable[[str], str]) -> Iterator[Session]:
    """As the owner of the tables, so that a test can take off what guards them."""
    engine = connect(owner_of(database), execution_options={WRITE: True})
    with Session(engine) as session:
        yield session
    engine.dispose()
