"""What is installed, where, and for whom: the lists of exact versions, and the wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.architecture.test_repository import ROOT, tracked_files

OLDEST = "3.11.0"
ON_THE_OLDEST = {"python_version": "3.11", "python_full_version": OLDEST}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]
ASKED = {
    "run": PROJECT["project"]["dependencies"],
    "postgresql": EXTRAS["postgresql"],
    "best-total": EXTRAS["best-total"],
    "test": GROUPS["test"],
}
"""List, and what the project file asks for on its behalf. Node.js is not installed where there is one."""


def pins(part: str, python: dict[str, str] | None = None) -> dict[str, str]:
    """Exact versions by name in one list, of what this Python gets from it, or another one."""
    lines = (ROOT / "requirements" / f"{part}.txt").read_text().splitlines()
    found = [Requirement(line) for line in lines if not line.startswith("#")]
    here = [one for one in found if one.marker is None or one.marker.evaluate(python)]
    return {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in here}


def all_needed(asked: list[str]) -> set[str]:
    """Names of what is asked for and of everything that this needs in turn, here."""
    needed: set[str] = set()
    waiting = [Requirement(line) for line in asked]
    seen = set()
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if (name, frozenset(one.extras)) in seen:
            continue
        seen.add((name, frozenset(one.extras)))
        needed.add(name)
        for line in distribution(name).requires or []:
            further = Requirement(line)
            marker = further.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in (*one.extras, "")):
                waiting.append(further)
    return needed


def test_all_packages_that_running_needs_are_pinned_and_no_others():
    assert pins("run").keys() == all_needed(ASKED["run"]) | {"pip"}


@pytest.mark.parametrize("part", ["postgresql", "best-total", "test"])
def test_each_further_list_of_packages_holds_all_that_its_users_need_besides(part):
    missing = all_needed(ASKED[part]) - pins(part).keys()
    assert missing <= pins("run").keys()


def test_no_list_of_packages_repeats_what_another_holds():
    names = [name for part in (*ASKED, "node") for name in pins(part)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("part", ASKED)
def test_every_pinned_version_holds_on_the_oldest_python_that_is_served(part):
    assert PROJECT["project"]["requires-python"] == ">=3.11"
    for name, version in pins(part, ON_THE_OLDEST).items():
        installed = distribution(name)
        assert (name, installed.version) == (name, version), "make test installs what is pinned"
        asks = installed.metadata.get("Requires-Python", "")
        assert SpecifierSet(asks).contains(OLDEST), f"{name} {version} asks for Python {asks}"


def test_a_plain_installation_has_no_solver_no_database_driver_and_no_tools():
    spared = {"highspy", "psycopg", "psycopg-binary", "mutmut", "mypy", "playwright", "pytest", "ruff"}
    assert not spared & pins("run").keys()


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> Path:
    """A Python that has the wheel, made of what is committed and the style sheet, and no checkout near it.

    What the wheel depends on it shares with the Python that runs the tests, so that no network is needed.
    """
    source, place = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("elsewhere with a space")
    for path in tracked_files():
        copy = source / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    shutil.copytree(ROOT / "tender" / "static", source / "tender" / "static", dirs_exist_ok=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", place, source],
        check=True,
    )
    (wheel,) = place.glob("tender-*-py3-none-any.whl")
    venv.create(place / "venv", symlinks=True)
    python = place / "venv" / "bin" / "python"
    subprocess.run([*pip, "--python", python, "install", "--no-deps", "--no-index", wheel], check=True)
    (packages,) = (place / "venv" / "lib").glob("python3.*/site-packages")
    (packages / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def run(python: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, *words], cwd=python.parent, env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_installed_wheel_serves_its_pages(elsewhere, tmp_path):
    example = {"TENDER_EXAMPLE": "1", "DATABASE_URL": f"sqlite:///{tmp_path}/tender.sqlite"}
    made = run(elsewhere, "-m", "flask", "--app", "tender:create_app", "database", "create", **example)
    assert made.returncode == 0, made.stderr
    served = run(
        elsewhere, "-c",
        "import tender; client = tender.create_app().test_client(); print(tender.__file__);"
        "print(client.get('/', follow_redirects=True).text, client.get('/static/tender.css').status_code)",
        **example,
    )  # fmt: skip
    assert served.returncode == 0, served.stderr
    assert served.stdout.startswith(str(elsewhere.parent.parent))
    assert re.search(r"<h1 [^>]*>", served.stdout)
    assert served.stdout.endswith(" 200\n")


def test_an_installed_wheel_works_an_award_out_again(elsewhere, tmp_path):
    told = run(elsewhere, "-m", "scoring", "--help")
    assert told.returncode == 0, told.stderr
    assert "evaluate" in told.stdout


def test_an_installed_wheel_holds_every_template_and_tells_that_it_is_typed(elsewhere):
    (packages,) = (elsewhere.parent.parent / "lib").glob("python3.*/site-packages")
    templates = ROOT / "templates"
    committed = {path.relative_to(templates) for path in tracked_files() if path.is_relative_to(templates)}
    installed = packages / "tender" / "templates"
    assert {path.relative_to(installed) for path in installed.rglob("*.html")} == committed
    assert all((packages / name / "py.typed").is_file() for name in ("scoring", "lots", "tender"))
