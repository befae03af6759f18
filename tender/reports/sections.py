"""The parts of a report after its first page."""

from __future__ import annotations

import json

from lots.eligibility import STATES as DECIDED
from lots.event import ACTIONS
from lots.panel import EVALUATOR, JOINED
from lots.person import Person
from lots.tender import Question
from scoring.english import listed
from scoring.methods.bid_states import BID_STATES
from scoring.methods.draw import seed
from scoring.model.draw import Draw
from tender.frame.formats import exact_datetime, long_date, long_datetime, plural
from tender.procurements.describing import panel_change
from tender.reports import wording
from tender.reports.blocks import Block, Column, Facts, Heading, Paragraph, Reasons, Section, table
from tender.reports.gather import Material
from tender.reports.ratings import ratings_blocks

NARROW_QUESTIONS = 12
"""How many questions fit side by side in one table."""


def rules_section(material: Material) -> Section:
    rules, tender = material.record["rules"], material.tender
    facts = (
        (
            "Weights",
            f"Quality {rules['weights']['quality']}, price {rules['weights']['price']} of 100 points.",
        ),
        ("Marks", f"Whole marks from {rules['marks']['lowest']} to {rules['marks']['highest']}."),
        ("Quality points", "For each question: its weight × the agreed mark ÷ the highest mark."),
        ("Price points", wording.price_rule(rules)),
        ("Rounding", wording.rounding(rules)),
        ("Minimums", wording.minimums(rules)),
        ("Equal totals", wording.ties(rules)),
        ("Awards", wording.limits(rules)),
        ("CQC ratings", wording.cqc(rules)),
        ("Abnormally low prices", wording.low_prices(rules)),
        ("Published", long_datetime(tender.published_at)),
        ("Deadline for bids", exact_datetime(tender.deadline)),
        ("Rules document, SHA-256", tender.rules_sha256 or ""),
    )
    rows = [
        (
            question["id"],
            question["title"],
            question["weight"],
            str(question.get("minimum", "–")),
            listed(question["lots"], 8) if "lots" in question else "every lot",
        )
        for question in rules["questions"]
    ]
    columns = (
        Column("", "text", 8),
        Column("Question", "name", 48),
        Column("Weight", "number", 11),
        Column("Minimum", "number", 13),
        Column("Lots", "text", 24),
    )
    return Section(
        "rules",
        "The rules",
        (
            Paragraph("These rules were published with the tender and could not change afterwards."),
            Facts(facts),
            table("Quality questions", columns, rows),
            *_draw(material),
        ),
    )


def _draw(material: Material) -> list[Block]:
    """What letters and draws were made from, so that a reader can make them again."""
    draw, published = material.record.get("draw"), material.record["rules"].get("draw")
    if draw is None or published is None:
        return []
    facts = [
        ("Commitment, published with the rules", published["commitment"]),
        ("Secret, shown when bids were opened", draw["secret"]),
        ("Log when bids closed", f"{plural(draw['log_size'], 'entry', 'entries')}, {draw['log_root']}"),
    ]
    if "public" in draw:
        facts.append((published["source"], draw["public"]))
    facts.append(("Seed", seed(Draw(**{"public": None, **draw}))))
    return [
        Heading("The draw"),
        Paragraph(
            "Letters were dealt, and ties are drawn where the rules say so, from what nobody could know or "
            "choose while bids could be sent: the published rules, the log when bids closed, and a secret "
            "whose hash was published. Bidders enter by the hash of their sealed bid, which is on their "
            "receipt. The documentation, “How an award is worked out”, says of which bytes each is made."
        ),
        Facts(tuple(facts)),
    ]


def bidders_section(material: Material) -> Section:
    lots_of: dict[str, list[str]] = {}
    states_of: dict[str, dict[str, list[str]]] = {}
    for lot in material.outcomes:
        for bid in lot.bids:
            lots_of.setdefault(bid.bidder, []).append(lot.id)
            states_of.setdefault(bid.bidder, {}).setdefault(bid.state, []).append(lot.id)
    rows = []
    for opened in material.opened:
        letter = opened.bid.alias or ""
        bid_for = lots_of.get(letter, [])
        states = states_of.get(letter, {})
        text = (
            BID_STATES[next(iter(states))].label
            if len(states) == 1
            else "; ".join(
                f"{BID_STATES[state].label} in {', '.join(codes)}" for state, codes in states.items()
            )
        )
        number = opened.company.get("company_number", "")
        rows.append((letter, opened.name, number or "–", _lots(material, bid_for), text or "No live lot"))
    columns = (
        Column("Letter", "text", 9),
        Column("Provider", "name", 38),
        Column("Company no.", "text", 15),
        Column("Lots bid for", "text", 22),
        Column("State", "text", 22),
    )
    return Section(
        "bidders",
        "Who bid",
        (
            Paragraph("Evaluators knew each bidder by a letter alone until quality was locked."),
            table("Bidders and their states", columns, rows),
            *_out_of_assessment(material),
            *_decisions(material),
            *_mark_tables(material),
        ),
    )


