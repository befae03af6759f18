"""The example's care companies. All are invented; their CQC numbers belong to nobody."""

from __future__ import annotations

from dataclasses import dataclass

GOOD = ("Good", "Good", "Good", "Good", "Good", "Good")
MIXED = ("Requires improvement", "Good", "Requires improvement", "Good", "Good", "Requires improvement")
STRONG = ("Outstanding", "Good", "Good", "Outstanding", "Outstanding", "Good")
UNRATED = ("", "", "", "", "", "")
FAILING = ("Inadequate", "Inadequate", "Requires improvement", "Good", "Requires improvement", "Inadequate")
HIDDEN_FAILING = ("Requires improvement", "Good", "Requires improvement", "Good", "Good", "Inadequate")
"""Inadequate on well-led alone, with a better overall rating: what an overall-only check would miss."""


@dataclass(frozen=True)
class Company:
    """`level` is how many of five things its answers show; `price` its hourly price in pence before zones."""

    number: int
    name: str
    level: int
    price: int
    ratings: tuple[str, str, str, str, str, str]
    """Overall, safe, effective, caring, responsive, well-led."""
    second_location: tuple[str, str, str, str, str, str] | None = None
    sme: bool = True
    vcse: bool = False

    @property
    def email(self) -> str:
        return f"provider{self.number}@example.org"

    @property
    def company_number(self) -> str:
        return f"{9_900_000 + self.number:08d}"

    @property
    def cqc_provider_id(self) -> str:
        return f"1-99000{self.number:03d}00"

    @property
    def location_id(self) -> str:
        return f"1-99000{self.number:03d}01"

    @property
    def second_location_id(self) -> str:
        return f"1-99000{self.number:03d}02"

    @property
    def years(self) -> int:
        return 3 + self.number * 7 % 19


COMPANIES = (
    Company(1, "Ribblesdale Home Support Ltd", 5, 1265, STRONG),
    Company(2, "Pendleside Hearth Care CIC", 4, 1215, GOOD, vcse=True),
    Company(3, "Fylde Coast Carers Ltd", 4, 1185, GOOD),
    Company(4, "Wyre Valley Living Ltd", 3, 1125, GOOD),
    Company(5, "Three Rivers Care at Home", 4, 1245, GOOD),
    Company(6, "Bowland Edge Support Ltd", 5, 1305, GOOD),
    Company(7, "Northgate National Care plc", 3, 1100, MIXED, GOOD, sme=False),
    Company(8, "Hyndburn Helping Hands", 3, 1160, UNRATED, vcse=True),
    Company(9, "Rossendale Day and Night Care", 4, 1205, GOOD),
    Company(10, "Lune Homecare Partnership", 5, 1275, STRONG),
    Company(11, "Beacon Fell Care Ltd", 3, 1145, GOOD),
    Company(12, "Moorland Companions Ltd", 2, 1065, MIXED),
    Company(13, "Larkhill Care Services Ltd", 3, 1090, FAILING),
    Company(14, "Saltmarsh Domiciliary Care Ltd", 4, 1135, HIDDEN_FAILING),
    Company(15, "Canalside Care Collective", 4, 1225, GOOD, vcse=True),
    Company(16, "Guild City Home Care Ltd", 4, 1200, GOOD),
    Company(17, "Parlick Support Services", 3, 1155, GOOD),
    Company(18, "Tenfold Care Group Ltd", 4, 790, GOOD),
    Company(19, "Hoghton Lane Carers Ltd", 3, 1170, GOOD),
    Company(20, "Cuerden Community Care", 5, 1290, GOOD, vcse=True),
    Company(21, "Yarrow Valley Care Ltd", 4, 1235, GOOD),
    Company(22, "Skelmer Home Support", 3, 1140, UNRATED),
    Company(23, "Winter Hill Care Ltd", 4, 1235, GOOD),
    Company(24, "Douglas Bank Carers", 3, 1130, GOOD),
    Company(25, "Cross Lancashire Care plc", 4, 1175, GOOD, MIXED, sme=False),
    Company(26, "Turnpike Care and Company", 2, 1050, GOOD),
    Company(27, "Quernmore Care Ltd", 4, 1215, GOOD),
    Company(28, "Weavers Court Homecare", 3, 1150, GOOD),
    Company(29, "Hodder Bridge Care Ltd", 4, 1210, GOOD, HIDDEN_FAILING),
    Company(30, "Silverdale Support Ltd", 5, 1315, STRONG),
)
"""21 and 23 are alike in level and price, so that they tie where both bid; 18 is priced far off; 13, 14 and
29 are Inadequate somewhere: overall, on one key question, and at a second branch."""

TWINS = {23: 21}
"""Company 23 answers, bids and prices as 21 does, so that the two tie wherever both bid."""
FAR_OFF = 18


def level(company: Company, question: int) -> int:
    """How many of the topic's five things the company's answer shows."""
    number = TWINS.get(company.number, company.number)
    return max(1, min(5, company.level + (0, -1, 0, 1, 0, 0, 1, -1)[(number * 3 + question) % 8]))
