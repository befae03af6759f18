"""Forms about a tender, its lots, questions and panel. Rules that the record keeps are the operations'."""

from __future__ import annotations

from datetime import datetime, time

from flask_wtf.file import FileField
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovFileInput, GovRadioInput
from wtforms import HiddenField, RadioField, SelectChoice, SelectMultipleField
from wtforms.validators import InputRequired, Optional

from lots import lot_fields, schedule
from lots.catalogue import BANK, SERVICES
from lots.person import Person
from lots.refusal import Refusal
from lots.schedule import ScheduleRow
from lots.tender import Lot, Question, Tender
from scoring import exact
from tender.frame.formats import LONDON
from tender.frame.forms import Form
from tender.procurements.forms.fields import (
    DayField,
    DraftForm,
    ReadField,
    clock_time,
    hours_field,
    in_london,
    points_field,
    price_field,
    prose_field,
    radio_field,
    save_button,
    text_field,
    whole_field,
    written_time,
)
from tender.procurements.operations.changing_questions import MOST_WORDS, Content

SCHEDULE_HINT = "Excel (.xlsx), OpenDocument (.ods) or CSV, up to 5 MB"
REFERENCE_HINT = "How your council files it, like LCC-2026-014"


class CatalogueForm(Form):
    service = radio_field(
        "Service", {key: service.name for key, service in SERVICES.items()}, "Select a service"
    )
    reference = text_field("Reference", REFERENCE_HINT)
    title = text_field("Title", "What providers will see in their list of tenders")
    buyer = text_field("Buying authority")
    submit = save_button("Create tender")


class UploadForm(Form):
    """A new tender from a schedule."""

    service = radio_field(
        "Service", {key: service.name for key, service in SERVICES.items()}, "Select a service"
    )
    reference = text_field("Reference", REFERENCE_HINT)
    title = text_field("Title", "What providers will see in their list of tenders")
    buyer = text_field("Buying authority")
    schedule = FileField(
        "Lot schedule",
        description="Excel (.xlsx), OpenDocument (.ods) or CSV, up to 5 MB",
        widget=GovFileInput(),
    )
    reading = HiddenField()
    """The lots as they were read, once the officer has seen them."""
    submit = save_button("Upload and create tender")


class ReplaceLotsForm(DraftForm):
    schedule = FileField(
        "Lot schedule",
        description="Excel (.xlsx), OpenDocument (.ods) or CSV, up to 5 MB",
        widget=GovFileInput(),
    )
    reading = HiddenField()
    submit = save_button("Upload and replace all lots")


class DetailsForm(DraftForm):
    title = text_field("Title")
    buyer = text_field("Buying authority")
    contact_name = text_field("Contact for providers", "Who answers questions about this tender. Published")
    contact_email = text_field("Email address of the contact", "Published")
    description = prose_field(
        "Description", "What is bought, for whom, and from when. Providers read this first", most=20_000
    )
    day = DayField("Deadline for bids", "For example, 30 11 2026")
    at = ReadField(
        "Time of the deadline",
        clock_time,
        written_time,
        "For example, midday, 5pm or 17:00. A bid sent at this very second is late",
    )
    standstill = radio_field(
        "Standstill after the award notice",
        {"yes": "Offer eight working days", "no": "Offer none"},
        "Select whether a standstill is offered",
        "Not required for light touch contracts, but without one a claim does not stop the signing "
        "(s.101). Once stated, it binds",
    )
    submit = save_button()

    @classmethod
    def showing(cls, tender: Tender) -> DetailsForm:
        local = tender.deadline.astimezone(LONDON) if tender.deadline else None
        return cls(
            data={
                "seen": tender.revision,
                "title": tender.title,
                "buyer": tender.buyer,
                "contact_name": tender.contact_name,
                "contact_email": tender.contact_email,
                "description": tender.description,
                "day": local.date() if local else None,
                "at": local.time() if local else time(12),
                "standstill": "yes" if tender.standstill_offered else "no",
            }
        )

    def deadline(self, saved: datetime | None) -> datetime | None:
        """What was typed; `saved` to the second where date and time are still as they were shown."""
        if self.day.data is None:
            return None
        if self.at.data is None:
            raise Refusal("Enter the time of the deadline", "at")
        local = saved.astimezone(LONDON) if saved else None
        if local and (local.date(), local.time().replace(second=0)) == (self.day.data, self.at.data):
            return saved
        try:
            return in_london(self.day.data, self.at.data)
        except ValueError as error:
            raise Refusal(f"Time of the deadline {error}", "at") from error


