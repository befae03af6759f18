"""Sealing bids: encryption under a key that is never in the database."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lots.refusal import Refusal

_VERSION = b"\x02"
_NONCE_BYTES = 12
_STEP = 4096
"""Bytes. What is sealed is filled up to a whole number of these: otherwise its length would tell how many
lots a bid is for, and whether a price has three figures or four."""
_END = b"\x80"
KEY_BYTES = 32


class Seal:
    """AES-256-GCM under one key. What is sealed is bound to its place: `about` must be the same to open it,
    so that one bid's envelope cannot be put in another's place."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key that seals bids must have {KEY_BYTES} bytes, not {len(key)}")
        self._cipher = AESGCM(key)

    def close(self, plain: bytes, *, about: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        filled = plain + _END + bytes(-(len(plain) + 1) % _STEP)
        return _VERSION + nonce + self._cipher.encrypt(nonce, filled, about.encode())

    def open(self, sealed: bytes, *, about: str) -> bytes:
        """The plain bytes. Raises Refusal where the key is another or the envelope was altered."""
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _VERSION or len(nonce) != _NONCE_BYTES:
            raise Refusal("A sealed envelope is damaged: it does not begin as one.")
        try:
            filled = self._cipher.decrypt(nonce, body, about.encode())
        except InvalidTag as error:
            raise Refusal(
                "A sealed envelope cannot be opened: the BID_KEY setting is not the one that it was sealed "
                "with, or the database was altered."
            ) from error
        return filled.rstrip(b"\0").removesuffix(_END)
