"""How a draft's bids will be judged, and the questions."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for

from lots.catalogue import BANK, suggested_weight
from lots.publication import evaluation_rules
from lots.rating import HOMECARE
from lots.refusal import Refusal
from tender.frame.context import current_person, db, now
from tender.frame.permissions import requires
from tender.procurements import pages
from tender.procurements.blueprint import Answer, blueprint
from tender.procurements.describing import METHODS, sections
from tender.procurements.forms.rules import MarksForm, OtherRulesForm, PriceForm
from tender.procurements.forms.setup import BankForm, ConfirmForm, QuestionForm, weights_form
from tender.procurements.operations import changing_questions, changing_rules
from tender.procurements.operations.changing_rules import RuleSettings
from tender.procurements.operations.holding import question_of
from tender.procurements.views.setup import draft_for, kept

RULE_FORMS: dict[str, tuple[type[MarksForm | PriceForm | OtherRulesForm], str]] = {
    "marks": (MarksForm, "Weights and marks"),
    "price": (PriceForm, "Price"),
    "other": (OtherRulesForm, "CQC ratings and ties"),
}


@blueprint.get("/<int:tender_id>/rules")
@requires("tender.set_up")
def rules(tender_id: int) -> Answer:
    tender = draft_for(tender_id)
    described = sections(evaluation_rules(tender), list(tender.cqc_areas), [HOMECARE])
    return render_template("procurements/rules.html", tender=tender, sections=described)


@blueprint.route("/<int:tender_id>/rules/<section>", methods=["GET", "POST"])
@requires("tender.set_up")
def rule_section(tender_id: int, section: str) -> Answer:
    if section not in RULE_FORMS:
        abort(404)
    tender = draft_for(tender_id)
    kind, title = RULE_FORMS[section]
    form = kind.showing(tender)
    if form.validate_on_submit():
        with kept(form, tender):
            changing_rules.change_rules(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                settings=form.settings(RuleSettings.of(tender)),
                seen=form.revision,
            )
            flash(f"{title} are saved." if section != "price" else "The price rules are saved.")
            return redirect(url_for("procurements.rules", tender_id=tender_id))
    return render_template(
        f"procurements/rules_{section}.html", form=form, tender=tender, title=title, methods=METHODS
    )


@blueprint.get("/<int:tender_id>/questions")
@requires("tender.set_up")
def questions(tender_id: int) -> Answer:
    tender = draft_for(tender_id)
    return render_template("procurements/questions.html", tender=tender, page=pages.questions(tender))


@blueprint.route("/<int:tender_id>/questions/bank", methods=["GET", "POST"])
@requires("tender.set_up")
def bank(tender_id: int) -> Answer:
    tender = draft_for(tender_id)
    form = BankForm(data={"seen": str(tender.revision)})
    left = form.offer(tender)
    if form.validate_on_submit():
        with kept(form, tender):
            keys = list(dict.fromkeys(form.keys.data or []))
            if not keys:
                raise Refusal("Select at least one question", "keys")
            for place, key in enumerate(keys):
                changing_questions.add_question(
                    db.session,
                    actor=current_person(),
                    now=now(),
                    tender=tender,
                    bank_key=key,
                    # the first of them makes sure of the page; each of them makes a new revision
                    seen=form.revision if place == 0 else None,
                )
            flash("1 question is added." if len(keys) == 1 else f"{len(keys)} questions are added.")
            return redirect(url_for("procurements.questions", tender_id=tender_id))
    offered = [(BANK[key], suggested_weight(key, tender.quality_weight)) for key in left]
    return render_template("procurements/bank.html", form=form, tender=tender, offered=offered)


@blueprint.route("/<int:tender_id>/questions/weights", methods=["GET", "POST"])
@requires("tender.set_up")
def weights(tender_id: int) -> Answer:
    tender = draft_for(tender_id)
    form = weights_form(tender)
    if form.validate_on_submit():
        with kept(form, tender):
            codes = [question.code for question in tender.questions]
            changing_questions.set_weights(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                weights={code: form[f"weight_{code}"].data for code in codes},
                minimums={code: form[f"minimum_{code}"].data for code in codes},
                seen=form.revision,
            )
            flash("The weights and minimum marks are saved.")
            return redirect(url_for("procurements.questions", tender_id=tender_id))
    return render_template("procurements/weights.html", form=form, tender=tender)


@blueprint.route("/<int:tender_id>/questions/add", methods=["GET", "POST"])
@requires("tender.set_up")
def add_question(tender_id: int) -> Answer:
    tender = draft_for(tender_id)
    form = QuestionForm.showing(tender, None)
    if form.validate_on_submit():
        with kept(form, tender):
            question = changing_questions.add_question(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                seen=form.revision,
                **form.content(),
            )
            flash(f"Question {question.code} is added.")
            return redirect(url_for("procurements.questions", tender_id=tender_id))
    return render_template("procurements/question.html", form=form, tender=tender, question=None)


@blueprint.route("/<int:tender_id>/questions/<code>", methods=["GET", "POST"])
@requires("tender.set_up")
def question(tender_id: int, code: str) -> Answer:
    tender = draft_for(tender_id)
    shown = question_of(tender, code)
    form = QuestionForm.showing(tender, shown)
    if form.validate_on_submit():
        with kept(form, tender):
            changing_questions.change_question(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                code=code,
                seen=form.revision,
                **form.content(),
            )
            flash(f"Question {code} is saved.")
            return redirect(url_for("procurements.questions", tender_id=tender_id))
    return render_template("procurements/question.html", form=form, tender=tender, question=shown)


@blueprint.route("/<int:tender_id>/questions/<code>/remove", methods=["GET", "POST"])
@requires("tender.set_up")
def remove_question(tender_id: int, code: str) -> Answer:
    tender = draft_for(tender_id)
    shown = question_of(tender, code)
    form = ConfirmForm(data={"seen": str(tender.revision)})
    if form.validate_on_submit():
        with kept(form, tender):
            changing_questions.remove_question(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                code=code,
                seen=form.revision,
            )
            flash(f"Question {code} is removed.")
            return redirect(url_for("procurements.questions", tender_id=tender_id))
    return render_template(
        "procurements/remove.html",
        form=form,
        tender=tender,
        what=f"question {shown.code} {shown.title}",
        back=url_for("procurements.questions", tender_id=tender_id),
    )
