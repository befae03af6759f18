"""The administrator's pages: who has an account, with which roles."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, current_app, render_template, request, url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from lots import alike
from lots.account import last_link, open_requests, unread
from lots.person import Person
from lots.refusal import NotFound, Refusal
from tender.accounts import deciders, letters, operations, registering
from tender.accounts.forms import ROLE_NAMES, PersonForm, RolesForm
from tender.frame import mail
from tender.frame.context import current_person, db, now
from tender.frame.formats import sentence_list
from tender.frame.paging import Page, page_number
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller, form_page, redirect_with

blueprint = Blueprint("people", __name__, url_prefix="/people")

ONE = "people.one"
ASKED = "Another administrator has to confirm it, on the page of people. Until then nothing is changed."


@blueprint.get("/")
@requires("people.manage")
def everybody() -> ViewResult:
    search = request.args.get("search", "").strip()[:100]
    chosen = select(Person).options(joinedload(Person.provider)).order_by(func.lower(Person.name), Person.id)
    if search:
        chosen = chosen.where(
            or_(
                func.lower(Person.name).contains(search.lower(), autoescape=True),
                Person.email.contains(search.lower(), autoescape=True),
            )
        )
    people = Page.of(db.session, chosen, page_number())
    return render_template(
        "accounts/people.html",
        people=people,
        search=search,
        waiting=open_requests(db.session, now()),
        alike=len(alike.registered(db.session)),
        registrations=registering.count_waiting(db.session),
    )


@blueprint.route("/add", methods=["GET", "POST"])
@requires("people.manage")
def add() -> ViewResult:
    form = PersonForm()

    def add() -> ViewResult:
        person = operations.add_person(
            **caller(),
            email=form.email.data or "",
            name=form.name.data or "",
            roles=set(form.roles.data or []),
        )
        message = f"{person.name} is added. Make a link with which they set their password."
        if open_requests(db.session, now(), person):
            message = f"{person.name} is added. Another administrator has to confirm the roles that decide."
        return redirect_with(message, ONE, person_id=person.id)

    return form_page(form, add, "accounts/add_person.html")


@blueprint.route("/<int:person_id>", methods=["GET", "POST"])
@requires("people.manage")
def one(person_id: int) -> ViewResult:
    person = operations.person_of(db.session, person_id)
    form = RolesForm(roles=sorted(person.roles))

    def change() -> ViewResult:
        done = operations.change_roles(**caller(), person=person, roles=set(form.roles.data or []))
        if done:
            _write_of_roles(person)
        message = f"The roles of {person.name} are saved." if done else ASKED
        return redirect_with(message, ONE, person_id=person.id)

    return form_page(
        form,
        change,
        "accounts/person.html",
        person_shown=person,
        is_oneself=person.id == current_person().id,
        waiting=open_requests(db.session, now(), person),
        link=last_link(db.session, person),
    )


@blueprint.post("/<int:person_id>/access")
@requires("people.manage")
def access(person_id: int) -> ViewResult:
    person = operations.person_of(db.session, person_id)
    chosen = request.form.get("active")
    if chosen not in {"yes", "no"}:
        raise Refusal("Say whether the person may sign in.")
    operations.set_active(**caller(), person=person, active=chosen == "yes")
    message = f"{person.name} can {'sign in again' if person.active else 'no longer sign in'}."
    return redirect_with(message, ONE, person_id=person.id)


@blueprint.post("/<int:person_id>/link")
@requires("people.manage")
def link(person_id: int) -> ViewResult:
    """Written to the person. Where no mail is set up it is shown, once and on this page only, to be passed
    on: a link that can set a password is stored nowhere."""
    person = operations.person_of(db.session, person_id)
    hours = current_app.config["PASSWORD_LINK_HOURS"]
    secret = operations.make_password_link(
        **caller(),
        person=person,
        key=current_app.config["SECRET_KEY"],
        hours=hours,
    )
    if secret is None:
        return redirect_with(ASKED, ONE, person_id=person.id)
    return _link_page(person, secret)


def _write_of_roles(person: Person) -> None:
    """Write what this request changed."""
    for notice in unread(db.session, person):
        if notice.at == now():
            letters.roles_changed(person, notice.text)


def _link_page(person: Person, secret: str) -> str:
    hours = current_app.config["PASSWORD_LINK_HOURS"]
    address = url_for("accounts.set_password", secret=secret, _external=True)
    by_mail = mail.is_set_up() and request.form.get("show") != "yes"
    if by_mail:
        letters.password_link(person, address, hours)
    return render_template(
        "accounts/link.html",
        person_shown=person,
        address=None if by_mail else address,
        hours=hours,
    )


@blueprint.route("/requests/<int:request_id>", methods=["GET", "POST"])
@requires("people.manage")
def answer(request_id: int) -> ViewResult:
    """What another administrator asked for, to be confirmed or refused."""
    asked = next((one for one in open_requests(db.session, now()) if one.id == request_id), None)
    if asked is None:
        raise NotFound("Nothing waits to be confirmed here: it was answered, or is older than seven days.")
    if request.method == "GET":
        is_own = current_person().id in {asked.by_id, asked.person_id}
        return render_template("accounts/request.html", asked=asked, is_own=is_own)
    if request.form.get("answer") != "confirm":
        deciders.answer(**caller(), request_id=request_id, confirmed=False)
        return redirect_with("It is refused, and nothing was changed.", ONE, person_id=asked.person_id)
    done, secret = operations.confirm_request(
        **caller(),
        request_id=request_id,
        key=current_app.config["SECRET_KEY"],
        hours=current_app.config["PASSWORD_LINK_HOURS"],
    )
    if secret is not None:
        return _link_page(done.person, secret)
    _write_of_roles(done.person)
    return redirect_with(f"The roles of {done.person.name} are saved.", ONE, person_id=done.person_id)


@blueprint.app_template_filter("role_names")
def role_names(roles: Iterable[str]) -> str:
    """Roles as people call them, for every template."""
    return sentence_list(sorted(ROLE_NAMES[role].partition(" – ")[0] for role in roles))
