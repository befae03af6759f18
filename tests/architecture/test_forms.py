"""Every form derives from the one that sorts out what was sent, and no field reads a date on its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BASE = ROOT / "tender" / "frame" / "forms.py"
MODULES = sorted(set((ROOT / "tender").rglob("*.py")) - {BASE})
RAW = {"FlaskForm": "tender.frame.forms.Form", "DateField": "tender.procurements.forms.fields.DayField"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_form_or_date_takes_what_was_sent_as_it_comes(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            raw = {base.id for base in node.bases if isinstance(base, ast.Name)} & RAW.keys()
            assert not raw - {"DateField" if node.name == "DayField" else ""}, (
                f"{node.name}: a forged request can hold anything; derive from {[RAW[one] for one in raw]}"
            )
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "DateField", f"line {node.lineno}: use {RAW['DateField']}"
