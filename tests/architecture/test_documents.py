"""What the documents say is where they say it."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
ROOMS = ("scoring", "lots", "tender", "tests", "docs", "templates", "requirements")
DOTTED = re.compile(r"(?<![\w./-])(?:scoring|lots|tender)(?:\.[A-Za-z_]\w*)+")
PATH = re.compile(rf"(?<![\w./-])(?:{'|'.join(ROOMS)})/[\w./*{{}}-]*")
MADE = {"tender/static"}
"""Made by the build, and not in a clean clone."""


def is_there(dotted: str) -> bool:
    """Whether a module has this name, or holds something that has it."""
    try:
        pkgutil.resolve_name(dotted)
    except (ImportError, AttributeError):
        return False
    return True


def path_is_there(path: str) -> bool:
    plain = path.rstrip(".").rstrip("/")
    return plain in MADE or any(ROOT.glob(plain)) or (ROOT / plain).exists()


def named(pattern: re.Pattern[str], document: Path) -> set[str]:
    return {found for found in pattern.findall(document.read_text()) if not found.endswith(".md")}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_module_and_function_that_a_document_names_exists(document):
    assert [name for name in sorted(named(DOTTED, document)) if not is_there(name)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_exists(document):
    paths = set(PATH.findall(document.read_text()))
    assert [path for path in sorted(paths) if not path_is_there(path)] == []


def test_the_documents_name_modules_and_files_at_all():
    assert sum(len(named(DOTTED, document)) for document in DOCUMENTS) > 10
    assert sum(len(PATH.findall(document.read_text())) for document in DOCUMENTS) > 10


def test_a_name_or_a_file_that_has_moved_is_found():
    assert not is_there("scoring.stability.is_stable")
    assert not is_there("scoring.read.no_such")
    assert not path_is_there("scoring/stability.py")
