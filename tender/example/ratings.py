"""The example's file of CQC ratings, in the published format, for the invented companies."""

from __future__ import annotations

import csv
import io

from tender.example.companies import COMPANIES, Company

_COLUMNS = (
    "Location Name",
    "Location ID",
    "Location Local Authority",
    "Primary inspection category",
    "Service Types",
    "Location HSCA start date",
    "Location HSCA end date",
    "Dormant",
    "Location Latest Overall Rating",
    "Publication Date",
    "Location safe rating",
    "Location effective rating",
    "Location caring rating",
    "Location responsive rating",
    "Location well-led rating",
    "Provider Name",
    "Provider ID",
)


def ratings_csv() -> bytes:
    """A row for each location of each company."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for company in COMPANIES:
        writer.writerow(_row(company, company.location_id, company.name, company.ratings))
        if company.second_location is not None:
            name = f"{company.name} (second branch)"
            writer.writerow(_row(company, company.second_location_id, name, company.second_location))
    return text.getvalue().encode()


def _row(company: Company, location: str, name: str, ratings: tuple[str, ...]) -> dict[str, str]:
    overall, safe, effective, caring, responsive, well_led = ratings
    return {
        "Location Name": name,
        "Location ID": location,
        "Location Local Authority": "Lancashire",
        "Primary inspection category": "Community based adult social care services",
        "Service Types": "Domiciliary care service",
        "Location HSCA start date": "2020-04-01",
        "Location HSCA end date": "",
        "Dormant": "N",
        "Location Latest Overall Rating": overall,
        "Publication Date": "4/1/2020 12:00:00 AM",
        "Location safe rating": safe,
        "Location effective rating": effective,
        "Location caring rating": caring,
        "Location responsive rating": responsive,
        "Location well-led rating": well_led,
        "Provider Name": company.name,
        "Provider ID": company.cqc_provider_id,
    }
