"""What lets anyone check, offline, that a record is the one that was judged.

Two things only: the one byte sequence that stands for a JSON value (RFC 8785), so that a digest means
the same on every machine, and Merkle trees (RFC 6962 section 2.1), so that one entry of a log can be
proved to be there, and a longer log can be proved to begin with a shorter one, without showing the rest.

Everything here takes and gives bytes; nothing reads a clock, a file or a network. Hashes are SHA-256,
32 bytes. The verifiers never raise on a bad proof: they answer False, because a forged proof is an
expected input and not a fault of the program.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import reduce

HASH_BYTES = 32
"""The length of every leaf hash, node hash and tree head."""

_LEAF = b"\x00"  # RFC 6962: the prefixes keep a leaf from being passed off as an inner node, or the reverse
_NODE = b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one log entry: SHA-256(0x00 || data)."""
    return hashlib.sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(_NODE + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the Merkle tree head over leaf hashes in log order; of no leaves, SHA-256 of nothing."""
    if not leaf_hashes:
        return hashlib.sha256(b"").digest()
    level = list(leaf_hashes)
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def _level_above(level: list[bytes]) -> list[bytes]:
    """Pair neighbours; a last node without a neighbour rises as it is, which is RFC 6962's split exactly."""
    above = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    if len(level) % 2:
        above.append(level[-1])
    return above


class Frontier:
    """What of a growing tree has to be kept: the heads of its perfect subtrees, largest first.

    They are those that the binary digits of the tree's size name, so a tree of a million leaves keeps at
    most twenty. Adding a leaf and giving the head cost as many hashes at most.
    """

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = ()) -> None:
        """An empty tree, or one of which the `nodes` were kept. Raises ValueError where they cannot be."""
        self.size = size
        self.nodes = list(nodes)
        if len(self.nodes) != size.bit_count() or any(len(node) != HASH_BYTES for node in self.nodes):
            raise ValueError(f"{len(self.nodes)} nodes are not the frontier of a tree of {size}")

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash at the end."""
        self.nodes.append(leaf)
        self.size += 1
        for _ in range((self.size & -self.size).bit_length() - 1):
            right = self.nodes.pop()
            self.nodes[-1] = node_hash(self.nodes[-1], right)

    def root(self) -> bytes:
        """Return the head of the tree so far; of no leaves, SHA-256 of nothing."""
        if not self.nodes:
            return root(())
        return reduce(lambda right, left: node_hash(left, right), reversed(self.nodes))


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of leaf `index` (from 0), lowest sibling first (RFC 6962 section 2.1.1).

    Raises IndexError where the tree has no such leaf.
    """
    if not 0 <= index < len(leaf_hashes):
        raise IndexError(f"leaf {index} is not in a tree of {len(leaf_hashes)}")
    path, level = [], list(leaf_hashes)
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level, index = _level_above(level), index // 2
    return path


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], head: bytes) -> bool:
    """Say whether `proof` shows that the leaf hash `leaf` is entry `index` of the tree of `size` with `head`.

    Follows RFC 9162 section 2.1.3.2, which verifies RFC 6962 trees. Never raises on a wrong proof.
    """
    if not 0 <= index < size or len(leaf) != HASH_BYTES:
        return False
    node, last, hashed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            hashed = node_hash(sibling, hashed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and hashed == head


def consistency_proof(leaf_hashes: Sequence[bytes], earlier_size: int) -> list[bytes]:
    """Return the proof that the tree over all `leaf_hashes` begins with the tree of the first `earlier_size`.

    RFC 6962 section 2.1.2; empty where the two are the same tree. Raises IndexError where `earlier_size`
    is not from 1 to the number of leaves: nothing can be proved from an empty tree.
    """
    if not 1 <= earlier_size <= len(leaf_hashes):
        raise IndexError(f"no tree of {earlier_size} begins a tree of {len(leaf_hashes)}")
    return _subproof(leaf_hashes, earlier_size, complete=True)


def _subproof(leaves: Sequence[bytes], earlier: int, *, complete: bool) -> list[bytes]:
    if earlier == len(leaves):
        return [] if complete else [root(leaves)]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    if earlier <= split:
        return [*_subproof(leaves[:split], earlier, complete=complete), root(leaves[split:])]
    return [*_subproof(leaves[split:], earlier - split, complete=False), root(leaves[:split])]


def verify_consistency(
    earlier_size: int, size: int, proof: Sequence[bytes], earlier_head: bytes, head: bytes
) -> bool:
    """Say whether `proof` shows that the tree with `head` begins with the tree with `earlier_head`.

    Follows RFC 9162 section 2.1.4.2. An empty earlier tree proves nothing and is answered False.
    Never raises on a wrong proof.
    """
    if not 1 <= earlier_size <= size:
        return False
    if earlier_size == size:
        return not proof and earlier_head == head
    path = list(proof)
    if earlier_size & (earlier_size - 1) == 0:
        path.insert(0, earlier_head)
    if not path:
        return False
    node, last = earlier_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    earlier = later = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            earlier, later = node_hash(sibling, earlier), node_hash(sibling, later)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            later = node_hash(later, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and earlier == earlier_head and later == head
