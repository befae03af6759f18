"""The tenders' part of the site. The views_ modules hang their routes on it."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

blueprint = Blueprint("procurements", __name__, url_prefix="/tenders")

Answer = str | tuple[str, int] | Response | BaseResponse
