"""Heads that were kept outside the database, and whether today's log still begins with what they stand for.

Whoever has database and key can write a log anew, cut its end off together with its heads, or put an older
copy in its place. Nothing inside can tell then; a head that somebody keeps elsewhere can.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from lots.event import Event
from lots.log_rows import leaf_of, rows
from lots.refusal import Refusal
from lots.tender import LARGEST_ID
from scoring import merkle

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_IN_A_TEXT: Final = {
    "log": re.compile(r"^Log: +(\S+)\s*$", re.MULTILINE),
    "leaf_hash": re.compile(r"^Log entry: +([0-9a-f]{64})\s*$", re.MULTILINE),
    "root": re.compile(r"^Log head: +([0-9a-f]{64})\s*$", re.MULTILINE),
}
"""Where the text of a receipt has them."""
_SIZE_IN_A_TEXT: Final = re.compile(r"the log then had (\d{1,12}) entr")


@dataclass(frozen=True)
class OutsideHead:
    """A head as somebody kept it."""

    log: str
    """The log's name, or a tender's reference."""
    root: str
    size: int | None = None
    """None where it was not to be known then: while bids are sealed it would tell how many there are."""
    leaf_hash: str | None = None
    """The hash of the last of the entries that the head stands for, where a receipt tells it."""

    def __str__(self) -> str:
        return f"{self.log}, head {self.root[:8]}…"


@dataclass(frozen=True)
class Comparison:
    """What today's log says of a head."""

    head: OutsideHead
    size: int | None
    """How many entries the head stands for; None where today's log has no such head."""
    today: int
    """Entries that the log has today."""
    root_today: str

    @property
    def fits(self) -> bool:
        return self.size is not None


def head_of(log: str, root: str, size: int | str | None = None, leaf_hash: str | None = None) -> OutsideHead:
    """A head from what somebody typed or sent. Raises Refusal, with the field's name, for what cannot be."""
    log, root = log.strip(), root.strip().lower()
    if not log or len(log) > 100:
        raise Refusal("Enter the reference of the tender, as the receipt or report has it", "log")
    if not _HASH.fullmatch(root):
        raise Refusal("Log head must be 64 digits and letters from a to f, as the receipt has it", "root")
    if isinstance(size, str):
        size = size.strip().replace(",", "") or None
    if size is not None:
        if isinstance(size, bool) or not re.fullmatch(r"[0-9]{1,12}", str(size)):
            raise Refusal("Number of entries must be a whole number, or left empty", "size")
        size = int(size)
        if size > LARGEST_ID:
            raise Refusal("Number of entries is larger than any log", "size")
    if leaf_hash is not None and not _HASH.fullmatch(leaf_hash):
        raise Refusal("The entry’s hash must be 64 digits and letters from a to f", "root")
    return OutsideHead(log, root, size, leaf_hash or None)


def read_heads(content: bytes) -> list[OutsideHead]:
    """The heads in a file: lines as `flask log heads` prints them, or one receipt, as text or JSON.

    Raises Refusal with the number of the line that is none of these.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal("This file is not a text: give a receipt, or lines of “flask log heads”") from None
    if _IN_A_TEXT["root"].search(text):
        return [_in_a_receipt(text)]
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        lines = [(at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
        return [_in_a_line(at, line) for at, line in lines]
    return [_in_an_object(1, whole)]


def _in_a_receipt(text: str) -> OutsideHead:
    found = {name: match.group(1) if (match := at.search(text)) else None for name, at in _IN_A_TEXT.items()}
    size = _SIZE_IN_A_TEXT.search(text)
    if found["log"] is None or found["root"] is None:
        raise Refusal("This receipt does not name its log: type its head in, with the tender’s reference")
    return head_of(found["log"], found["root"], size and size.group(1), found["leaf_hash"])


def _in_a_line(number: int, line: str) -> OutsideHead:
    try:
        return _in_an_object(number, json.loads(line))
    except (ValueError, RecursionError):
        raise Refusal(f"Line {number} is not a head: give a receipt, or lines of “flask log heads”") from None


def _in_an_object(number: int, found: Any) -> OutsideHead:
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in ("log", "root")):
        raise Refusal(f"Line {number} is not a head: it needs “log” and “root”")
    size, leaf_hash = found.get("size"), found.get("leaf_hash")
    if (size is not None and not isinstance(size, int)) or not isinstance(leaf_hash, (str, type(None))):
        raise Refusal(f"Line {number} is not a head: “size” must be a whole number, “leaf_hash” a text")
    return head_of(found["log"], found["root"], size, leaf_hash)


def compare(session: Session, log: str, heads: Iterable[OutsideHead]) -> list[Comparison]:
    """Hash the log's entries again and say of each head whether the log begins with what it stands for.

    Nothing that the database keeps of the tree is trusted. A head without size is looked for at every size.
    """
    heads = list(heads)
    sizes = {head.size for head in heads if head.size is not None}
    roots = {head.root for head in heads if head.size is None}
    at_size: dict[int, tuple[str, str]] = {}
    at_root: dict[str, tuple[int, str]] = {}
    tree = merkle.Frontier()
    for leaf in _leaves(session, log):
        tree.append(leaf)
        if roots or tree.size in sizes:
            root = tree.root().hex()
            if root in roots:
                at_root[root] = (tree.size, leaf.hex())
            if tree.size in sizes:
                at_size[tree.size] = (root, leaf.hex())
    today, root_today = tree.size, tree.root().hex()
    found = []
    for head in heads:
        if head.size is None:
            size, last = at_root.get(head.root, (None, ""))
        else:
            root, last = at_size.get(head.size, ("", ""))
            size = head.size if root == head.root else None
        if head.leaf_hash is not None and head.leaf_hash != last:
            size = None
        found.append(Comparison(head, size, today, root_today))
    return found


def consistency_proof(session: Session, log: str, size: int) -> list[str]:
    """The proof that today's log begins with its first `size` entries (RFC 6962 section 2.1.2), in
    hexadecimal. Raises IndexError where it has not so many."""
    return [one.hex() for one in merkle.consistency_proof(list(_leaves(session, log)), size)]


def _leaves(session: Session, log: str) -> Iterator[bytes]:
    for row in rows(session, Event.log == log):
        leaf = leaf_of(row)
        yield merkle.leaf_hash(b"") if leaf is None else leaf
