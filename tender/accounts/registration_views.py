"""Registering as a provider, and the administrator's list of registrations that wait."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, url_for

from lots import alike
from lots.refusal import Refusal
from tender.accounts import known_browser, letters, operations, policy, registering
from tender.accounts.forms import NewPasswordForm, RegistrationForm
from tender.accounts.registering import Asked, RegistrationLimits, TooManyRegistrations
from tender.accounts.signed_in import begin_session
from tender.frame import mail
from tender.frame.context import db, now, person_or_none, refusals, refuse
from tender.frame.permissions import public, requires
from tender.frame.view_results import ViewResult, caller

blueprint = Blueprint("registration", __name__)


def _limits() -> RegistrationLimits:
    return RegistrationLimits(
        key=current_app.config["SECRET_KEY"].encode(),
        hours=current_app.config["PASSWORD_LINK_HOURS"],
        for_address=current_app.config["REGISTRATIONS_ADDRESS"],
    )


@blueprint.route("/register", methods=["GET", "POST"])
@public
def register() -> ViewResult:
    if person_or_none() is not None:
        return redirect(url_for("home.home"))
    form, status = RegistrationForm(), 200
    if form.validate_on_submit():
        asked = Asked(
            form.company.data or "", form.name.data or "", operations.tidy_email(form.email.data or "")
        )
        try:
            asking = registering.ask(
                db.session, asked, guesser=policy.guesser_of(None), limits=_limits(), now=now()
            )
        except TooManyRegistrations as refusal:
            refuse(form, refusal)
            status = 429
        else:
            letters.about_registration(asked, asking, _limits().hours)
            return redirect(url_for("registration.asked"))
    return render_template("accounts/register.html", form=form), status


@blueprint.get("/register/asked")
@public
def asked() -> ViewResult:
    """The same for everybody, whoever has an account."""
    return render_template("accounts/registered.html", by_mail=mail.is_set_up(), hours=_limits().hours)


@blueprint.route("/register/confirm/<secret>", methods=["GET", "POST"])
@public
def confirm(secret: str) -> ViewResult:
    try:
        registration = registering.waiting(db.session, secret, hours=_limits().hours, now=now())
    except Refusal as refusal:
        return render_template("accounts/link_useless.html", message=refusal.message), 400
    form = NewPasswordForm()
    if form.validate_on_submit():
        with refusals(form):
            person = registering.confirm(
                db.session,
                registration,
                password=form.password.data or "",
                passwords=policy.passwords(),
                now=now(),
            )
            begin_session(person)
            known_browser.remember(person)
            flash("You have registered. You can now bid.")
            return redirect(url_for("home.home"))
    return render_template(
        "accounts/confirm.html",
        form=form,
        registration=registration,
        alike=alike.has_name(db.session, registration.company),
    )


@blueprint.get("/people/registrations")
@requires("people.manage")
def waiting() -> ViewResult:
    found = registering.all_waiting(db.session, hours=_limits().hours, now=now())
    return render_template(
        "accounts/registrations.html",
        registrations=found,
        owners=operations.people_with(db.session, [one.email for one in found]),
        alike=alike.names_of(db.session),
        key=alike.name_key,
        by_mail=mail.is_set_up(),
    )


@blueprint.post("/people/registrations/<int:registration_id>/link")
@requires("people.manage")
def link(registration_id: int) -> ViewResult:
    """Shown once, on this page only: its secret is stored nowhere."""
    registration, secret = registering.pass_on(registration_id=registration_id, **caller())
    address = url_for("registration.confirm", secret=secret, _external=True)
    return render_template(
        "accounts/registration_link.html",
        registration=registration,
        address=address,
        hours=_limits().hours,
    )


@blueprint.get("/companies/alike")
@requires("companies.compare")
def companies() -> ViewResult:
    return render_template("accounts/alike.html", groups=alike.registered(db.session))
