"""Reading fields of JSON values by kind, with every fault noted and none raised.

A field that is missing, or not as it must be, reads as None (or nothing) and leaves its fault in one list,
so that one pass over a record names everything that is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from scoring import exact
from scoring.reading.faults import Fault, RepeatedKeys, described, number

LONGEST_ID = 200
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)
"""Characters that make two identifiers look the same, or one look like two lines: Unicode's categories Cc,
Cf, Zl and Zp, written out so that a record is sound or not whichever Unicode a Python has."""
UNITS = {"pence": "penny", "lots": "lot", "decimals": "decimal"}
"""What limits are counted in, and one of it."""
_SHA256 = re.compile("[0-9a-f]{64}")
_UNPAIRED = re.compile(r"[\ud800-\udfff]")


def _limit(limit: int, unit: str) -> str:
    return f"{limit:,} {UNITS[unit] if limit == 1 else unit}" if unit else f"{limit:,}"


@dataclass
class Reader:
    """Collects the faults of one pass."""

    faults: list[Fault] = field(default_factory=list)

    def fault(self, place: str, message: str) -> None:
        """Note one fault."""
        self.faults.append(Fault(place, message))

    def entry(
        self, value: object, place: str, required: Collection[str], optional: Collection[str] = ()
    ) -> Fields:
        """Read an object with these fields and no others; place "" is the record itself."""
        fields = self.mapping(value, place)
        if fields is None:
            return Fields(self, place, {})
        read = Fields(self, place, fields)
        for name in required:
            if name not in fields:
                self.fault(read.at(name), "is missing; a record must state it")
        for name in fields:
            if name not in required and name not in optional:
                known = ", ".join((*required, *optional))
                self.fault(read.at(name), f"is not a field of this format; the fields here are {known}")
        return read

    def mapping(self, value: object, place: str) -> dict[str, Any] | None:
        """Read an object whatever its keys; None where it is not one."""
        if not isinstance(value, dict):
            self.fault(place or "record", f"must be an object, not {described(value)}")
            return None
        if isinstance(value, RepeatedKeys):
            for name in value.repeated:
                self.fault(f"{place}.{name}".lstrip("."), "is given twice; keep the one that is meant")
        for name in value:
            if not isinstance(name, str):
                self.fault(place or "record", f"has the key {name!r}, which is not text")
        return {name: inner for name, inner in value.items() if isinstance(name, str)}

    def items(self, value: object, place: str, most: int) -> list[Any]:
        """Read a list; nothing where it is not one, or is longer than the limit."""
        if not isinstance(value, list):
            self.fault(place, f"must be a list, not {described(value)}")
            return []
        if len(value) > most:
            self.fault(place, f"has {len(value):,} entries; the limit is {most:,}")
            return []
        return value

    def text(self, value: object, place: str) -> str | None:
        """Read a text that is not empty or blank."""
        if not isinstance(value, str):
            self.fault(place, f"must be text, not {described(value)}; write it in quotation marks")
        elif not value.strip():
            self.fault(place, "is empty; write what it is")
        elif _UNPAIRED.search(value):
            self.fault(place, "has half of a character (an unpaired surrogate); type it again")
        else:
            return value
        return None

    def identifier(self, value: object, place: str) -> str | None:
        """Read a short text on one line that other parts of the record refer to."""
        text = self.text(value, place)
        if text is None:
            return None
        if len(text) > LONGEST_ID:
            self.fault(place, f"is {len(text)} characters long; an identifier has at most {LONGEST_ID}")
        elif _UNSEEN.search(text):
            self.fault(place, "has a line break or a character that cannot be seen; take it out")
        elif text != text.strip():
            self.fault(place, "begins or ends with a space; take it out")
        else:
            return text
        return None

    def whole(self, value: object, place: str, lowest: int, highest: int, unit: str = "") -> int | None:
        """Read a whole number within limits; faults name the limits with their `unit`, one of UNITS."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(place, f"must be a whole number, not {described(value)}")
        elif value < lowest:
            self.fault(place, f"{number(value)} is below the lowest allowed, {_limit(lowest, unit)}")
        elif value > highest:
            self.fault(place, f"{number(value)} is above the highest allowed, {_limit(highest, unit)}")
        else:
            return value
        return None

    def decimal(self, value: object, place: str, lowest: int, highest: int) -> int | None:
        """Read a number written as text with at most two decimals, in hundredths."""
        if not isinstance(value, str):
            example = "12.5"
            if isinstance(value, int) and not isinstance(value, bool):
                example = number(value)
            self.fault(place, f'must be a number written as text, "{example}", not {described(value)}')
            return None
        found = exact.hundredths(value)
        if found is None:
            mend = 'a number of 0 or more with at most two decimals, as "60" or "12.5"'
            self.fault(place, f"{described(value)} is not {mend}")
        elif found < lowest:
            self.fault(place, f"{value} is below the lowest allowed, {exact.plain(lowest)}")
        elif found > highest:
            self.fault(place, f"{value} is above the highest allowed, {exact.plain(highest)}")
        else:
            return found
        return None

    def sha256(self, value: object, place: str, what: str = "a SHA-256") -> str | None:
        """Read 64 hexadecimal digits in lower case."""
        if isinstance(value, str) and _SHA256.fullmatch(value):
            return value
        self.fault(place, f"must be {what}, 64 hexadecimal digits in lower case, not {described(value)}")
        return None

    def choice(self, value: object, place: str, allowed: Collection[str]) -> str | None:
        """Read a text that must be one of these."""
        if isinstance(value, str) and value in allowed:
            return value
        self.fault(place, f"must be one of {', '.join(allowed)}, not {described(value)}")
        return None

    def references(
        self, value: object, place: str, what: str, known: Collection[str] | None, most: int
    ) -> tuple[str, ...]:
        """Read a list of ids, each once and each known; `known` None: the known ids could not be read."""
        listed = self.items(value, place, most)
        found = [(self.identifier(item, f"{place}[{index}]"), index) for index, item in enumerate(listed)]
        for identifier, index in found:
            if identifier is not None and known is not None and identifier not in known:
                self.fault(f"{place}[{index}]", f"there is no {what} {identifier} in this record")
        self.unique([(identifier, f"{place}[{index}]") for identifier, index in found], what)
        return tuple(identifier for identifier, _ in found if identifier is not None)

    def unique(self, found: Iterable[tuple[str | None, str]], what: str) -> None:
        """Note a fault for each identifier given twice, from (identifier, place) pairs."""
        seen: dict[str, str] = {}
        for identifier, place in found:
            if identifier is None:
                continue
            if identifier in seen:
                self.fault(place, f"the {what} {identifier} is already {seen[identifier]}; each comes once")
            else:
                seen[identifier] = place


