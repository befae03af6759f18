"""The two engines know nothing of each other, so that a mistake in one cannot be a mistake in both."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

SCORING = Path(__file__).parent.parent.parent / "scoring"
REFERENCE = sorted((SCORING / "reference").glob("*.py"))
THAT_HOLD_THEM_TO_EACH_OTHER = {"__main__.py", "by_both.py"}
FAST = [
    path
    for path in sorted(SCORING.rglob("*.py"))
    if path not in REFERENCE and path.name not in THAT_HOLD_THEM_TO_EACH_OTHER
]


def imported(path: Path) -> set[str]:
    """Every module that a file imports, and every name that it imports from one, with its dots."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by dots"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_the_reference_imports_the_standard_library_and_itself():
    assert {path.stem for path in REFERENCE} >= {"__init__", "record", "scores", "awards", "result"}
    others = {
        name
        for path in REFERENCE
        for name in imported(path)
        if not name.startswith("scoring.reference.") and name.split(".")[0] not in sys.stdlib_module_names
    }
    assert not others


@pytest.mark.parametrize("path", FAST, ids=lambda path: str(path.relative_to(SCORING)))
def test_the_fast_engine_imports_nothing_of_the_reference(path):
    assert not [name for name in imported(path) if "reference" in name.split(".")]
