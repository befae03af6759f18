"""How a draft's bids will be judged, and the questions."""

from __future__ import annotations

from flask import abort, render_template, url_for

from lots.catalogue import BANK, suggested_weight
from lots.publication import evaluation_rules
from lots.rating import HOMECARE
from lots.refusal import Refusal
from scoring.methods.price import METHODS
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller, redirect_with
from tender.procurements import pages
from tender.procurements.blueprint import blueprint
from tender.procurements.describing import sections
from tender.procurements.forms.rules import MarksForm, OtherRulesForm, PriceRulesForm
from tender.procurements.forms.setup import BankForm, ConfirmForm, QuestionForm, weights_form
from tender.procurements.operations import changing_questions, changing_rules
from tender.procurements.operations.changing_rules import RuleSettings
from tender.procurements.operations.holding import question_of
from tender.procurements.views.drafts import draft_caller, draft_for, draft_page

QUESTIONS = "procurements.questions"

RULE_FORMS: dict[str, tuple[type[MarksForm | PriceRulesForm | OtherRulesForm], str]] = {
    "marks": (MarksForm, "Weights and marks"),
    "price": (PriceRulesForm, "Price"),
    "other": (OtherRulesForm, "CQC ratings and ties"),
}


@blueprint.get("/<int:tender_id>/rules")
@requires("tender.set_up")
def rules(tender_id: int) -> ViewResult:
    tender = draft_for(tender_id)
    described = sections(evaluation_rules(tender), list(tender.cqc_areas), [HOMECARE])
    return render_template("procurements/rules.html", tender=tender, sections=described)


@blueprint.route("/<int:tender_id>/rules/<section>", methods=["GET", "POST"])
@requires("tender.set_up")
def rule_section(tender_id: int, section: str) -> ViewResult:
    if section not in RULE_FORMS:
        abort(404)
    tender = draft_for(tender_id)
    kind, title = RULE_FORMS[section]
    form = kind.showing(tender)

    def change() -> ViewResult:
        settings = form.settings(RuleSettings.of(tender))
        changing_rules.change_rules(**draft_caller(tender, form), settings=settings)
        message = f"{title} are saved." if section != "price" else "The price rules are saved."
        return redirect_with(message, "procurements.rules", tender_id=tender_id)

    template = f"procurements/rules_{section}.html"
    return draft_page(tender, form, change, template, title=title, methods=METHODS)


@blueprint.get("/<int:tender_id>/questions")
@requires("tender.set_up")
def questions(tender_id: int) -> ViewResult:
    tender = draft_for(tender_id)
    return render_template("procurements/questions.html", tender=tender, page=pages.questions(tender))


@blueprint.route("/<int:tender_id>/questions/bank", methods=["GET", "POST"])
@requires("tender.set_up")
def bank(tender_id: int) -> ViewResult:
    tender = draft_for(tender_id)
    form = BankForm(data={"seen": tender.revision})
    left = form.offer(tender)

    def add() -> ViewResult:
        keys = list(dict.fromkeys(form.keys.data or []))
        if not keys:
            raise Refusal("Select at least one question", "keys")
        changing_questions.add_question(**draft_caller(tender, form), bank_key=keys[0])
        for key in keys[1:]:
            # the first has made sure of the page; each of them makes a new revision
            changing_questions.add_question(**caller(), tender=tender, bank_key=key)
        message = "1 question is added." if len(keys) == 1 else f"{len(keys)} questions are added."
        return redirect_with(message, QUESTIONS, tender_id=tender_id)

    offered = [(BANK[key], suggested_weight(key, tender.quality_weight)) for key in left]
    return draft_page(tender, form, add, "procurements/bank.html", offered=offered)


@blueprint.route("/<int:tender_id>/questions/weights", methods=["GET", "POST"])
@requires("tender.set_up")
def weights(tender_id: int) -> ViewResult:
    tender = draft_for(tender_id)
    form = weights_form(tender)

    def change() -> ViewResult:
        codes = [question.code for question in tender.questions]
        changing_questions.set_weights(
            **draft_caller(tender, form),
            weights={code: form[f"weight_{code}"].data for code in codes},
            minimums={code: form[f"minimum_{code}"].data for code in codes},
        )
        return redirect_with("The weights and minimum marks are saved.", QUESTIONS, tender_id=tender_id)

    return draft_page(tender, form, change, "procurements/weights.html")


@blueprint.route("/<int:tender_id>/questions/add", methods=["GET", "POST"])
@requires("tender.set_up")
def add_question(tender_id: int) -> ViewResult:
    tender = draft_for(tender_id)
    form = QuestionForm.showing(tender, None)

    def add() -> ViewResult:
        question = changing_questions.add_question(**draft_caller(tender, form), **form.content())
        return redirect_with(f"Question {question.code} is added.", QUESTIONS, tender_id=tender_id)

    return draft_page(tender, form, add, "procurements/question.html", question=None)


@blueprint.route("/<int:tender_id>/questions/<code>", methods=["GET", "POST"])
@requires("tender.set_up")
def question(tender_id: int, code: str) -> ViewResult:
    tender = draft_for(tender_id)
    shown = question_of(tender, code)
    form = QuestionForm.showing(tender, shown)

    def change() -> ViewResult:
        changing_questions.change_question(**draft_caller(tender, form), code=code, **form.content())
        return redirect_with(f"Question {code} is saved.", QUESTIONS, tender_id=tender_id)

    return draft_page(tender, form, change, "procurements/question.html", question=shown)


@blueprint.route("/<int:tender_id>/questions/<code>/remove", methods=["GET", "POST"])
@requires("tender.set_up")
def remove_question(tender_id: int, code: str) -> ViewResult:
    tender = draft_for(tender_id)
    shown = question_of(tender, code)
    form = ConfirmForm(data={"seen": tender.revision})

    def remove() -> ViewResult:
        changing_questions.remove_question(**draft_caller(tender, form), code=code)
        return redirect_with(f"Question {code} is removed.", QUESTIONS, tender_id=tender_id)

    return draft_page(
        tender,
        form,
        remove,
        "procurements/remove.html",
        what=f"question {shown.code} {shown.title}",
        back=url_for(QUESTIONS, tender_id=tender_id),
    )
