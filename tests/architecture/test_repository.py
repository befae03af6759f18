"""What must hold for the files as a whole."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tender.settings import SETTINGS

ROOT = Path(__file__).parent.parent.parent
REGISTRIES = (
    ("registry", "npmjs", "org"),
    ("registry", "yarnpkg", "com"),
    ("pypi", "org"),
    ("pythonhosted", "org"),
)
SERVER_SETTINGS = {"PORT": "5000", "WEB_CONCURRENCY": "2", "FORWARDED_ALLOW_IPS": "127.0.0.1,::1"}


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_registry():
    names = [".".join(parts) for parts in REGISTRIES]
    files = tracked_files()
    assert len(files) > 50
    naming = [
        str(path.relative_to(ROOT))
        for path in files
        if any(name.encode() in path.read_bytes() for name in names)
    ]
    assert naming == []


def test_nothing_made_or_fetched_is_committed():
    names = [str(path.relative_to(ROOT)) for path in tracked_files()]
    assert not [name for name in names if re.match(r"(node_modules|tender/static|instance|\.venv)/", name)]


def test_every_setting_is_documented_with_its_default():
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    documented = {name: default.strip("`") for name, default in rows}
    assert documented == {setting.name: setting.default for setting in SETTINGS} | SERVER_SETTINGS


def test_settings_are_read_in_one_place():
    readers = {
        str(path.relative_to(ROOT))
        for package in ("tender", "lots", "scoring")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text())
    }
    assert readers == {"tender/__init__.py", "tender/serving.py"}


def test_templates_trust_no_text_as_markup():
    trusting = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text())
    ]
    assert trusting == []


def test_templates_hold_no_inline_style_or_script():
    inline = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"<style|\sstyle=|\son\w+=\"|javascript:|<script(?![^>]*\ssrc=)", path.read_text())
    ]
    assert inline == []


def test_no_form_is_exempt_from_the_check_against_forgery():
    exempt = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tender").rglob("*.py")
        if re.search(r"\.exempt\b|WTF_CSRF_(ENABLED|CHECK_DEFAULT|METHODS)", path.read_text())
    ]
    assert exempt == []


def test_a_test_is_skipped_only_where_a_program_is_missing():
    lines = [line for path in (ROOT / "tests").rglob("*.py") for line in path.read_text().splitlines()]
    skipping = [line for line in lines if re.search(r"\bpytest\.(mark\.)?(skip|xfail|importor)", line)]
    assert skipping
    assert [line for line in skipping if "shutil.which(" not in line] == []