def _lots(material: Material, codes: list[str]) -> str:
    """Lot codes, or that it is all of them where there are several."""
    if len(codes) == len(material.outcomes) > 1:
        return f"all {len(codes)}"
    return ", ".join(codes)


def _out_of_assessment(material: Material) -> list[Block]:
    reasons: dict[tuple[str, str, str], list[str]] = {}
    for lot in material.outcomes:
        for bid in lot.bids:
            if bid.rank is None:
                reasons.setdefault((bid.name, bid.state, bid.why), []).append(lot.id)
    if not reasons:
        return [Paragraph("Every bid stayed in the assessment.")]
    rows = [
        (name, BID_STATES[state].label, _lots(material, codes), why)
        for (name, state, why), codes in sorted(reasons.items())
    ]
    columns = (
        Column("Provider", "name", 25),
        Column("State", "text", 18),
        Column("Lots", "text", 14),
        Column("Why", "text", 48),
    )
    return [table("Out of the assessment, and why", columns, rows)]


def _decisions(material: Material) -> list[Block]:
    """Every decision that a person took on a bid, those that were replaced included."""
    blocks: list[Block] = []
    for opened in material.opened:
        entries = []
        for decision in material.decisions.get(opened.bid_id, []):
            where = ", ".join(lot.code for lot in decision.lots) or "every lot"
            text = f"{decision.reason}"
            if decision.evidence:
                text += f"\nEvidence: {decision.evidence}"
            if decision.response_invited_on is not None:
                text += f"\nAsked for its side on {long_date(decision.response_invited_on)}."
            if decision.response:
                text += f"\nIt answered: {decision.response}"
            label = f"{DECIDED[decision.state]}, {where}. {decision.by.name}, {long_datetime(decision.at)}"
            entries.append((label, text))
        if entries:
            blocks.append(Reasons(f"{opened.name} ({opened.bid.alias})", tuple(entries)))
    return [Heading("Decisions on bids"), *blocks] if blocks else []


