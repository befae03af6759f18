"""The base of every form: what was sent reaches each field as the kind of thing that the field reads.

A forged request can hold anything under any name: a file where a text belongs, a text where a file does,
JSON. Sorted out here, once, no field has to expect it.
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import FileField, PasswordField

from tender.frame.texts import held_to_the_rule

AS_SENT: Any = object()
"""In place of data: what the request at hand holds, if it sends a form."""
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Form(FlaskForm):
    """A form of this application. File fields get files and nothing else, all others get texts,
    held to the one rule for text."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            return None if formdata is None else _sorted_out(form, formdata)

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            return unbound_field.bind(form=form, **held_to_the_rule(unbound_field, options))

    def __init__(self, formdata: Any = AS_SENT, **given: Any) -> None:
        super().__init__(formdata=_sent() if formdata is AS_SENT else formdata, **given)
        for field in self:
            if isinstance(field, PasswordField) and not is_secret(field.name):
                raise TypeError(f"a field for passwords must be called so, not {field.name}")


def _sent() -> MultiDict[str, Any] | None:
    """All that this request sent as a form; None where it is no request that sends one."""
    if request.method not in CHANGING:
        return None
    return MultiDict([*request.form.items(multi=True), *request.files.items(multi=True)])


def _sorted_out(form: FlaskForm, sent: MultiDict[str, Any]) -> MultiDict[str, Any]:
    """What was sent, without files for fields of text and without texts for fields of files."""
    files = {field.name for field in form if isinstance(field, FileField)}
    return MultiDict(
        [
            (name, value)
            for name, value in sent.items(multi=True)
            if isinstance(value, FileStorage) == (name in files)
        ]
    )


def is_secret(name: str) -> bool:
    """Whether a field's name says that what is typed there is for nobody to keep."""
    return "password" in name.lower() or "secret" in name.lower()
