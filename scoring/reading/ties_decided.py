"""Reading the decisions of people on ties that the published keys left; evaluation looks whether they fit."""

from __future__ import annotations

from collections.abc import Collection

from scoring import exact
from scoring.model.draw import TieDecision
from scoring.reading.fields import Fields


def read_ties_decided(
    record: Fields, lots: Collection[str], bidders: Collection[str]
) -> tuple[TieDecision, ...]:
    """Read `ties_decided`, noting faults. A bidder is placed once in a lot."""
    names = ("lot", "bidders", "reason", "decided_by", "approved_by")
    if record.values.get("ties_decided") == []:
        record.fault("ties_decided", "is empty; leave it out where no tie was decided")
    found, places = [], []
    for fields in record.entries("ties_decided", exact.MOST_BIDS, names):
        lot = fields.identifier("lot")
        if lot is not None and lot not in lots:
            fields.fault("lot", f"there is no lot {lot} in this record")
        order: tuple[str, ...] = ()
        if "bidders" in fields:
            order = fields.reader.references(
                fields.values["bidders"], fields.at("bidders"), "bidder", bidders, exact.MOST_BIDDERS
            )
            given = fields.values["bidders"]
            if isinstance(given, list) and len(given) < 2:
                fields.fault("bidders", "must name at least two; one bidder is level with nobody")
        places += [(f"{bidder} of lot {lot}", fields.at("bidders")) for bidder in dict.fromkeys(order)]
        texts = [fields.text(name) for name in ("reason", "decided_by", "approved_by")]
        if lot is not None and None not in texts:
            reason, decided_by, approved_by = (text or "" for text in texts)
            found.append(TieDecision(lot, order, reason, decided_by, approved_by))
    record.reader.unique(places, "bidder")
    return tuple(found)