def _mark_tables(material: Material) -> list[Block]:
    questions = list(material.tender.questions)
    blocks: list[Block] = []
    for start in range(0, len(questions), NARROW_QUESTIONS):
        some = questions[start : start + NARROW_QUESTIONS]
        rows = []
        for opened in material.opened:
            marks = [material.agreed.get((opened.bid_id, question.id)) for question in some]
            rows.append((opened.name, *("–" if mark is None else str(mark.mark) for mark in marks)))
        columns = (
            Column("Provider", "name", 40),
            *(Column(question.code, "number", 60 // len(some) or 1) for question in some),
        )
        blocks.append(table(f"Agreed marks{_range(some, questions)}", columns, rows))
    return blocks


def _range(some: list[Question], questions: list[Question]) -> str:
    return "" if len(some) == len(questions) else f", {some[0].code} to {some[-1].code}"


def people_section(material: Material) -> Section:
    columns = (Column("Role", "text", 20), Column("Name", "name", 30), Column("When, why", "text", 60))
    rows = [
        (place.role.capitalize(), place.person.name, f"named on {long_date(place.member.named_at)}")
        for place in material.panel
        if not (place.changes and place.changes[0].kind == JOINED)
    ]
    rows += [
        (place.role.capitalize(), place.person.name, panel_change(change))
        for place in material.panel
        for change in place.changes
    ]
    opening = material.opening
    if opening is not None:
        rows.append(
            ("Opened the bids", opening.first.name, f"first officer, {exact_datetime(opening.first_at)}")
        )
        if opening.second is not None:
            second = f"second officer, {exact_datetime(opening.second_at)}"
            rows.append(("Opened the bids", opening.second.name, second))
    for recommendation in material.recommendations:
        when = f"{exact_datetime(recommendation.at)}: “{recommendation.reason}”"
        rows.append(("Recommended", recommendation.by.name, when))
        if recommendation.decided_by is not None:
            done = "Approved" if recommendation.outcome == "approved" else "Sent back"
            when = f"{exact_datetime(recommendation.decided_at)}: “{recommendation.decision_reason}”"
            rows.append((done, recommendation.decided_by.name, when))
    blocks: list[Block] = [table("People", columns, rows)]
    blocks += _accounts(material)
    blocks += _letters(material)
    blocks += _conflicts(material)
    blocks += ratings_blocks(material)
    steps = [(exact_datetime(e.at), ACTIONS.get(e.action, e.action), e.actor_name) for e in material.timeline]
    columns = (Column("When", "text", 40), Column("What", "text", 50), Column("Who", "name", 25))
    blocks.append(table("Dates", columns, steps))
    if material.standstill is not None:
        standstill = material.standstill
        blocks.append(
            Facts(
                (
                    ("Assessment summaries sent", long_date(standstill.summaries_sent_on)),
                    ("Award notice published", long_date(standstill.notice_on)),
                    ("Standstill ends with", long_date(standstill.ends_on)),
                )
            )
        )
    return Section("people", "People and dates", tuple(blocks))


def _accounts(material: Material) -> list[Block]:
    """Roles given and password links made for people who decide: each could let one person act as another."""
    rows = []
    for entry in material.accounts:
        asked_by = json.loads(entry.body).get("asked_by")
        who = f"{entry.actor_name}, asked by {asked_by}" if asked_by else entry.actor_name
        rows.append((exact_datetime(entry.at), f"{ACTIONS[entry.action]}: {entry.subject}", who))
    if not rows:
        return []
    columns = (
        Column("When", "text", 35),
        Column("What, whose account", "text", 60),
        Column("Who", "name", 25),
    )
    return [table("Accounts of people who decide", columns, rows)]


def _letters(material: Material) -> list[Block]:
    """Under which letter each evaluator knew each bid."""
    evaluators = [place.person for place in material.panel if place.role == EVALUATOR]
    rows = []
    for opened in material.opened:
        own = [material.letters.get((person.id, opened.bid_id)) for person in evaluators]
        if any(own):
            rows.append((f"{opened.name} ({opened.bid.alias})", _known_by(evaluators, own)))
    if not rows:
        return []
    columns = (Column("Provider", "name", 40), Column("Known to evaluators as", "text", 60))
    return [table("Letters of the evaluators", columns, rows)]


def _known_by(evaluators: list[Person], own: list[str | None]) -> str:
    return ", ".join(
        f"{letter} to {person.name}" for person, letter in zip(evaluators, own, strict=True) if letter
    )


def _conflicts(material: Material) -> list[Block]:
    if not material.conflicts:
        return [Paragraph("No evaluator declared a conflict of interest.")]
    names = material.names
    entries = []
    for conflict in material.conflicts:
        declared, decision = conflict.declaration, conflict.decision
        bidder = names.get(declared.bid.alias or "", f"Provider {declared.bid.alias}")
        label = f"{declared.person.name} and {bidder}, {long_datetime(declared.at)}"
        if decision is None:
            text = "Not decided: the evaluator did not mark this bid."
        else:
            may = "may mark this bid" if decision.may_mark else "stays off this bid"
            text = f"{decision.by.name} decided: {may}. {decision.reason}"
        entries.append((label, f"{declared.detail}\n{text}"))
    return [Reasons("Conflicts of interest declared", tuple(entries))]


def marks_section(material: Material) -> Section:
    """Why each mark was agreed, bidder by bidder."""
    blocks: list[Block] = [
        Paragraph("Each reason stands against the published criterion of its question. Nothing was averaged.")
    ]
    for opened in material.opened:
        entries = []
        for question in material.tender.questions:
            mark = material.agreed.get((opened.bid_id, question.id))
            if mark is not None:
                entries.append((f"{question.code} {question.title}: {mark.mark}", mark.reasons))
        if entries:
            blocks.append(Reasons(f"{opened.name} ({opened.bid.alias})", tuple(entries)))
    return Section("marks", "Why each mark was agreed", tuple(blocks))


def check_section(material: Material) -> Section:
    evaluation, log = material.evaluation, material.log
    if log.intact:
        size = plural(log.size, "entry", "entries")
        text = f"When this report was made, all {size} of the log agreed with their hashes."
    else:
        text = "When this report was made, the log did NOT agree with its hashes: " + " ".join(log.faults)
    facts = (
        ("Evaluation", f"Number {evaluation.number}, {exact_datetime(evaluation.made_at)}"),
        ("Record, SHA-256", evaluation.record_sha256),
        ("Rules document, SHA-256", material.tender.rules_sha256 or ""),
        ("Tree head of the log", log.root),
        ("Entries in the log", f"{log.size:,}"),
    )
    return Section(
        "check",
        "How to check this report",
        (
            Paragraph(
                "Every figure in this report follows from one file, the evaluation record. Take it from the "
                "service’s page “Records and results” and type: python -m scoring evaluate record.json. The "
                "SHA-256 that is printed must be the one below."
            ),
            Facts(facts),
            Paragraph(text),
            Paragraph(
                "The tree head stands for every entry of the log up to this report. Anybody can compare it "
                "with the log of a later day on the service’s page “Compare a log head” (/log/compare), "
                "with the tender’s reference and the number of entries above."
            ),
        ),
    )
