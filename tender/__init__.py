"""The application: web pages and commands around the record of a tender."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from flask import Flask, Response
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from tender import commands, features, settings
from tender.frame import (
    context,
    errors,
    formats,
    health,
    home,
    layout,
    logs,
    numbers,
    permissions,
    security,
    turns,
)

HERE = Path(__file__).parent
TEMPLATES = next(folder for folder in (HERE / "templates", HERE.parent / "templates") if folder.is_dir())
"""Inside this package where it was installed from a wheel, beside it in a checkout."""


class Application(Flask):
    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        logs.fault(exc_info[1])

    def handle_exception(self, e: Exception) -> Response:
        """A database lost at the commit is found out after the view has answered: its page comes instead."""
        if errors.is_away(e):
            return self.finalize_request(errors.away_page(e), from_error_handler=True)
        return super().handle_exception(e)


def create_app(
    override: Mapping[str, str] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Application:
    """The application with settings from the environment, `override` having the last word.

    `clock` tells the present moment, with its zone. Raises SettingsRefused when a setting is unusable.
    """
    app = Application(__name__, template_folder=str(TEMPLATES))
    app.config.update(settings.read_settings({**os.environ, **(override or {})}))
    _prepare_templates(app)
    logs.init_app(app)  # before the commit is registered, so that its line is written after the commit
    turns.init_app(app)
    context.init_app(app, clock)
    numbers.init_app(app)
    app.before_request(logs.start)
    app.before_request(security.refuse_strangers)
    app.before_request(security.receive_whole)
    app.before_request(turns.wait)
    app.before_request(context.begin)

    parts = features.load()
    for part in parts:
        if hasattr(part, "init_app"):
            part.init_app(app)
    app.before_request(permissions.check)
    security.init_app(app)
    errors.init_app(app)
    formats.init_app(app)

    app.register_blueprint(health.blueprint)
    app.register_blueprint(home.blueprint)
    app.cli.add_command(commands.database)
    for part in parts:
        for blueprint in getattr(part, "blueprints", [part.blueprint] if hasattr(part, "blueprint") else []):
            app.register_blueprint(blueprint)
        for command in getattr(part, "commands", []):
            app.cli.add_command(command)
    layout.init_app(app, [item for part in parts for item in getattr(part, "NAVIGATION", [])])
    permissions.init_app(app, [part.PERMISSIONS for part in parts if hasattr(part, "PERMISSIONS")])
    return app


def _prepare_templates(app: Flask) -> None:
    app.jinja_env.undefined = layout.UndefinedName
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(TEMPLATES),
            PrefixLoader(
                {
                    "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
                    "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
                }
            ),
        ]
    )
    WTFormsHelpers(app)
