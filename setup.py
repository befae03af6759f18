"""What goes into a wheel: the three packages, and the pages' templates, which lie beside them here."""

from __future__ import annotations

from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

MADE = Path(__file__).parent / "tender" / "static" / "tender.css"
"""Made by `make assets` and never committed, so a fresh clone has none."""


class BuildWhole(build_py):
    """Refuses to build pages without their style sheet."""

    def run(self) -> None:
        if not self.editable_mode and not MADE.is_file():
            raise SystemExit("The style sheet is not made yet, and a wheel needs it. Type: make assets")
        super().run()


setup(
    packages=[*find_packages(include=["scoring*", "lots*", "tender*"]), "tender.templates"],
    package_dir={"tender.templates": "templates"},
    package_data={
        "scoring": ["py.typed", "**/*.json"],
        "lots": ["py.typed", "*.json", "migrations/script.py.mako", "migrations/versions/*.py"],
        "tender": ["py.typed", "static/*"],
        "tender.templates": ["**/*.html"],
    },
    cmdclass={"build_py": BuildWhole},
)
