"""The Merkle tree, compared with published vectors and its own definition."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import merkle

VECTORS = Path(__file__).parents[1] / "data/merkle/rfc6962_vectors.json"

# The leaves and tree heads that Certificate Transparency implementations share as facts.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                 "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip
HEADS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.fixture(scope="module")
def vectors():
    return json.loads(VECTORS.read_text())


def test_leaf_and_node_hashes_are_the_published_ones():
    assert merkle.leaf_hash(b"L123456").hex() == (
        "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    )
    assert merkle.node_hash(b"N123", b"N456").hex() == (
        "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )


@pytest.mark.parametrize("size", sorted(HEADS))
def test_the_tree_head_of_each_size_is_the_published_head(size):
    assert merkle.root([merkle.leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == HEADS[size]


def test_every_published_tree_head_is_reproduced(vectors):
    leaves = [merkle.leaf_hash(bytes.fromhex(text)) for text in vectors["leaf_inputs_hex"]]
    assert [merkle.root(leaves[:size]).hex() for size in range(9)] == vectors["root_by_tree_size_hex"]


def test_every_published_inclusion_case_is_judged_as_published(vectors):
    cases = vectors["inclusion_cases_base64"]
    assert len(cases) == 98
    for case in cases:
        path = [base64.b64decode(node) for node in case["proof"] or []]
        answer = merkle.verify_inclusion(
            base64.b64decode(case["leafHash"] or ""), case["leafIdx"], case["treeSize"], path,
            base64.b64decode(case["root"] or ""),
        )  # fmt: skip
        assert answer is not case["wantErr"], case["_file"]


def test_every_published_consistency_case_is_judged_as_published(vectors):
    cases = vectors["consistency_cases_base64"]
    assert len(cases) == 98
    for case in cases:
        path = [base64.b64decode(node) for node in case["proof"] or []]
        answer = merkle.verify_consistency(
            case["size1"], case["size2"], path,
            base64.b64decode(case["root1"] or ""), base64.b64decode(case["root2"] or ""),
        )  # fmt: skip
        assert answer is not case["wantErr"], case["_file"]


def test_every_published_proof_that_holds_is_the_one_we_would_give(vectors):
    leaves = [merkle.leaf_hash(leaf) for leaf in LEAVES]
    happy = [case for case in vectors["inclusion_cases_base64"] if case["desc"] == "happy path"]
    assert happy
    for case in happy:
        given = [base64.b64decode(node) for node in case["proof"] or []]
        assert merkle.inclusion_proof(leaves[: case["treeSize"]], case["leafIdx"]) == given
    happy = [case for case in vectors["consistency_cases_base64"] if case["desc"] == "happy path"]
    for case in happy:
        given = [base64.b64decode(node) for node in case["proof"] or []]
        assert merkle.consistency_proof(leaves[: case["size2"]], case["size1"]) == given


def test_every_leaf_of_every_small_tree_is_proved_and_no_other_leaf_is():
    for size in range(1, 20):
        leaves = [merkle.leaf_hash(str(number).encode()) for number in range(size)]
        head = merkle.root(leaves)
        for index in range(size):
            path = merkle.inclusion_proof(leaves, index)
            assert merkle.verify_inclusion(leaves[index], index, size, path, head)
            assert not merkle.verify_inclusion(merkle.leaf_hash(b"forged"), index, size, path, head)
            assert not merkle.verify_inclusion(leaves[index], index, size, [*path, head], head)
            if size > 1:
                other = (index + 1) % size
                assert not merkle.verify_inclusion(leaves[index], other, size, path, head)


def test_every_log_is_proved_to_begin_with_each_shorter_one_and_with_no_rewritten_one():
    leaves = [merkle.leaf_hash(str(number).encode()) for number in range(20)]
    rewritten = [merkle.leaf_hash(b"rewritten"), *leaves[1:]]
    for size in range(1, 21):
        head = merkle.root(leaves[:size])
        for earlier in range(1, size + 1):
            path = merkle.consistency_proof(leaves[:size], earlier)
            assert merkle.verify_consistency(earlier, size, path, merkle.root(leaves[:earlier]), head)
            forged = merkle.root(rewritten[:earlier])
            assert not merkle.verify_consistency(earlier, size, path, forged, head)


def test_a_leaf_cannot_be_passed_off_as_a_node():
    left, right = merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


@pytest.mark.parametrize(("size", "index"), [(0, 0), (3, 3), (3, -1)])
def test_a_leaf_that_is_not_there_has_no_proof(size, index):
    with pytest.raises(IndexError):
        merkle.inclusion_proof([b"x" * 32] * size, index)


@pytest.mark.parametrize("earlier", [0, 4, -1])
def test_a_tree_that_was_never_there_has_no_consistency_proof(earlier):
    with pytest.raises(IndexError):
        merkle.consistency_proof([b"x" * 32] * 3, earlier)


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_heads_of_a_growing_log_are_those_of_each_tree_by_itself(leaves):
    tree, hashes = merkle.Frontier(), [merkle.leaf_hash(leaf) for leaf in leaves]
    assert tree.root() == merkle.root(())
    for size, leaf in enumerate(hashes, start=1):
        tree.append(leaf)
        assert tree.root() == merkle.root(hashes[:size])
        tree = merkle.Frontier(tree.size, tree.nodes)
    assert tree.size == len(leaves)


@pytest.mark.parametrize(("size", "nodes"), [(2, [b"x" * 32] * 2), (1, []), (1, [b"x"]), (0, [b"x" * 32])])
def test_what_cannot_be_the_frontier_of_a_tree_is_refused(size, nodes):
    with pytest.raises(ValueError, match="are not the frontier of a tree of"):
        merkle.Frontier(size, nodes)
