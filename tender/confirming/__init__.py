"""Steps that cannot be undone: a page of their own, and a second person where the installation wants one."""

from flask import Flask

from tender.confirming.steps import STEPS, step_address


def init_app(app: Flask) -> None:
    app.add_template_filter(STEPS.__getitem__, "step_name")
    app.add_template_filter(step_address, "step_address")


__all__ = ["init_app"]
