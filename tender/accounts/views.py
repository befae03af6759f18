"""Signing in and out, registering, and one's own password."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for

from lots.account import PersonNotice, unread
from lots.refusal import Refusal
from tender.accounts import known_browser, links, operations, policy, unsent_form
from tender.accounts.attempts import TooManyAttempts
from tender.accounts.forms import ChangePasswordForm, NewPasswordForm, SignInForm
from tender.accounts.signed_in import begin_session, end_session, session_expired
from tender.frame.context import current_person, db, now, person_or_none, refusals, refuse
from tender.frame.permissions import SIGNED_IN, is_safe_address, public, requires
from tender.frame.view_results import ViewResult

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ViewResult:
    onward = request.args.get("next")
    onward = onward if is_safe_address(onward) else None
    if person_or_none() is not None and request.method == "GET":
        return redirect(onward or url_for("home.home"))
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        try:
            person = operations.sign_in(
                db.session,
                email=form.email.data or "",
                password=form.password.data or "",
                guesser_of=policy.guesser_of,
                limits=policy.limits(),
                passwords=policy.passwords(),
                now=now(),
            )
        except TooManyAttempts as refusal:
            refuse(form, refusal)
            status = 429
        else:
            if person is not None:
                begin_session(person)
                known_browser.remember(person)
                unsent = unsent_form.read(request.form.get("kept"))
                if unsent is not None and unsent.person_id == person.id:
                    return render_template("accounts/unsent_form.html", unsent=unsent, again=False)
                if unread(db.session, person):
                    onward = None  # the front page says what was done to their account
                return redirect(onward or url_for("home.home"))
            form.form_errors.append("Email address and password do not match an account")
    return (
        render_template(
            "accounts/sign_in.html",
            form=form,
            unsent=request.form.get("kept"),
            expired=session_expired(),
            signed_in=False,
        ),
        status,
    )


@blueprint.post("/sign-out")
@public
def sign_out() -> ViewResult:
    person = person_or_none()
    if person is not None:
        operations.end_sessions(db.session, person=person)
    end_session()
    return redirect(url_for("accounts.signed_out"))


@blueprint.get("/signed-out")
@public
def signed_out() -> ViewResult:
    return render_template("accounts/signed_out.html")


@blueprint.route("/set-password/<secret>", methods=["GET", "POST"])
@public
def set_password(secret: str) -> ViewResult:
    try:
        person = links.person_for(current_app.config["SECRET_KEY"], secret, db.session, now=now())
    except Refusal as refusal:
        return render_template("accounts/link_useless.html", message=refusal.message), 400
    form = NewPasswordForm()
    if form.validate_on_submit():
        with refusals(form):
            operations.set_password_by_link(
                db.session,
                person=person,
                password=form.password.data or "",
                passwords=policy.passwords(),
                now=now(),
            )
            begin_session(person)
            known_browser.remember(person)
            flash("Your password is set and you are signed in.")
            return redirect(url_for("home.home"))
    return render_template("accounts/set_password.html", form=form, person=person)


@blueprint.post("/account/notices/read")
@requires(SIGNED_IN)
def read_notices() -> ViewResult:
    operations.read_notices(db.session, actor=current_person(), now=now())
    return redirect(url_for("home.home"))


@blueprint.app_template_global("unread_notices")
def unread_notices() -> list[PersonNotice]:
    """What was done to the account of whoever is signed in, for the front page."""
    person = person_or_none()
    return [] if person is None else unread(db.session, person)


@blueprint.route("/account", methods=["GET", "POST"])
@requires(SIGNED_IN)
def account() -> ViewResult:
    form = ChangePasswordForm()
    person = current_person()
    if form.validate_on_submit():
        with refusals(form):
            operations.change_password(
                db.session,
                actor=person,
                present=form.present_password.data or "",
                new=form.password.data or "",
                passwords=policy.passwords(),
                now=now(),
            )
            begin_session(person)
            known_browser.remember(person)
            flash("Your password is changed. Any other browser that was signed in no longer is.")
            return redirect(url_for("accounts.account"))
    return render_template("accounts/account.html", form=form)
