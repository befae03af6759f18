"""What has a row of its own is named there, and nowhere else in the code: whoever needs it reads the row."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scoring.allocate import methods as allocation
from scoring.methods import price, tie_keys
from scoring.methods.bid_states import BID_STATES
from tender.eligibility.assessment import COLOURS

ROOT = Path(__file__).parent.parent.parent
APART = ("scoring/reference", "lots/migrations/", "lots/catalogue/", "tender/example/")
"""Works out everything by itself; history; presets and data, which name what they choose."""
PLAIN_WORDS = {
    "quality": "a weight and a figure too",
    "price": "a weight and a figure too",
    "question": "a page and a table too",
    "draw": "a field of the rules and of the record too",
    "abnormally_low": "a field of the rules too",
    "not_checked": "what is said of a location too",
    "withdrawn": "what a provider does with its bid too",
}
ROWS = {
    "scoring/methods/price.py": price.METHODS,
    "scoring/allocate/methods.py": allocation.METHODS,
    "scoring/methods/tie_keys.py": tie_keys.KEYS,
    "scoring/methods/bid_states.py": BID_STATES,
}


def modules() -> Iterator[tuple[str, ast.AST]]:
    for package in ("scoring", "lots", "tender"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if not name.startswith(APART):
                yield name, ast.parse(path.read_text())


@pytest.mark.parametrize("owner", ROWS)
def test_a_name_is_a_text_in_its_row_alone(owner: str) -> None:
    names = set(ROWS[owner]) - set(PLAIN_WORDS)
    found = {
        (name, node.value)
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in names
    }
    assert found == {(owner, name) for name in names}


def test_no_template_branches_on_the_name_of_a_method_or_state() -> None:
    names = {name for rows in ROWS.values() for name in rows} - set(PLAIN_WORDS)
    quoted = re.compile(rf"""["']({"|".join(sorted(names))})["']""")
    asking = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if quoted.search(path.read_text())
    ]
    assert asking == []


def test_each_row_of_a_table_is_filed_under_its_own_name() -> None:
    for rows in ROWS.values():
        assert [row.name for row in rows.values()] == list(rows)


def test_every_method_is_in_the_published_text() -> None:
    text = (ROOT / "docs" / "scoring.md").read_text()
    named = [*price.METHODS, *allocation.METHODS, *BID_STATES, *tie_keys.KEYS]
    assert [name for name in named if f"`{name}" not in text] == []


def test_every_state_has_a_colour() -> None:
    assert list(COLOURS) == list(BID_STATES.values())
