"""The bank of quality questions: what care tenders ask, and what a top answer shows.

Topics, weights and word limits follow published care tenders; all are for the officer to change.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BankQuestion:
    key: str
    title: str
    text: str
    criterion: str
    """What an answer with the highest mark shows."""
    weight: int
    """Suggested basis points where quality weighs 60; all of the bank together come to 60."""
    word_limit: int = 750


def suggested_weight(key: str, quality_weight: int) -> int:
    """The bank's weight for a question in a tender of that quality weight, basis points, half up."""
    return (BANK[key].weight * quality_weight * 2 + _WHOLE) // (2 * _WHOLE)


_WHOLE = 6_000

BANK = {
    question.key: question
    for question in (
        BankQuestion(
            "safeguarding",
            "Safeguarding",
            "How do you keep people safe from abuse and neglect? Describe how staff recognise and report "
            "concerns, how you act on them and tell the council, and what you changed after a recent "
            "concern.",
            "A named lead and clear steps from concern to report, within stated times; training that is "
            "refreshed and checked in practice; concerns read together for patterns; people know how to "
            "speak up; a real example of what was learnt and changed.",
            900,
        ),
        BankQuestion(
            "workforce",
            "Workforce and zero-hours contracts",
            "How will you recruit, pay, support and keep the staff for this contract? Say how many of "
            "your care workers have guaranteed hours, how travel time is paid, and your turnover in the "
            "last year.",
            "Travel time and mileage are paid and shown; guaranteed hours are offered and figures say how"
            " many take them; turnover is given with its causes and is falling; supervision, training and"
            " progression are planned and paid for; zero-hours contracts only where the worker chooses "
            "them.",
            900,
        ),
        BankQuestion(
            "continuity",
            "Continuity and reliability of care",
            "How will you make sure that people see the same few care workers, at the time they expect? "
            "Describe how you plan rounds, cover absence, and know of a late or missed visit as it "
            "happens.",
            "Small named teams and a measured share of visits by them; rounds planned so that the times "
            "can be kept; absence covered from within the team; late visits seen at once and people told "
            "before; figures for the last year.",
            900,
        ),
        BankQuestion(
            "person_centred",
            "Person-centred care and outcomes",
            "How do you find out what matters to each person, and help them reach it? Describe how plans "
            "are made and reviewed, and how you work towards independence.",
            "Plans made with the person, in their words, and reviewed at set times; outcomes in steps "
            "that can be seen; language, culture and communication met; family carers included; examples "
            "in which people needed less care because they regained what they could do.",
            900,
        ),
        BankQuestion(
            "quality_assurance",
            "Quality assurance",
            "How do you know that your care is good, and what do you do when it is not? Describe your "
            "checks, how you use complaints and feedback, and your last CQC inspection’s findings and "
            "what followed.",
            "Regular checks in practice, of records and of medicines; complaints answered in time and "
            "read by theme; people’s views sought and answered; actions dated, owned and followed up by "
            "those who run the organisation; inspection findings met in full.",
            600,
        ),
        BankQuestion(
            "mobilisation",
            "Mobilisation",
            "How will you be ready on the first day of the contract? Give your plan from award to the end"
            " of the first three months: staff who transfer (TUPE), recruitment, people’s move to you, "
            "and risks.",
            "A dated plan with owners; transfer of staff understood and resourced; recruitment by month "
            "with figures; nobody’s care moves before they know the new team; risks with what is done "
            "about each.",
            600,
        ),
        BankQuestion(
            "hospital_discharge",
            "Hospital discharge",
            "How will you help people leave hospital without delay and not go back? Describe your "
            "response times, your hours, how you work with wards, and what happens in the first 72 hours.",
            "A stated time from referral to first visit, seven days a week; assessment shared with the "
            "ward; medicines and equipment checked at the first visit; capacity told daily; returns to "
            "hospital reviewed and learnt from.",
            600,
        ),
        BankQuestion(
            "social_value",
            "Social value",
            "What more will this contract do for the people and places in the zone? Say what you will do,"
            " how much, by when, and how we shall both know.",
            "Commitments for the zone itself that can be counted and dated: jobs and training for local "
            "people, less loneliness, less travel and carbon, work with local groups; reported during the"
            " contract.",
            600,
            500,
        ),
    )
}
