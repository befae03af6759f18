"""Who judges a tender: named in a draft, changed with reasons once it is published."""

from __future__ import annotations

from flask import render_template, request

from lots import states
from lots.panel import EVALUATOR, MODERATOR, places
from lots.person import Person
from lots.refusal import Conflict, NotFound, Refusal
from lots.tender import Tender
from tender.frame.context import current_person, db, now
from tender.frame.numbers import whole_number
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller, form_page, redirect_with
from tender.procurements import pages
from tender.procurements.access import tender_for
from tender.procurements.blueprint import blueprint
from tender.procurements.forms.setup import AddToPanelForm, MarksCountForm, PanelForm, StandDownForm
from tender.procurements.operations import changing_panel, changing_published_panel
from tender.procurements.operations.changing_published_panel import CHANGES_AT, marks_given, place_of
from tender.procurements.views.drafts import draft_for

PANEL = "procurements.panel"


@blueprint.get("/<int:tender_id>/panel")
@requires("tender.set_up")
def panel(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    stage = states.stage(tender, now())
    return render_template(
        "procurements/panel.html",
        tender=tender,
        page=pages.panel(db.session, tender),
        is_draft=stage == states.DRAFT,
        can_change=stage in CHANGES_AT,
    )


@blueprint.route("/<int:tender_id>/panel/<any(evaluator, moderator):role>", methods=["GET", "POST"])
@requires("tender.set_up")
def name_member(tender_id: int, role: str) -> ViewResult:
    tender = draft_for(tender_id)
    form = PanelForm()
    people = pages.candidates(db.session, tender, role)
    form.offer(people)

    def name() -> ViewResult:
        person = _person(form.person.data)
        changing_panel.name_panel_member(**caller(), tender=tender, person=person, role=role)
        message = f"{person.name} is {'the moderator' if role == MODERATOR else 'an evaluator'}."
        return redirect_with(message, PANEL, tender_id=tender_id)

    return form_page(form, name, "procurements/name_member.html", tender=tender, role=role, people=people)


@blueprint.post("/<int:tender_id>/panel/remove")
@requires("tender.set_up")
def remove_member(tender_id: int) -> ViewResult:
    tender = draft_for(tender_id)
    person = _person(request.form.get("person"))
    changing_panel.remove_panel_member(**caller(), tender=tender, person=person)
    return redirect_with(f"{person.name} is no longer on the panel.", PANEL, tender_id=tender_id)


@blueprint.route("/<int:tender_id>/panel/add", methods=["GET", "POST"])
@requires("panel.change")
def add_to_panel(tender_id: int) -> ViewResult:
    tender = _published(tender_id)
    form = AddToPanelForm()
    people = pages.candidates(db.session, tender, EVALUATOR)
    form.offer(people)

    def add() -> ViewResult:
        person = _person(form.person.data)
        reason = form.reason.data or ""
        changing_published_panel.add_to_panel(**caller(), tender=tender, person=person, reason=reason)
        return redirect_with(f"{person.name} is an evaluator of this tender.", PANEL, tender_id=tender_id)

    return form_page(form, add, "procurements/add_to_panel.html", tender=tender, people=people)


@blueprint.route("/<int:tender_id>/panel/members/<int:member_id>/stand-down", methods=["GET", "POST"])
@requires("panel.change")
def stand_down(tender_id: int, member_id: int) -> ViewResult:
    tender = _published(tender_id)
    place = place_of(places(db.session, tender), member_id)
    if place.stood_down is not None:
        raise Conflict(f"{place.person.name} does not sit on this panel any more.")
    form = StandDownForm()
    form.offer(pages.candidates(db.session, tender, place.role))

    def change() -> ViewResult:
        successor = _person(form.successor.data, "successor") if form.successor.data else None
        changing_published_panel.stand_down(
            **caller(),
            tender=tender,
            member=place.member,
            reason=form.reason.data or "",
            marks_count=_yes(form.marks_count.data),
            successor=successor,
        )
        message = f"{place.person.name} is stood down."
        if successor is not None:
            message += f" {successor.name} comes in their place."
        return redirect_with(message, PANEL, tender_id=tender_id)

    return form_page(
        form,
        change,
        "procurements/stand_down.html",
        tender=tender,
        place=place,
        given=marks_given(db.session, place),
    )


@blueprint.route("/<int:tender_id>/panel/members/<int:member_id>/marks", methods=["GET", "POST"])
@requires("panel.change")
def marks_of_member(tender_id: int, member_id: int) -> ViewResult:
    tender = _published(tender_id)
    place = place_of(places(db.session, tender), member_id)
    given = marks_given(db.session, place)
    if place.stood_down is None or not given:
        raise NotFound("There are no marks of somebody stood down to decide on here.")
    form = MarksCountForm()

    def decide() -> ViewResult:
        changing_published_panel.decide_marks(
            **caller(),
            tender=tender,
            member=place.member,
            marks_count=form.marks_count.data == "yes",
            reason=form.reason.data or "",
        )
        return redirect_with("Your decision is recorded.", PANEL, tender_id=tender_id)

    return form_page(
        form, decide, "procurements/marks_of_member.html", tender=tender, place=place, given=given
    )


def _published(tender_id: int) -> Tender:
    tender = tender_for(db.session, current_person(), tender_id)
    states.require(tender, now(), *CHANGES_AT)
    return tender


def _yes(answer: str | None) -> bool | None:
    return None if answer not in {"yes", "no"} else answer == "yes"


def _person(number: str | None, field: str = "person") -> Person:
    """The person with that id, as a form sends it."""
    if not number:
        raise Refusal("Select a person", field)
    person = db.session.get(Person, whole_number(number))
    if person is None:
        raise NotFound("There is no such person.")
    return person