class LotForm(DraftForm):
    code = ReadField("Code", lot_fields.lot_code, str, "Like L1 or NORTH-2", missing="Enter a code")
    zone = ReadField("Zone", lot_fields.zone_name, str, missing="Enter a zone")
    hours = hours_field("Hours a week", missing="Enter the hours a week")
    weeks = whole_field("Weeks a year", 1, 53, missing="Enter the weeks a year")
    places = whole_field(
        "Places",
        1,
        100,
        "How many providers win a contract in this lot",
        missing="Enter the number of places",
    )
    price = price_field(
        "Guide price an hour",
        "By it the yearly value is worked out. At a set price, that price",
        missing="Enter the guide price an hour",
    )
    submit = save_button("Save lot")

    @classmethod
    def showing(cls, tender: Tender, lot: Lot | None) -> LotForm:
        shown: dict[str, object] = {"seen": tender.revision, "weeks": 52, "places": 1}
        if lot is not None:
            shown |= {"code": lot.code, "zone": lot.zone, "hours": lot.hours_per_week}
            shown |= {"weeks": lot.weeks_per_year, "places": lot.places, "price": lot.guide_price}
        return cls(data=shown)

    def row(self) -> ScheduleRow:
        return ScheduleRow(
            self.code.data,
            self.zone.data,
            self.hours.data,
            self.price.data,
            weeks_per_year=self.weeks.data,
            places=self.places.data,
        )


class ConfirmForm(DraftForm):
    """A page whose only question is: really?"""

    submit = save_button("Remove")


class LimitForm(DraftForm):
    code = text_field("Name of the group", "Like “homecare” or “East”. It is published")
    most_lots = whole_field(
        "Most lots that one provider may win", 1, schedule.MOST_LOTS, missing="Enter the most lots"
    )
    lot_codes = SelectMultipleField(
        "Lots in the group", widget=GovCheckboxesInput(), validate_choice=False, choices=[]
    )
    submit = save_button("Save limit")

    def offer(self, tender: Tender) -> None:
        self.lot_codes.choices = lot_choices(tender)


class BankForm(DraftForm):
    keys = SelectMultipleField("Questions", widget=GovCheckboxesInput(), validate_choice=False, choices=[])
    submit = save_button("Add questions")

    def offer(self, tender: Tender) -> list[str]:
        """Offer what the tender has not taken yet; gives the keys."""
        taken = {question.bank_key for question in tender.questions}
        left = [key for key in BANK if key not in taken]
        self.keys.choices = [SelectChoice(key, BANK[key].title) for key in left]
        return left


