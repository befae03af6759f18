"""Lancashire's homecare, crisis and reablement services in zoned lots.

Hours and prices are those of the county council's report on its care market (autumn 2016): 5 million hours
of homecare a year for £55m to £60m; crisis hours by area for a little over £2m; reablement hours by area at
£12.75 an hour, which comes to £3,764,514 a year. Populations are the census of 2021, people of 65 and over.
"""

from __future__ import annotations

from dataclasses import dataclass

from lots.schedule import Schedule, ScheduleRow

PEOPLE_65_AND_OVER = {
    "Burnley": 16_900,
    "Chorley": 24_118,
    "Fylde": 22_646,
    "Hyndburn": 15_006,
    "Lancaster": 29_348,
    "Pendle": 17_243,
    "Preston": 21_806,
    "Ribble Valley": 14_852,
    "Rossendale": 13_661,
    "South Ribble": 24_032,
    "West Lancashire": 25_720,
    "Wyre": 31_002,
}
"""Census 2021, by district."""

HOMECARE_HOURS_A_YEAR = 5_000_000
CRISIS_HOURS_A_WEEK = {"North": 360, "East": 575, "Central": 2_369}
REABLEMENT_HOURS_A_WEEK = {
    "Lancaster": 1_128,
    "Fylde and Wyre": 1_065,
    "Pendle and Ribble Valley": 949,
    "Burnley, Hyndburn and Rossendale": 1_197,
    "Chorley, South Ribble and Greater Preston": 676,
    "West Lancashire": 663,
}
WEEKS_A_YEAR = 52


@dataclass(frozen=True)
class ServiceTemplate:
    """A service as the catalogue offers it. Weights in basis points, prices in pence an hour."""

    key: str
    name: str
    summary: str
    """One sentence that an officer chooses by."""
    description: str
    """What providers first read of the service."""
    schedule: Schedule
    quality_weight: int = 6_000
    price_method: str = "lowest_over_bid"
    set_price: int | None = None
    """The price that every bid must meet, where quality alone decides."""


def shared_out(total: int, by: dict[str, int]) -> dict[str, int]:
    """Whole parts of a whole total in proportion to `by`, largest remainder first, so that they add up.

    Equal remainders go to the larger share, then to the one named first.
    """
    weight = sum(by.values())
    parts = {name: total * share // weight for name, share in by.items()}
    left = total - sum(parts.values())
    first = sorted(by, key=lambda name: (-(total * by[name] % weight), -by[name]))
    return {name: part + (name in first[:left]) for name, part in parts.items()}


def _schedule(hours: dict[str, int], price: int, *, places: int, group: str, most_lots: int) -> Schedule:
    """Lots L1, L2, … of whole hours a week, all in one group."""
    rows = (
        ScheduleRow(
            f"L{number}", zone, each * 100, price, weeks_per_year=WEEKS_A_YEAR, places=places, group=group
        )
        for number, (zone, each) in enumerate(hours.items(), start=1)
    )
    return Schedule(tuple(rows), {group: most_lots})


# a week's hours come nearest to five million a year as a whole number
_HOMECARE_HOURS_A_WEEK = shared_out(
    (2 * HOMECARE_HOURS_A_YEAR + WEEKS_A_YEAR) // (2 * WEEKS_A_YEAR), PEOPLE_65_AND_OVER
)

SERVICES = {
    template.key: template
    for template in (
        ServiceTemplate(
            key="homecare",
            name="Homecare",
            summary="Twelve districts, about 5 million hours a year, each provider sets its own price.",
            description=(
                "Care and support at home for adults: help with washing, dressing, meals, medicines and the "
                "things that make a day. A framework of contracts, one lot for each district. The hours of "
                "each lot are what we expect to buy and no guarantee."
            ),
            schedule=_schedule(_HOMECARE_HOURS_A_WEEK, 1_150, places=3, group="homecare", most_lots=4),
        ),
        ServiceTemplate(
            key="crisis",
            name="Crisis",
            summary="Three areas, 3,304 hours a week of care at home at once, for up to 72 hours.",
            description=(
                "Care at home at once, at any hour, for up to 72 hours, for people who would otherwise go to "
                "hospital or into residential care. One contract for each area."
            ),
            schedule=_schedule(CRISIS_HOURS_A_WEEK, 1_275, places=1, group="crisis", most_lots=2),
        ),
        ServiceTemplate(
            key="reablement",
            name="Reablement",
            summary="Six areas, 5,678 hours a week at a set price of £12.75 an hour; quality decides.",
            description=(
                "Up to six weeks of support at home that helps people regain what they could do before an "
                "illness or a stay in hospital. Block contracts at a set price, one for each area."
            ),
            schedule=_schedule(REABLEMENT_HOURS_A_WEEK, 1_275, places=1, group="reablement", most_lots=1),
            quality_weight=10_000,
            price_method="fixed",
            set_price=1_275,
        ),
    )
}