@dataclass
class Fields:
    """One object of the record; each method reads a field by name, and gives None where it is absent."""

    reader: Reader
    place: str
    values: dict[str, Any]

    def __contains__(self, name: str) -> bool:
        """Say whether the field is there, right or wrong."""
        return name in self.values

    def at(self, name: str) -> str:
        """Return the place of a field."""
        return f"{self.place}.{name}" if self.place else name

    def fault(self, name: str, message: str) -> None:
        """Note a fault of one field."""
        self.reader.fault(self.at(name), message)

    def text(self, name: str) -> str | None:
        """Read a text."""
        return self.reader.text(self.values[name], self.at(name)) if name in self.values else None

    def identifier(self, name: str) -> str | None:
        """Read an identifier."""
        return self.reader.identifier(self.values[name], self.at(name)) if name in self.values else None

    def whole(self, name: str, lowest: int, highest: int, unit: str = "") -> int | None:
        """Read a whole number."""
        if name not in self.values:
            return None
        return self.reader.whole(self.values[name], self.at(name), lowest, highest, unit)

    def decimal(self, name: str, lowest: int, highest: int) -> int | None:
        """Read a number with decimals, in hundredths."""
        if name not in self.values:
            return None
        return self.reader.decimal(self.values[name], self.at(name), lowest, highest)

    def sha256(self, name: str, what: str = "a SHA-256") -> str | None:
        """Read 64 hexadecimal digits."""
        return self.reader.sha256(self.values[name], self.at(name), what) if name in self.values else None

    def choice(self, name: str, allowed: Collection[str]) -> str | None:
        """Read a text that must be one of these."""
        return self.reader.choice(self.values[name], self.at(name), allowed) if name in self.values else None

    def lots(
        self, name: str, known: Collection[str] | None, *, may_be_empty: bool = False
    ) -> tuple[str, ...] | None:
        """Read a list of lot ids; None where the field is absent."""
        if name not in self.values:
            return None
        if self.values[name] == [] and not may_be_empty:
            self.fault(name, "is empty; name at least one lot, or leave the field out")
        return self.reader.references(self.values[name], self.at(name), "lot", known, exact.MOST_LOTS)

    def entry(self, name: str, required: Collection[str], optional: Collection[str] = ()) -> Fields | None:
        """Read an object in this one; None where it is absent or not an object."""
        if name not in self.values:
            return None
        read = self.reader.entry(self.values[name], self.at(name), required, optional)
        return read if isinstance(self.values[name], dict) else None

    def entries(
        self, name: str, most: int, required: Collection[str], optional: Collection[str] = ()
    ) -> list[Fields]:
        """Read a list of objects in this one; nothing where it is absent."""
        if name not in self.values:
            return []
        listed = self.reader.items(self.values[name], self.at(name), most)
        return [
            self.reader.entry(item, f"{self.at(name)}[{index}]", required, optional)
            for index, item in enumerate(listed)
        ]
