"""The random moves of marks: minus one, nought or plus one, a third of the time each, the same for ever.

The stream can be made again in any language, and NumPy promises never to change it. For each bid and each
batch of 10,000 scenarios it is Philox4x64-10 (Salmon and others, "Parallel random numbers: as easy as 1, 2,
3", 2011). Its key is the first 16 bytes of the SHA-256 of these texts in UTF-8, joined by newlines:
"robustness/1", the seed, the lot's id, the bidder's id; as two words of 64 bits, lowest byte first. Its
counters are (1, 0, batch, 0), (2, 0, batch, 0) and so on, batches numbered from 0. Each word that comes out
is eight bytes, lowest first. Bytes of 243 and more are skipped, so that the 243 values left have exactly
equal chances. Each byte is five moves in base three, lowest digit first: 0, 1 and 2 are -1,
0 and +1. Scenario after scenario, a bid of q questions takes ceil(q / 5) bytes; its questions come in the
order of the rules. Where one mark counts in every lot of a bidder, the lot's id is left out and the questions
are all those of the rules.

So a bid's moves depend on nothing but the seed and its own ids: not on the order of the record, not on who
else bids, not on how many scenarios are asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.exact import Integers

BATCH: Final = 10_000
"""Scenarios drawn together; a part of the stream's definition."""
TOGETHER: Final = 5
"""Moves in one byte."""
VALUES: Final = 3**TOGETHER
_PASSED_OVER: Final = bytes(range(VALUES, 256))
_NOTHING: Final = np.zeros(4, np.uint64)


def blocks(questions: int) -> int:
    """Return how many bytes the moves of one scenario take for so many questions."""
    return -(-questions // TOGETHER)


class Stream:
    """Gives the bytes of any bid and batch; one object for many, because making a generator takes time."""

    def __init__(self, seed: str) -> None:
        """Begin from the seed that is published with the report."""
        self._seed = seed
        self._philox = np.random.Philox(key=0)
        self._counter = np.zeros(4, np.uint64)

    def drawn(
        self, names: Sequence[str], batch: int, width: int, scenarios: int = BATCH
    ) -> npt.NDArray[np.uint8]:
        """Return the bytes of a batch's first scenarios, [scenario, block]: each 0 to 242, `width` for each.

        `names` are the lot's and the bidder's id, or the bidder's alone.
        """
        self._begin(names, batch)
        needed = scenarios * width
        kept = b""
        while len(kept) < needed:  # 13 bytes of 256 are skipped; one round is nearly always enough
            words = self._philox.random_raw((needed - len(kept)) * 17 // 128 + 16)
            kept += words.astype("<u8", copy=False).tobytes().translate(None, _PASSED_OVER)
        return np.frombuffer(kept, np.uint8, needed).reshape(scenarios, width)

    def _begin(self, names: Sequence[str], batch: int) -> None:
        text = "\n".join(("robustness/1", self._seed, *names))
        key = np.frombuffer(hashlib.sha256(text.encode()).digest(), "<u8", 2)
        self._counter[2] = batch  # Philox adds one to the whole before it is used
        self._philox.state = {
            "bit_generator": "Philox",
            "state": {"counter": self._counter, "key": key},
            "buffer": _NOTHING,
            "buffer_pos": 4,
            "has_uint32": 0,
            "uinteger": 0,
        }

    def moves(self, names: Sequence[str], scenario: int, questions: int) -> Integers:
        """Return the moves of one scenario, counted from 0: -1, 0 or 1 for each question in turn."""
        batch, within = divmod(scenario, BATCH)
        row = self.drawn(names, batch, blocks(questions), within + 1)[within].astype(np.int64)
        digits = row[:, None] // 3 ** np.arange(TOGETHER) % 3
        found: Integers = digits.ravel()[:questions] - 1
        return found
