"""A session on a fresh database, SQLite and PostgreSQL in turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from lots.database import WRITE, connect


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    engine = connect(database, execution_options={WRITE: True})
    with Session(engine) as session:
        yield session
    engine.dispose()
