"""Every text field of every form holds text by the one rule; every long text says its limit."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, PasswordField, StringField, TextAreaField
from wtforms.form import Form as PlainForm

import tender
from tender import Application
from tender.frame.forms import Form
from tender.frame.texts import LongText

for module in pkgutil.walk_packages(tender.__path__, "tender."):
    if not module.name.startswith(("tender.static", "tender.templates")):
        importlib.import_module(module.name)


def below(form: type[Any]) -> Iterator[type[Any]]:
    for each in form.__subclasses__():
        if each.__module__.startswith("tender."):
            yield each
        yield from below(each)


FORMS = sorted({*below(Form)}, key=lambda form: form.__qualname__)


def text_fields() -> Iterator[tuple[type[Form], str]]:
    for form in FORMS:
        for name, unbound in vars(form).items():
            kind = getattr(unbound, "field_class", None)
            if kind and issubclass(kind, StringField) and not issubclass(kind, PasswordField | HiddenField):
                yield form, name


def test_every_form_stands_on_the_one_that_holds_text_to_the_rule():
    assert [form for form in below(PlainForm) if not issubclass(form, Form)] == []
    assert len(FORMS) > 25


def held(app: Application, form: type[Form], name: str, typed: str) -> Any:
    """The field after this was typed into it, judged by itself."""
    with app.test_request_context(method="POST", data=MultiDict({name: typed})):
        filled = form(meta={"csrf": False})
        filled[name].validate(filled)
        return filled[name]


def test_every_text_field_holds_what_shows_and_names_what_cannot_be_kept(app):
    fields = list(text_fields())
    assert len(fields) > 40
    for form, name in fields:
        place = f"{form.__name__}.{name}"
        assert not held(app, form, name, "\u200b\u2800\u202e").data, place
        assert any("U+FFFE" in each for each in held(app, form, name, "Ca\ufffefe").errors), place
        composed = held(app, form, name, "\ufeffcafe\u0301\u00ad ")
        assert composed.data == "café" or (composed.data is None and composed.errors), place


def test_every_text_of_several_lines_that_ends_on_the_record_says_its_limit():
    """What has a limit of its own, said otherwise: an answer (words), an address, a list of identifiers."""
    apart = {"AnswerForm.text", "CompanyForm.address", "CompanyForm.locations"}
    silent = {
        f"{form.__name__}.{name}"
        for form, name in text_fields()
        if issubclass(getattr(form, name).field_class, TextAreaField)
        and not issubclass(getattr(form, name).field_class, LongText)
    }
    assert silent <= apart
