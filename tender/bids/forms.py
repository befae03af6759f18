"""Forms of the provider's pages. What a field must hold is checked by the operations, which say why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovCheckboxesInput,
    GovSubmitInput,
    GovTextArea,
    GovTextInput,
)
from wtforms import HiddenField, SelectChoice, SelectMultipleField, StringField, SubmitField, TextAreaField

from lots import amounts
from lots.provider import Provider
from lots.refusal import Refusal, Refusals
from lots.tender import Lot, Tender
from tender.bids.checks import live_lots
from tender.bids.company import ProviderDetails, shown_as
from tender.bids.draft import DraftContent
from tender.bids.prices import (
    asks_preferences,
    is_set_price,
    preference_field,
    price_faults,
    price_field,
    set_price,
)
from tender.frame.formats import hundredths_as_text, money
from tender.frame.forms import Form
from tender.frame.numbers import HiddenNumber

KINDS = [
    SelectChoice("sme", "A small or medium-sized enterprise (fewer than 250 staff)"),
    SelectChoice("vcse", "A voluntary organisation, community group, charity or social enterprise"),
]
_TEXTS = ("name", "company_number", "address", "contact_email", "phone", "cqc_provider_id")


def text_line(label: str, hint: str = "") -> StringField:
    return StringField(label, description=hint, widget=GovTextInput())


class CompanyForm(Form):
    seen = HiddenField()
    name = text_line("Name of your company or charity")
    company_number = text_line(
        "Companies House or charity number", "Leave this empty if you are a sole trader or a partnership"
    )
    address = TextAreaField("Address", widget=GovTextArea())
    contact_email = text_line("Email address", "The council writes to this address about your bids")
    phone = text_line("Telephone number")
    cqc_provider_id = text_line(
        "CQC provider ID", "Like 1-101678901. It is on your CQC certificate and on your page at cqc.org.uk"
    )
    locations = TextAreaField(
        "CQC location IDs",
        description="Every registered location from which you would deliver, one ID on each line, like "
        "1-1234567890",
        widget=GovTextArea(),
    )
    kinds = SelectMultipleField(
        "What kind of organisation are you?",
        description="Select all that apply",
        choices=KINDS,
        widget=GovCheckboxesInput(),
    )
    submit = SubmitField("Save", widget=GovSubmitInput())

    @classmethod
    def showing(cls, provider: Provider) -> CompanyForm:
        """The form filled with what is there, or with what was typed."""
        shown = {name: getattr(provider, name) for name in _TEXTS}
        shown["locations"] = "\n".join(location.location_id for location in provider.locations)
        shown["kinds"] = [
            name for name, is_one in (("sme", provider.is_sme), ("vcse", provider.is_vcse)) if is_one
        ]
        return cls(data={**shown, "seen": shown_as(provider)})

    def details(self) -> ProviderDetails:
        kinds = set(self.kinds.data or [])
        return ProviderDetails(
            **{name: getattr(self, name).data or "" for name in _TEXTS},
            is_sme="sme" in kinds,
            is_vcse="vcse" in kinds,
            locations=tuple((self.locations.data or "").replace(",", "\n").splitlines()),
        )


class AnswerForm(Form):
    seen = HiddenNumber()
    text = TextAreaField("Your answer", widget=GovCharacterCount())
    submit = SubmitField("Save and continue", widget=GovSubmitInput())
    later = SubmitField("Save and come back later", widget=GovSubmitInput())


class SubmissionForm(Form):
    seen = HiddenField()
    submit = SubmitField("Submit your bid", widget=GovSubmitInput())


class WithdrawalForm(Form):
    seen = HiddenNumber()
    submit = SubmitField("Withdraw your bid", widget=GovSubmitInput())


@dataclass(frozen=True)
class PriceEntry:
    """A price form, read."""

    prices: dict[str, int]
    preferences: list[str]
    most_lots: int | None
    hours_per_week: int | None


class PriceForm(Form):
    """Made for a tender by `price_form`, which adds the fields of its lots."""

    seen = HiddenNumber()
    most_lots = text_line(
        "The most lots that you want to win (optional)",
        "You can bid for more lots than you want to win. Leave this empty if you would take them all.",
    )
    hours_per_week = text_line(
        "The most hours a week that you can deliver in all (optional)",
        "You are not given a lot whose hours would take you above this. Leave it empty if you can deliver "
        "every lot that you bid for.",
    )
    submit = SubmitField("Save and continue", widget=GovSubmitInput())

    def read(self, tender: Tender) -> PriceEntry:
        """What was typed. Raises Refusals with a fault for each field that cannot be read."""
        faults: list[Refusal] = []
        prices, ranks = {}, {}
        for lot in live_lots(tender):
            price = self._price(tender, lot, faults)
            if price is not None:
                prices[lot.code] = price
            if not asks_preferences(tender):
                continue
            rank = self._whole(
                preference_field(lot), f"Preference for {lot.label} must be a number, like 1", faults
            )
            if rank is not None:
                ranks[lot.code] = rank
        faults += self._shared_ranks(tender, ranks)
        most_lots = self._whole("most_lots", "The most lots must be a whole number, like 2", faults)
        hours = self._read(
            "hours_per_week", amounts.hundredths, "Hours a week must be a number, like 900 or 37.5", faults
        )
        if faults:
            # what could be read is judged too, so that everything can be mended in one go
            raise Refusals([*faults, *price_faults(tender, prices, (), most_lots, hours)])
        return PriceEntry(prices, sorted(ranks, key=lambda code: ranks[code]), most_lots, hours)

    def _price(self, tender: Tender, lot: Lot, faults: list[Refusal]) -> int | None:
        if is_set_price(tender):
            return set_price(tender, lot) if lot.code in (self["accepted"].data or []) else None
        message = f"Price for {lot.label} must be pounds and pence, like 15.99"
        return self._read(price_field(lot), amounts.pence, message, faults)

    def _shared_ranks(self, tender: Tender, ranks: dict[str, int]) -> list[Refusal]:
        first: dict[int, Lot] = {}
        faults = []
        for lot in live_lots(tender):
            rank = ranks.get(lot.code)
            if rank is not None and first.setdefault(rank, lot) is not lot:
                message = (
                    f"{lot.label} and {first[rank].label} cannot both be number {rank} in your preferences"
                )
                faults.append(Refusal(message, preference_field(lot)))
        return faults

    def _whole(self, name: str, message: str, faults: list[Refusal]) -> int | None:
        return self._read(name, amounts.whole_number, message, faults)

    def _read(self, name: str, reader: Any, message: str, faults: list[Refusal]) -> int | None:
        text = (self[name].data or "").strip()
        if not text:
            return None
        value: int | None = reader(text)
        if value is None:
            faults.append(Refusal(message, name))
        return value


def price_form(tender: Tender, content: DraftContent, seen: int) -> PriceForm:
    """The price form of a tender, filled with the draft or with what was typed."""
    lots = live_lots(tender)
    fields: dict[str, Any] = {}
    if asks_preferences(tender):
        fields = {preference_field(lot): text_line(f"Preference for {lot.label}") for lot in lots}
    shown: dict[str, Any] = {
        "seen": seen,
        "most_lots": "" if content.most_lots is None else str(content.most_lots),
        "hours_per_week": hundredths_as_text(content.hours_per_week),
    }
    for rank, code in enumerate(content.preferences, 1):
        shown |= {preference_field(lot): str(rank) for lot in lots if lot.code == code}
    if is_set_price(tender):
        fields["accepted"] = SelectMultipleField(
            "Which lots do you bid for at the set price?",
            choices=[
                SelectChoice(
                    lot.code,
                    f"{lot.label}: {hundredths_as_text(lot.hours_per_week)} hours a week at "
                    f"{money(set_price(tender, lot))} an hour",
                )
                for lot in lots
            ],
            widget=GovCheckboxesInput(),
        )
        shown["accepted"] = list(content.prices)
    else:
        fields |= {price_field(lot): text_line(f"Price an hour for {lot.label}") for lot in lots}
        shown |= {
            price_field(lot): money(content.prices[lot.code]).removeprefix("£")
            for lot in lots
            if lot.code in content.prices
        }
    made: PriceForm = type("PriceFormOfTender", (PriceForm,), fields)(**shown)
    return made
