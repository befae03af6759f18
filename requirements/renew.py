"""Renew every list in this folder: `make pins`. Needs the network; run `make test` and `make test-pythons`
afterwards.

Pip is asked for what the oldest Python that is served would get, so that no version asks for a newer one.
A line with a marker, which only a newer Python needs, stays as it is: `make test-pythons` tells of more.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
OLDEST = "3.11.0"
PARTS = (
    ("run", ["."]),
    ("postgresql", [".[postgresql]"]),
    ("best-total", [".[best-total]"]),
    ("node", ["--group", "node"]),
    ("test", [".[postgresql,best-total]", "--group", "test"]),
)
"""List, and what pip installs for it. What an earlier list holds is left out of the later ones."""


def resolved(what: list[str]) -> dict[str, str]:
    """Versions by name, as pip would install them on the oldest Python."""
    with tempfile.TemporaryDirectory() as nowhere:
        report = Path(nowhere) / "report.json"
        subprocess.run(
            [
                sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed",
                "--python-version", OLDEST, "--only-binary", ":all:", "--target", nowhere,
                "--report", str(report), *what,
            ],
            cwd=HERE.parent,
            check=True,
        )  # fmt: skip
        found = [entry["metadata"] for entry in json.loads(report.read_text())["install"]]
    return {one["name"]: one["version"] for one in found if one["name"] != "tender"}


def main() -> None:
    """Rewrite each list under its heading."""
    listed: set[str] = set()
    for part, what in PARTS:
        file = HERE / f"{part}.txt"
        before = file.read_text().splitlines()
        heading = [line for line in before if line.startswith("#")]
        newer = [line for line in before if ";" in line and not line.startswith("#")]
        versions = resolved(what) | (resolved(["pip"]) if part == "run" else {})
        added = [f"{name}=={version}" for name, version in versions.items() if name not in listed]
        pins = sorted(added + newer, key=str.lower)
        file.write_text("\n".join([*heading, *pins]) + "\n")
        listed |= versions.keys()


if __name__ == "__main__":
    main()
