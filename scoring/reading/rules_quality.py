"""Reading the rules about quality: the scale, the questions and the sum of their weights."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from scoring import exact
from scoring.exact import plain
from scoring.model.rules import Question, Scale
from scoring.reading.fields import Fields, Reader


def read_scale(rules: Fields) -> Scale | None:
    """Read `rules.marks`."""
    fields = rules.entry("marks", ("lowest", "highest"))
    if fields is None:
        return None
    lowest = fields.whole("lowest", 0, exact.HIGHEST_MARK)
    highest = fields.whole("highest", 1, exact.HIGHEST_MARK)
    if lowest is None or highest is None:
        return None
    if lowest >= highest:
        rules.fault("marks", f"the lowest mark, {lowest}, must be below the highest, {highest}")
        return None
    return Scale(lowest, highest)


def read_questions(
    rules: Fields, scale: Scale | None, lots: Collection[str] | None
) -> tuple[Question, ...] | None:
    """Read `rules.questions`; None where one of them could not be read."""
    found: list[Question] = []
    places: list[tuple[str | None, str]] = []
    listed = rules.entries("questions", exact.MOST_QUESTIONS, ("id", "title", "weight"), ("minimum", "lots"))
    for fields in listed:
        identifier, title = fields.identifier("id"), fields.text("title")
        weight = fields.decimal("weight", 0, 10_000)
        lowest, highest = (scale.lowest, scale.highest) if scale is not None else (0, exact.HIGHEST_MARK)
        minimum = fields.whole("minimum", lowest, highest)
        named = fields.lots("lots", lots)
        places.append((identifier, fields.at("id")))
        if identifier is not None and title is not None and weight is not None:
            asked = None if named is None else frozenset(named)
            found.append(Question(identifier, title, weight, minimum, asked))
    rules.reader.unique(places, "question")
    readable = isinstance(rules.values.get("questions"), list) and len(found) == len(listed)
    return tuple(found) if readable else None


def hold_to_decimals(reader: Reader, questions: Sequence[Question], places: int) -> None:
    """Refuse a weight finer than the scores: rounded, full marks would earn more than the weight, or less."""
    for at, question in enumerate(questions):
        if question.weight % 10 ** max(2 - places, 0):
            needed = 1 if question.weight % 10 == 0 else 2
            reader.fault(
                f"rules.questions[{at}].weight",
                f"{plain(question.weight)} has more decimals than a score, which has {places}, so full marks"
                f" would not come to the weight; write it with fewer, or set rules.places to {needed}",
            )


def hold_to_weight(
    reader: Reader, questions: Sequence[Question], quality: int, lots: Collection[str] | None
) -> None:
    """Check that the weights in every lot add up to the quality weight; unknown lots are those named."""
    common = sum(question.weight for question in questions if question.lots is None)
    special: dict[str, int] = {}
    for question in questions:
        for lot in question.lots or ():
            special[lot] = special.get(lot, 0) + question.weight
    sums = {lot: common + special.get(lot, 0) for lot in (sorted(special) if lots is None else lots)}
    if lots is None and not special:
        sums = {"": common}
    for lot, come_to in sums.items():
        if come_to != quality:
            where = f"in lot {lot} the weights" if lot else "the weights"
            reader.fault(
                "rules.questions",
                f"{where} come to {plain(come_to)}; they must come to the quality weight, {plain(quality)}",
            )
