"""The front page, and the page that says how the service treats its users."""

from __future__ import annotations

from flask import Blueprint, render_template

from tender.frame.permissions import public

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def home() -> str:
    return render_template("layout/home.html")


@blueprint.get("/help")
@public
def help_page() -> str:
    return render_template("layout/help.html")


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    return render_template("layout/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> str:
    return render_template("layout/privacy.html")
