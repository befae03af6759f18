"""Fields of text, which hold text as people see it (`lots.text`), whatever the form."""

from __future__ import annotations

from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount
from wtforms import Field, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import ValidationError

from lots import text

NOT_TEXT = (PasswordField, HiddenField)
"""A password is what was typed, to the last character; what is hidden was never typed."""


def as_seen(field_type: type[Field], value: Any) -> Any:
    """The value of a text field by the one rule for text. Raises ValueError, which the field shows."""
    if not isinstance(value, str):
        return value
    if issubclass(field_type, TextAreaField):
        return text.prose(value)
    return text.line(value)


def held_to_the_rule(unbound_field: Any, options: dict[str, Any]) -> dict[str, Any]:
    """The options with which a field is bound to its form, with the rule among them for a field of text."""
    kind = unbound_field.field_class
    if not issubclass(kind, StringField) or issubclass(kind, NOT_TEXT):
        return options
    return {
        **options,
        "filters": [_Rule(kind, _label(unbound_field)), *unbound_field.kwargs.get("filters", ())],
    }


class _Rule:
    """The filter that every text field has."""

    def __init__(self, field_type: type[Field], label: str) -> None:
        self.field_type, self.label = field_type, label

    def __call__(self, value: Any) -> Any:
        try:
            return as_seen(self.field_type, value)
        except ValueError as error:
            raise ValueError(f"{self.label} {error}") from error


def _label(unbound_field: Any) -> str:
    return str(unbound_field.args[0] if unbound_field.args else unbound_field.kwargs.get("label") or "This")


class _Counter(GovCharacterCount):
    """Says how many characters there may be, and with JavaScript how many are left."""

    def __call__(self, field: Any, **kwargs: Any) -> Any:
        params = {"maxlength": field.most, **kwargs.pop("params", {})}
        return super().__call__(field, params=params, **kwargs)


class LongText(TextAreaField):
    """A text of several lines with a limit that is said beside it and held to."""

    def __init__(self, label: str, hint: str = "", *, most: int, validators: Any = (), **more: Any) -> None:
        super().__init__(
            label,
            description=hint,
            widget=_Counter(),
            validators=[*validators, _no_longer],
            **more,
        )
        self.most = most


def _no_longer(_form: Any, field: LongText) -> None:
    length = len(field.data or "")
    if length > field.most:
        raise ValidationError(
            f"{field.label.text} has {length:,} characters. Shorten it to {field.most:,} or fewer"
        )
