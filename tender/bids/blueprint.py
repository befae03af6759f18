"""The provider's part of the site. The modules of `views` register their routes on it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("bids", __name__, url_prefix="/bids")
