"""What a report is made of: plain data, which the page and the PDF each set in their own way.

Whatever stands in the one stands in the other, because both print these blocks and nothing else. All texts
are plain: whoever prints them escapes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "name", "number", "code"]


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str
    style: Literal["lead", "body", "small"] = "body"


@dataclass(frozen=True)
class Figures:
    """A few numbers that stand out, each with what it counts."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Facts:
    """Labels and texts."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Bullets:
    """Points, each with a word or two in front that say what kind it is."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Callout:
    """Something that must not be overlooked."""

    title: str
    text: str
    grave: bool = False


@dataclass(frozen=True)
class Column:
    title: str
    kind: Kind = "text"
    width: int = 10
    """Relative; the table fills the page."""


@dataclass(frozen=True)
class Table:
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: frozenset[int] = frozenset()
    """Rows that stand out: winners."""


@dataclass(frozen=True)
class Reasons:
    """Long texts under short labels, such as the reasons for each mark of one bidder."""

    title: str
    entries: tuple[tuple[str, str], ...]


Block = Heading | Paragraph | Figures | Facts | Bullets | Callout | Table | Reasons


@dataclass(frozen=True)
class Section:
    """A numbered part. `id` is its address within the page; `wide` asks for paper on its side."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    wide: bool = False


@dataclass(frozen=True)
class Report:
    title: str
    subtitle: str
    status: str
    """How far the award is, in a short text."""
    settled: bool
    """Whether the award is approved; otherwise the report says on every page that it is not."""
    front: tuple[Block, ...]
    sections: tuple[Section, ...]
    reference: str
    buyer: str
    record_sha256: str
    tree_head: str
    log_size: int

    @property
    def document_hash(self) -> str:
        """What the foot of every page carries: enough of both hashes to tell one report from another."""
        return f"{self.record_sha256[:16]}·{self.tree_head[:16]}"


def table(
    caption: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], marked: Iterable[int] = ()
) -> Table:
    """A Table from lists. Raises ValueError where a row has not as many cells as there are columns."""
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"{caption}: a row has {len(row)} cells, not {len(columns)}")
    return Table(caption, tuple(columns), tuple(tuple(row) for row in rows), frozenset(marked))
