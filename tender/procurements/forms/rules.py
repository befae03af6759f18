"""How bids will be judged, in three short forms that change one set of settings."""

from __future__ import annotations

from dataclasses import replace

from wtforms import SelectChoice

from lots.refusal import Refusal, Refusals
from lots.tender import Tender
from scoring import exact
from scoring.methods import tie_keys
from scoring.methods.price import METHODS, titles
from scoring.model.rules import FLOORS
from tender.procurements.forms.fields import (
    DraftForm,
    points_field,
    price_field,
    prose_field,
    radio_field,
    save_button,
    select_field,
    text_field,
    whole_field,
)
from tender.procurements.operations.changing_rules import RuleSettings

TIE_PLACES = 4


class MarksForm(DraftForm):
    """Weights, the scale of marks, rounding."""

    quality_weight = points_field(
        "Quality weight",
        "Points out of 100. Price has what is left, so 60 makes 60 for quality and 40 for price",
        missing="Enter the quality weight",
    )
    quality_minimum = points_field(
        "Minimum quality (optional)",
        "Percent of the quality points. A bid below it in a lot cannot win there",
        called="Minimum quality",
    )
    mark_lowest = whole_field("Lowest mark", 0, 99, missing="Enter the lowest mark")
    mark_highest = whole_field("Highest mark", 1, 100, missing="Enter the highest mark")
    decimals = whole_field(
        "Decimals of a score",
        0,
        exact.MOST_DECIMALS,
        "Each question’s points and the price points are rounded half up to so many, and then added",
        missing="Enter the number of decimals",
    )
    submit = save_button()

    @classmethod
    def showing(cls, tender: Tender) -> MarksForm:
        return cls(data={"seen": tender.revision, **vars(RuleSettings.of(tender))})

    def settings(self, settings: RuleSettings) -> RuleSettings:
        return replace(
            settings,
            quality_weight=self.quality_weight.data,
            price_weight=10_000 - self.quality_weight.data,
            quality_minimum=self.quality_minimum.data,
            mark_lowest=self.mark_lowest.data,
            mark_highest=self.mark_highest.data,
            decimals=self.decimals.data,
        )


class PriceRulesForm(DraftForm):
    """How price is scored, and the limits on it."""

    price_method = radio_field(
        "How is price scored?",
        lambda: {name: method.texts.title for name, method in METHODS.items()},
        "Select how price is scored",
    )
    slope = text_field(
        "Slope (only for a straight line)",
        "1 unless you say otherwise; 2 is twice as steep, so that a price half above the lowest has nothing",
    )
    set_price = price_field("Set price an hour (only for a set price)", called="Set price")
    ceiling = price_field(
        "Highest price accepted (optional)",
        "Pounds an hour. A bid above it is not assessed in that lot",
        called="Highest price",
    )
    floor = price_field(
        "Lowest price accepted (optional)",
        "Pounds an hour. A bid below it is not assessed in that lot",
        called="Lowest price",
    )
    below_mean = points_field(
        "Flag prices this far below the mean of the others (optional)",
        "Percent, like 15. A flag asks for an explanation; it takes nobody out",
        called="Percentage below the mean",
    )
    below_next = points_field(
        "Flag prices this far below the next lowest (optional)",
        "Percent, like 10",
        called="Percentage below the next lowest",
    )
    submit = save_button()

    @classmethod
    def showing(cls, tender: Tender) -> PriceRulesForm:
        shown = {"seen": tender.revision, **vars(RuleSettings.of(tender))}
        if METHODS[tender.price_method].sets_price:
            shown |= {"set_price": tender.ceiling, "ceiling": None, "floor": None}
        return cls(data=shown)

    def settings(self, settings: RuleSettings) -> RuleSettings:
        """The settings with what was typed. Raises Refusals where it belongs to another method, unless it
        only stands there from before."""
        method = METHODS[self.price_method.data]
        slope = (self.slope.data or "").strip()
        faults = []
        if method.sets_price:
            faults += [
                Refusal("Leave this empty at a set price", field)
                for field in ("ceiling", "floor")
                if self[field].data is not None and self[field].data != getattr(settings, field)
            ]
        elif self.set_price.data is not None and (
            not METHODS[settings.price_method].sets_price or self.set_price.data != settings.ceiling
        ):
            setting = titles(row for row in METHODS.values() if row.sets_price)
            faults.append(Refusal(f"Select {setting}, or leave the set price empty", "set_price"))
        if not method.slope and slope == settings.slope:
            slope = ""
        if faults:
            raise Refusals(faults)
        return replace(
            settings,
            price_method=method.name,
            slope=slope,
            ceiling=self.set_price.data if method.sets_price else self.ceiling.data,
            floor=self.set_price.data if method.sets_price else self.floor.data,
            below_mean=self.below_mean.data,
            below_next=self.below_next.data,
        )


