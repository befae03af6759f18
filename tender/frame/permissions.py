"""Who may do what: each route declares one permission, and one table says which roles hold it.

Features bring their own rows, `PERMISSIONS = {"tender.publish": {"officer"}}`, in their `permissions`
module; `tender.features` lists the features. Whether the person may do it *in this tender* is the
operation's question, since only it has read the tender.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from lots.person import ROLES, Person
from lots.refusal import NotPermitted
from tender.frame.context import person_or_none

PUBLIC = "public"
SIGNED_IN = "signed in"
"""Everybody who is signed in, with any role."""

View = TypeVar("View", bound=Callable[..., Any])


class PermissionFault(RuntimeError):
    """A programming error: a route without a permission, or a permission that the table does not know."""


def requires(permission: str) -> Callable[[View], View]:
    """Only people with a role that holds the permission reach the view."""

    def mark(view: View) -> View:
        if hasattr(view, "permission"):
            raise PermissionFault(f"{view.__name__} declares two permissions")
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Anybody reaches the view, signed in or not."""
    return requires(PUBLIC)(view)


def may(permission: str, person: Person | None = None) -> bool:
    """Whether the person (by default the one signed in) holds the permission."""
    person = person or person_or_none()
    if permission == PUBLIC:
        return True
    if person is None or not person.active:
        return False
    if permission == SIGNED_IN:
        return True
    holders = _table(current_app).get(permission)
    if holders is None:
        raise PermissionFault(f"no role table knows the permission {permission!r}")
    return not holders.isdisjoint(person.roles)


def init_app(app: Flask, tables: list[Mapping[str, set[str]]]) -> None:
    """Join the features' tables and refuse to start when a route declares nothing or something unknown."""
    table: dict[str, frozenset[str]] = {}
    for rows in tables:
        for permission, roles in rows.items():
            if permission in table:
                raise PermissionFault(f"two features define the permission {permission!r}")
            if not roles or not roles <= set(ROLES):
                raise PermissionFault(f"{permission!r} names a role that does not exist: {sorted(roles)}")
            table[permission] = frozenset(roles)
    app.extensions["permissions"] = table
    for endpoint, view in app.view_functions.items():
        declared = getattr(view, "permission", None)
        if endpoint != "static" and declared not in {PUBLIC, SIGNED_IN, *table}:
            raise PermissionFault(f"the route {endpoint} declares {declared or 'no permission'}")
    app.add_template_global(may, "may")


def _table(app: Flask) -> Mapping[str, frozenset[str]]:
    return app.extensions["permissions"]


def check() -> Response | None:
    """Before each request: let it pass, send to sign-in, or refuse."""
    if request.endpoint is None or request.endpoint == "static":
        return None  # nothing there (404, 405), or public files
    permission = getattr(current_app.view_functions[request.endpoint], "permission", None)
    if permission is None:
        raise PermissionFault(f"the route {request.endpoint} declares no permission")
    if may(permission):
        return None
    if person_or_none() is None:
        return redirect(url_for("accounts.sign_in", next=_here()))
    raise NotPermitted("Your account does not have the role that this page needs.")


def _here() -> str | None:
    """Where to return after signing in: only pages can be returned to, not half-sent forms."""
    if request.method != "GET":
        return None
    return request.full_path.rstrip("?")


def is_safe_address(address: str | None) -> bool:
    """Whether an address given from outside stays on this site."""
    return (
        bool(address)
        and str(address).startswith("/")
        and not str(address).startswith(("//", "/\\"))
        and str(address).isprintable()
        and "\\" not in str(address)
    )
