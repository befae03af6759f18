"""What the example's providers answer and what its panel says of the answers.

Each topic has things that a strong answer shows. A provider's answer holds as many of them as its level,
so the rationales, which name what is there and what is missing, are true of the text.
"""

from __future__ import annotations

SHOWN = {
    "safeguarding": (
        "every member of staff refreshes safeguarding training yearly and is observed in practice",
        "a named lead reads each concern on the day it is raised and tells the council within 24 hours",
        "body maps, missed calls and medication errors are read together every week to find patterns",
        "people and families are told how to raise a concern in the language and form that suits them",
        "lessons from each enquiry go to every team within ten days and are checked at supervision",
    ),
    "workforce": (
        "travel time and mileage are paid on top of contact time, shown on every payslip",
        "guaranteed hours are offered to everybody after twelve weeks, and seven in ten have taken them",
        "values-based interviews are held with people who draw on care on the panel",
        "turnover fell from 34% to 21% in two years, with the reasons leavers give set out",
        "a career path runs from care worker to senior with pay for each step",
    ),
    "continuity": (
        "each person has a small named team and nine visits in ten are made by it",
        "rotas are planned by walking distance so that visits start within fifteen minutes of the time",
        "an absence is covered first from within the person’s own team",
        "people are told of a late visit before it is late, by a person and not by a message",
        "electronic visit records are read daily and shared with the council monthly",
    ),
    "person_centred": (
        "the plan is written with the person in their own words and reviewed after two weeks",
        "outcomes are agreed in small steps and reviewed every month with the person",
        "staff are matched by language, interests and what matters to the person",
        "family carers have a plan of their own and a number to ring",
        "examples show care reduced because the person regained what they could do before",
    ),
    "quality_assurance": (
        "unannounced spot checks are made on each worker four times a year",
        "the registered manager’s audit leads to dated actions that the board follows",
        "complaints are answered within ten working days and counted by theme",
        "surveys reach seven in ten people and the results are published to them",
        "medication records are checked every week by somebody who did not write them",
    ),
    "mobilisation": (
        "a plan by the week runs from award to the hundredth day with a named owner for each line",
        "staff who transfer under TUPE are met one by one before the start",
        "recruitment for the zone has begun, with figures for each month",
        "risks are listed with what would trigger each and who acts",
        "no package moves before the person has met the new team",
    ),
    "hospital_discharge": (
        "a first visit within four hours of a referral, seven days a week until eight in the evening",
        "assessors trusted by the ward see people before they leave it",
        "equipment and medicines are checked on the first visit against the discharge letter",
        "readmissions within thirty days are reviewed with the ward each month",
        "capacity is told to the discharge hub twice a day",
    ),
    "social_value": (
        "twelve apprentices a year are taken from the zone itself",
        "a fund pays for lunch clubs in which people who live alone meet",
        "electric cars do two rounds in five, with the rest planned on foot",
        "work experience is kept for care leavers with a named mentor",
        "what was promised is measured with the council every quarter",
    ),
}

_OPENINGS = (
    "We have supported people at home in Lancashire for {years} years. This is how we work today.",
    "Our answer sets out what we do now, what we learnt from it, and how we would do it here.",
    "People who draw on our care helped us to write this answer, and their words shaped it.",
)
_CLOSINGS = (
    "The registered manager answers for all of this and reports on it to our board every quarter.",
    "We would share these figures with the council each month and welcome a visit at any time.",
    "Where we fall short we say so, put it right, and tell the person what we changed.",
)
_ADJECTIVES = {
    0: "Not answered",
    1: "Poor",
    2: "Partial",
    3: "Satisfactory",
    4: "Good",
    5: "Excellent",
}


def answer(topic: str, level: int, years: int) -> str:
    """An answer that shows `level` of the topic's five things."""
    shown = SHOWN[topic][:level]
    paragraphs = [
        _OPENINGS[(years + level) % len(_OPENINGS)].format(years=years),
        *(f"In our branches {thing}. This is written in our procedures and checked." for thing in shown),
        _CLOSINGS[(years * 3 + level) % len(_CLOSINGS)],
    ]
    return "\n\n".join(paragraphs)


def rationale(topic: str, level: int, mark: int) -> str:
    """Why one evaluator gave `mark` to an answer that shows `level` things."""
    there, missing = _there_and_missing(topic, level)
    return f"{_ADJECTIVES[mark]}. {there} {missing}"


def reasons(topic: str, level: int, mark: int) -> str:
    """Why the panel agreed `mark`, by the published criterion."""
    there, missing = _there_and_missing(topic, level)
    return f"By the published criterion the answer is {_ADJECTIVES[mark].lower()}. {there} {missing}"


def discussion(own_marks: list[int], agreed: int) -> str:
    """What was said when the panel met."""
    if len(set(own_marks)) == 1:
        return f"All evaluators had given {agreed}. The panel read the answer again and kept that mark."
    told = ", ".join(str(mark) for mark in sorted(own_marks))
    return (
        f"Own marks were {told}. Those who marked lower had looked for evidence and those who marked higher "
        "had looked at the method. Having read the answer together against the criterion, the panel "
        f"agreed {agreed}."
    )


def _there_and_missing(topic: str, level: int) -> tuple[str, str]:
    things = SHOWN[topic]
    there = f"It shows that {things[level - 1]}." if level else "Nothing in it answers the question."
    missing = (
        "Each part of the criterion is covered with evidence."
        if level >= len(things)
        else f"It does not show that {things[level]}."
    )
    return there, missing
