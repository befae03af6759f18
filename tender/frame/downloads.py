"""Files that a browser keeps or shows: their names, and the headers that go with them."""

from __future__ import annotations

import re

from flask import Response


def file_name(text: str) -> str:
    """A text such as a tender's reference, made safe for a file's name on every system."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", text)


def download(content: str | bytes, name: str, kind: str, *, show: bool = False) -> Response:
    """The content byte for byte, a text in UTF-8, under that name. `show`: in the browser, if it can.

    That browsers do not guess another kind is the doing of a header that every answer carries.
    """
    manner = "inline" if show else "attachment"
    headers = {"Content-Disposition": f'{manner}; filename="{file_name(name)}"'}
    return Response(content, mimetype=kind, headers=headers)