class QuestionForm(DraftForm):
    title = text_field("Title", "A few words, like Safeguarding")
    text = prose_field("Question", "What providers are asked, word for word")
    criterion = prose_field(
        "What an excellent answer shows", "Published. Evaluators and the moderator give their reasons by it"
    )
    weight = points_field(
        "Weight",
        "Points out of 100. In each lot the weights come to the quality weight",
        missing="Enter a weight",
    )
    minimum = whole_field(
        "Minimum mark (optional)",
        0,
        exact.HIGHEST_MARK,
        "A bid with a lower agreed mark cannot win",
        called="Minimum mark",
    )
    word_limit = whole_field(
        "Word limit", 1, MOST_WORDS, "Longer answers cannot be submitted", missing="Enter a word limit"
    )
    lot_codes = SelectMultipleField("Lots", widget=GovCheckboxesInput(), validate_choice=False, choices=[])
    submit = save_button("Save question")

    @classmethod
    def showing(cls, tender: Tender, question: Question | None) -> QuestionForm:
        shown: dict[str, object] = {"seen": tender.revision, "word_limit": 750}
        if question is not None:
            shown |= {
                name: getattr(question, name)
                for name in ("title", "text", "criterion", "weight", "minimum", "word_limit")
            }
        codes = [lot.code for lot in (question.lots if question else [])]
        shown["lot_codes"] = codes or [lot.code for lot in tender.lots]
        form = cls(data=shown)
        form.lot_codes.choices = lot_choices(tender)
        return form

    def content(self) -> Content:
        if not self.lot_codes.data:
            raise Refusal("Select at least one lot", "lot_codes")
        return {
            "title": self.title.data or "",
            "text": self.text.data or "",
            "criterion": self.criterion.data or "",
            "weight": self.weight.data,
            "minimum": self.minimum.data,
            "word_limit": self.word_limit.data,
            "lot_codes": list(self.lot_codes.data),
        }


def weights_form(tender: Tender) -> DraftForm:
    """A weight and a minimum mark for each question, on one page."""
    fields = {}
    for question in tender.questions:
        code = question.code
        fields[f"weight_{code}"] = points_field(
            "Weight", missing=f"Enter a weight for {code}", called=f"Weight of {code}"
        )
        fields[f"minimum_{code}"] = whole_field(
            "Minimum mark", tender.mark_lowest, tender.mark_highest, called=f"Minimum mark of {code}"
        )
    shown: dict[str, int | None] = {f"weight_{each.code}": each.weight for each in tender.questions}
    shown |= {f"minimum_{question.code}": question.minimum for question in tender.questions}
    made = type("WeightsForm", (DraftForm,), {**fields, "submit": save_button("Save weights")})
    form: DraftForm = made(data={"seen": tender.revision, **shown})
    return form


class PanelForm(Form):
    """One form for each role: who takes the part."""

    person = RadioField("Person", widget=GovRadioInput(), validate_choice=False, choices=[])
    submit = save_button("Add to the panel")

    def offer(self, people: list[Person]) -> None:
        self.person.choices = [SelectChoice(str(person.id), person.name) for person in people]


class PublicForm(Form):
    """What the public source of chance showed, typed in by each of the two officers who open the bids."""

    public = text_field("What it showed", "Exactly as it is published, numbers with spaces between them")
    submit = save_button("Ask for the bids to be opened")


class AddToPanelForm(PanelForm):
    """Somebody more on the panel of a published tender."""

    reason = prose_field("Why they are added", "It stays on the record")


class StandDownForm(Form):
    """Somebody off the panel of a published tender, and perhaps somebody in their place."""

    reason = prose_field("Why they are stood down", "It stays on the record, and the report shows it")
    marks_count = RadioField(
        "Marks that they gave",
        description="They stay on record in any case.",
        choices=[
            SelectChoice("yes", "They count in moderation"),
            SelectChoice("no", "They do not count"),
        ],
        widget=GovRadioInput(),
        validators=[Optional()],
    )
    successor = RadioField(
        "Who comes in their place", widget=GovRadioInput(), validate_choice=False, choices=[]
    )
    submit = save_button("Stand down")

    def offer(self, people: list[Person]) -> None:
        self.successor.choices = [
            *(SelectChoice(str(person.id), person.name) for person in people),
            SelectChoice("", "Nobody"),
        ]


class MarksCountForm(Form):
    marks_count = RadioField(
        "Marks that they gave",
        choices=[
            SelectChoice("yes", "They count in moderation"),
            SelectChoice("no", "They do not count"),
        ],
        widget=GovRadioInput(),
        validators=[InputRequired("Select whether the marks count")],
    )
    reason = prose_field("Reason", "It stays on the record, and the report shows it")
    submit = save_button("Record decision")


def lot_choices(tender: Tender) -> list[SelectChoice]:
    return [SelectChoice(lot.code, f"{lot.code} {lot.zone}") for lot in tender.lots]
