"""What the sentences call bidders, lots and questions, which figures and codes know by id alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scoring.model.record import Lot, Record


@dataclass(frozen=True)
class Names:
    """The names in a record, each by its id; an id without a name stands for itself."""

    bidders: Mapping[str, str]
    lots: Mapping[str, str]
    questions: Mapping[str, str]
    """The title of each question."""

    def bidder(self, identifier: str) -> str:
        """Return what a bidder is called."""
        return self.bidders.get(identifier, identifier)

    def lot(self, identifier: str) -> str:
        """Return what a lot is called."""
        return self.lots.get(identifier, identifier)

    def question(self, identifier: str) -> str:
        """Return a question's id and title, as they are read together."""
        return f"{identifier} {self.questions.get(identifier, '')}".rstrip()


NO_NAMES: Final = Names({}, {}, {})
"""For reasons that name nobody, as those about ratings, or where ids are wanted."""


def names_of(record: Record) -> Names:
    """Return the names in a record that was read."""
    return Names(
        {bidder.id: bidder.name for bidder in record.bidders},
        dict(zip([lot.id for lot in record.lots], lot_names(record.lots), strict=True)),
        {question.id: question.title for question in record.rules.questions},
    )


def names_in(
    *,
    bidders: Iterable[Mapping[str, str]],
    lots: Iterable[Mapping[str, str]],
    questions: Iterable[Mapping[str, str]],
) -> Names:
    """Return the names in the lists of a sound record that was kept as JSON, without reading it whole."""
    listed = list(lots)
    called = _called([(lot["id"], lot["zone"], lot["service"]) for lot in listed])
    return Names(
        {bidder["id"]: bidder["name"] for bidder in bidders},
        dict(zip([lot["id"] for lot in listed], called, strict=True)),
        {question["id"]: question["title"] for question in questions},
    )


def lot_names(lots: Sequence[Lot]) -> list[str]:
    """Name lots as people do: by zone where that tells them apart, by zone and service, or by id."""
    return _called([(lot.id, lot.zone, lot.service) for lot in lots])


def _called(lots: Sequence[tuple[str, str, str]]) -> list[str]:
    """Name lots, each given as (id, zone, service)."""
    zones = Counter(zone for _, zone, _ in lots)
    both = Counter((zone, service) for _, zone, service in lots)
    names = []
    for identifier, zone, service in lots:
        if zones[zone] == 1:
            names.append(zone)
        else:
            names.append(f"{zone} {service}" if both[zone, service] == 1 else identifier)
    times = Counter(names)  # a zone may be called what another lot's id is
    return [lot[0] if times[name] > 1 else name for lot, name in zip(lots, names, strict=True)]