class OtherRulesForm(DraftForm):
    """CQC ratings and ties."""

    cqc_unrated = radio_field(
        "Providers that the CQC has not rated yet",
        {"allow": "May bid, and are flagged", "refuse": "Do not meet the condition"},
        "Select what happens with providers not yet rated",
    )
    cqc_minimum_overall = radio_field(
        "Lowest overall rating accepted",
        {
            "": "None beyond Inadequate",
            **{name: name for name in reversed(FLOORS.values())},
        },
        "Select the lowest overall rating",
        "Inadequate on any key question, or overall, is never accepted",
    )
    cqc_areas = prose_field(
        "Areas whose registered locations count",
        "Names of local authorities as the CQC writes them, one on each line. Locations that a bid names "
        "always count",
    )
    tie_1 = select_field("Equal totals are parted first by", {})
    tie_2 = select_field("Then by", {})
    tie_3 = select_field("Then by (third)", {})
    tie_4 = select_field("Then by (fourth)", {})
    draw_source = text_field(
        "Public source of chance (optional)",
        "Numbers that are drawn in public after the deadline, so that nobody at the council can know the "
        "draw either. Two officers type them in when bids are opened. For example, UK National Lottery, "
        "Lotto draw of Saturday 5 December 2026",
    )
    submit = save_button()

    @classmethod
    def showing(cls, tender: Tender) -> OtherRulesForm:
        settings = RuleSettings.of(tender)
        shown = {"seen": tender.revision, **vars(settings)}
        shown["cqc_areas"] = "\n".join(settings.cqc_areas)
        shown |= {
            f"tie_{place}": key for place, key in enumerate((*settings.ties, "", "", "", "")[:TIE_PLACES], 1)
        }
        form = cls(data=shown)
        titles = {each.code: each.title for each in tender.questions}
        choices = [SelectChoice("", "Nothing more")]
        for key in tie_keys.names(titles):
            text = tie_keys.description(key, titles)
            choices.append(SelectChoice(key, f"{text[:1].upper()}{text[1:]}"))
        for place in range(1, TIE_PLACES + 1):
            form[f"tie_{place}"].choices = choices
        return form

    def settings(self, settings: RuleSettings) -> RuleSettings:
        ties = tuple(key for place in range(1, TIE_PLACES + 1) if (key := self[f"tie_{place}"].data or ""))
        repeated = next((place for place, key in enumerate(ties, 1) if key in ties[: place - 1]), None)
        if repeated:
            raise Refusal("Each way to part a tie can stand there once only", f"tie_{repeated}")
        lines = (self.cqc_areas.data or "").replace("\r", "").split("\n")
        return replace(
            settings,
            cqc_unrated=self.cqc_unrated.data,
            cqc_minimum_overall=self.cqc_minimum_overall.data,
            cqc_areas=tuple(dict.fromkeys(line.strip() for line in lines if line.strip())),
            ties=ties,
            draw_source=" ".join((self.draw_source.data or "").split()),
        )
