"""What many tests begin with, such as a published tender: made once, kept as a database, then copied.

A scene is made by a function in a database of its own, so that nothing a test did is in it. Each process
keeps its own, one for each engine. A scene may go on from another one; a test that asks for two that do
not go on from one another begins with one of them, and the other is made in the test's own database.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

Building = Callable[[Any], AbstractContextManager[tuple[str, Callable[[], Any]]]]
"""`with build(template) as (url, keep):` is a new database, a copy of the template; `keep()` gives the
template that it has become, once nobody is connected."""


@dataclass(frozen=True)
class Kept:
    """A database to copy, and what is in it."""

    template: Any
    moment: datetime | None = None
    """At which it ends; None where no time has passed yet."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """What a test needs to know of each scene in it, such as ids, by the scene's name."""

    def value(self, name: str) -> Any:
        """A copy, so that a test may change it."""
        return copy.deepcopy(self.values[name])


Make = Callable[[str, Kept], tuple[Any, datetime]]
"""Given a database's URL and what is in it, goes on from there; gives what a test needs to know, and the
moment at which the scene ends."""


@dataclass(frozen=True)
class Scene:
    name: str
    after: str | None
    make: Make


SCENES: dict[str, Scene] = {}


def add(name: str, after: str | None, make: Make) -> None:
    """The fixture of this name stands for the scene from now on: wherever a test asks for it, directly or
    through another, the test's database begins with it."""
    assert name not in SCENES, f"two scenes are called {name}"
    assert after is None or after in SCENES, f"{name} goes on from {after}, which is not there"
    SCENES[name] = Scene(name, after, make)


def steps(name: str | None) -> Iterator[str]:
    """The scene and those before it, the last one first."""
    while name is not None:
        yield name
        name = SCENES[name].after


def wanted(fixture_names: Iterable[str]) -> str | None:
    """Of the scenes that a test asks for, the one with the most before it."""
    return max(
        (name for name in fixture_names if name in SCENES),
        key=lambda name: len(list(steps(name))),
        default=None,
    )


def go_on(name: str, url: str, kept: Kept) -> Kept:
    """The scene, made in the database at the URL unless it is there already."""
    if name in kept.values:
        return kept
    scene = SCENES[name]
    before = kept if scene.after is None else go_on(scene.after, url, kept)
    value, moment = scene.make(url, before)
    return replace(before, moment=moment, values={**before.values, name: value})


class Scenery:
    """The scenes of one engine, each made when the first test asks for it."""

    def __init__(self, empty: Any, build: Building) -> None:
        self.build = build
        self.kept: dict[str | None, Kept] = {None: Kept(empty)}

    def at(self, name: str | None) -> Kept:
        if name not in self.kept:
            assert name is not None
            before = self.at(SCENES[name].after)
            with self.build(before.template) as (url, keep):
                after = go_on(name, url, before)
                self.kept[name] = replace(after, template=keep())
        return self.kept[name]
