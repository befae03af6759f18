"""Which code may know of which."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LINT = Path(sys.executable).parent / "lint-imports"


def modules(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each call's dotted name and line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def test_imports_point_one_way():
    result = subprocess.run(
        [LINT, "--config", "tests/architecture/contracts.ini", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout


def test_the_import_contracts_notice_a_forbidden_import(tmp_path):
    """A package like ours that breaks the rule is refused by the same kind of contract."""
    for package, line in (("upper", ""), ("lower", "import upper\n")):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(line)
    (tmp_path / "contracts.ini").write_text(
        "[importlinter]\nroot_packages =\n    upper\n    lower\n"
        "[importlinter:contract:a]\nname = one way\ntype = layers\nlayers =\n    upper\n    lower\n"
    )
    result = subprocess.run(
        [LINT, "--config", "contracts.ini", "--no-cache"],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 1
    assert "lower -> upper" in result.stdout


def is_private(word: str) -> bool:
    return word.startswith("_") and not word.startswith("__")


def named_here(tree: ast.AST) -> Iterator[str]:
    """Each private name that a module gives to something of its own."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and ast.unparse(node.value) in {"self", "cls"}
        ):
            yield node.attr


def private_names_used(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each private name that is asked of an object or imported, and its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            yield node.attr, node.lineno
        elif isinstance(node, ast.ImportFrom):
            words = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
            yield from ((word, node.lineno) for word in words if is_private(word))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"getattr", "hasattr", "setattr"}:
            word = node.args[1]
            if isinstance(word, ast.Constant) and is_private(str(word.value)):
                yield str(word.value), node.lineno


DOCUMENTED = {"_undefined_obj", "_undefined_name", "_fail_with_undefined_error"}
"""Jinja gives these out for subclasses of `Undefined`, under these names."""


def test_no_code_reaches_into_a_library_by_a_private_name():
    trees = {path: ast.parse(path.read_text()) for path in modules("scoring", "lots", "tender", "tests")}
    ours = {word for tree in trees.values() for word in named_here(tree)} | DOCUMENTED
    foreign = [
        f"{name(path)}: {word} at line {line}"
        for path, tree in trees.items()
        for word, line in private_names_used(tree)
        if word not in ours
    ]
    assert not foreign


def test_the_check_for_private_names_notices_one():
    code = "from flask._app import x\nform._fields\nhasattr(form, '_errors')\nself._own = 1\nself._own"
    tree = ast.parse(code)
    used = [word for word, _ in private_names_used(tree) if word not in set(named_here(tree))]
    assert sorted(used) == ["_app", "_errors", "_fields"]


@pytest.mark.parametrize("path", modules("scoring", "lots"), ids=name)
def test_no_float_touches_money_marks_or_scores(path):
    tree = ast.parse(path.read_text())
    floats = [
        f"{call} at line {line}" for call, line in calls(tree) if call.split(".")[-1].startswith("float")
    ]
    floats += [
        f"{node.value} at line {node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert not floats


@pytest.mark.parametrize("path", modules("scoring", "lots"), ids=name)
def test_the_present_moment_is_always_passed_in(path):
    asked = [
        f"{call} at line {line}"
        for call, line in calls(ast.parse(path.read_text()))
        if call.endswith((".now", ".utcnow", ".today")) or call in {"time", "time.time"}
    ]
    assert not asked


@pytest.mark.parametrize("path", modules("tender"), ids=name)
def test_only_the_factory_asks_what_time_it_is(path):
    asked = [
        call
        for call, _ in calls(ast.parse(path.read_text()))
        if call.endswith((".now", ".utcnow", ".today")) and call.startswith(("datetime", "date."))
    ]
    assert asked == (["datetime.now"] if name(path) == "tender/__init__.py" else [])


@pytest.mark.parametrize("path", modules("tender", "lots"), ids=name)
def test_only_the_frame_commits(path):
    commits = [line for call, line in calls(ast.parse(path.read_text())) if call.endswith(".commit")]
    allowed = name(path) in {"tender/frame/context.py"} or name(path).startswith("lots/migrations/")
    assert allowed or not commits
