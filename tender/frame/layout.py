"""What every page's frame needs: navigation, addresses of static files, errors of a form."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_wtf import FlaskForm
from jinja2 import Undefined
from jinja2.utils import missing
from wtforms import FieldList, FormField

from tender.frame.context import person_or_none
from tender.frame.paging import address_of
from tender.frame.permissions import may


class UndefinedName(Undefined):
    """Printing or going through a misspelt name in a template is an error. Asking whether it is there is not,
    nor is a missing key: the GOV.UK macros do both."""

    __slots__ = ()

    def _strict(self) -> bool:
        return self._undefined_obj is missing and self._undefined_name not in {"caller", "varargs", "kwargs"}

    def __str__(self) -> str:
        return self._fail_with_undefined_error() if self._strict() else ""

    def __iter__(self) -> Iterator[Any]:
        if self._strict():
            self._fail_with_undefined_error()
        return iter(())


@dataclass(frozen=True)
class NavigationItem:
    """A link in the navigation, shown to those who hold the permission of the page it leads to."""

    text: str
    endpoint: str
    permission: str
    description: str = ""
    """A sentence for the front page: what one does there."""


def init_app(app: Flask, navigation: list[NavigationItem]) -> None:
    app.extensions["navigation"] = tuple(navigation)
    app.extensions["asset_digests"] = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in Path(app.static_folder or "").glob("*")
        if path.is_file()
    }
    app.add_template_global(asset)
    app.add_template_global(error_list)
    app.add_template_global(person_or_none)
    app.add_template_global(navigation_items)
    app.add_template_global(address_of)


def asset(name: str) -> str:
    """The address of a static file, with its digest so that browsers may keep it for ever."""
    digest = current_app.extensions["asset_digests"].get(name)
    return url_for("static", filename=name, v=digest) if digest else url_for("static", filename=name)


def navigation_items() -> list[dict[str, Any]]:
    """For the service navigation of GOV.UK Frontend, the current page's own item marked."""
    items = []
    for item in current_app.extensions["navigation"]:
        if may(item.permission):
            address = url_for(item.endpoint)
            current = request.path == address
            active = address != "/" and request.path.startswith(f"{address.rstrip('/')}/")
            items.append(
                {
                    "text": item.text,
                    "href": address,
                    "current": current,
                    "active": active,
                    "description": item.description,
                }
            )
    return items


def error_list(form: FlaskForm | None) -> list[dict[str, str]]:
    """Every error of a form, in the order of its fields, each with the address of the field to mend."""
    if form is None:
        return []
    errors = [{"text": str(message)} for message in form.form_errors]
    for field in form:
        errors += _field_errors(field)
    return errors


def _field_errors(field: Any) -> list[dict[str, str]]:
    if isinstance(field, (FieldList, FormField)):
        errors = [error for part in field for error in _field_errors(part)]
        own = [message for message in field.errors if isinstance(message, str)]
        return [{"text": message, "href": f"#{field.id}"} for message in own] + errors
    return [{"text": str(message), "href": f"#{_first_input(field)}"} for message in field.errors]


def _first_input(field: Any) -> str:
    """The id of the input that takes the cursor: groups have none of their own."""
    widget = type(field.widget).__name__
    if widget == "GovDateInput":
        return f"{field.name}-day"
    if widget in {"GovRadioInput", "GovCheckboxesInput", "GovCheckboxInput"}:
        return str(field.name)
    return str(field.id)
