"""The provider's part of the site. The views_ modules hang their routes on it."""

from __future__ import annotations

import re

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

blueprint = Blueprint("bids", __name__, url_prefix="/bids")

Answer = str | tuple[str, int] | Response | BaseResponse


def file_name(text: str) -> str:
    """A text such as a tender's reference, fit to stand in a file's name."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", text)


def download(name: str, body: bytes, kind: str) -> Response:
    return Response(
        body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
