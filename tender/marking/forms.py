"""Forms of the marking pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovCheckboxInput,
    GovRadioInput,
    GovSubmitInput,
)
from wtforms import (
    BooleanField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    SubmitField,
)
from wtforms.validators import InputRequired

from lots.bid import OpenedBid
from lots.chain import id_of
from lots.mark import Mark
from tender.eligibility.to_mark import MarkScale
from tender.frame.forms import Form
from tender.frame.numbers import HiddenNumber
from tender.frame.texts import LongText
from tender.marking.operations.declaring_conflicts import detail_field


def mark_field(scale: MarkScale, label: str) -> RadioField:
    # the operation checks whether the mark is on the scale, with a sentence where it is not
    return RadioField(
        label,
        choices=[SelectChoice(str(mark), str(mark)) for mark in scale],
        widget=GovRadioInput(),
        validate_choice=False,
        validators=[InputRequired(f"Choose a mark from {scale.lowest} to {scale.highest}")],
    )


def sure_box() -> BooleanField:
    """Shown only where a reason seems to compare bidders or to average marks."""
    return BooleanField("I mean this reason as it is", widget=GovCheckboxInput())


class MarkForm(Form):
    seen = HiddenNumber()
    mark: RadioField
    rationale = LongText("Why this mark", "By the criterion, and what the answer says.", most=5000)
    change_reason = LongText(
        "Why you change it", "Your earlier mark stays on record with this reason.", most=5000
    )
    sure = sure_box()
    submit = SubmitField("Save and go to next", widget=GovSubmitInput())

    @classmethod
    def on(cls, scale: MarkScale, own: Mark | None) -> MarkForm:
        bound = type("BoundMarkForm", (cls,), {"mark": mark_field(scale, "Your mark")})
        form = cast(MarkForm, bound())
        if not form.is_submitted():
            form.seen.data = id_of(own)
            if own is not None:
                form.mark.data, form.rationale.data = str(own.mark), own.rationale
        return form


class ConflictsForm(Form):
    """One tick for each bidder with whom there is a conflict, and what it is."""

    conflicted = SelectMultipleField("Bidders", widget=GovCheckboxesInput())
    confirm = BooleanField(
        "I have no conflict of interest with any bidder that I have not ticked", widget=GovCheckboxInput()
    )
    submit = SubmitField("Declare", widget=GovSubmitInput())

    @classmethod
    def about(cls, bidders: Sequence[OpenedBid]) -> ConflictsForm:
        details = {
            detail_field(bidder.bid_id): LongText(f"What is your conflict with {bidder.name}?", most=2000)
            for bidder in bidders
        }
        form = cast(ConflictsForm, type("BoundConflictsForm", (cls,), details)())
        form.conflicted.choices = [SelectChoice(str(bidder.bid_id), bidder.name) for bidder in bidders]
        return form

    def declarations(self, bidders: Sequence[OpenedBid]) -> dict[int, tuple[bool, str]]:
        ticked = set(self.conflicted.data or ())
        return {
            bidder.bid_id: (str(bidder.bid_id) in ticked, self[detail_field(bidder.bid_id)].data or "")
            for bidder in bidders
        }

    def items(self) -> list[dict[str, Any]]:
        """For the checkboxes: under each, what the conflict is."""
        return [
            {"conditional": {"html": self[detail_field(int(choice.value))](params={"rows": 2})}}
            for choice in self.conflicted.choices
        ]


class DecideConflictForm(Form):
    may_mark = RadioField(
        "Decision",
        choices=[
            SelectChoice("no", "Stays off this bid"),
            SelectChoice("yes", "May mark this bid"),
        ],
        widget=GovRadioInput(),
        validators=[InputRequired("Select what you decide")],
    )
    reason = LongText("Reason", most=2000)
    submit = SubmitField("Record decision", widget=GovSubmitInput())
