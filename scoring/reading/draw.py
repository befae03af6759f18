"""Reading what a draw rests on, and holding the revealed secret to the published commitment."""

from __future__ import annotations

from typing import Final

from scoring.methods import draw as drawing
from scoring.model.draw import Draw, DrawRules
from scoring.reading.fields import Fields

_LONGEST_LOG: Final = 10**15


def read_draw_rules(rules: Fields) -> DrawRules | None:
    """Read `rules.draw`, noting faults; None where there is none, or it could not be read."""
    fields = rules.entry("draw", ("commitment",), ("source",))
    if fields is None:
        return None
    if "draw_seed" in rules:
        rules.fault("draw_seed", "is the published text of a draw without a secret; take it out beside draw")
    commitment, source = fields.sha256("commitment"), fields.identifier("source")
    if commitment is None or (source is None and "source" in fields):
        return None
    return DrawRules(commitment, source)


def has_draw(record: Fields) -> bool:
    """Say whether the rules of a record have a draw with a secret, right or wrong."""
    rules = record.values.get("rules")
    return isinstance(rules, dict) and "draw" in rules


def read_draw(record: Fields) -> Draw | None:
    """Read `draw` of a record, noting faults: it belongs to the `draw` of the rules, and must fit it."""
    if not has_draw(record):
        if "draw" in record:
            record.fault("draw", "is there without rules.draw; what was not published decides nothing")
        return None
    published = record.values["rules"]["draw"]
    published = published if isinstance(published, dict) else {}
    if "draw" not in record:
        record.fault("draw", "is missing; rules.draw is there, so the record shows what was drawn from")
        return None
    public = ("public",) if "source" in published else ()
    fields = record.entry("draw", ("rules_sha256", "log_size", "log_root", "secret", *public))
    if fields is None:
        return None
    rules_sha256, log_root = fields.sha256("rules_sha256"), fields.sha256("log_root")
    log_size = fields.whole("log_size", 1, _LONGEST_LOG)
    secret, shown = fields.sha256("secret", "the secret"), fields.identifier("public")
    if secret is not None:
        _hold_to_commitment(fields, secret, published.get("commitment"))
    if rules_sha256 is None or log_root is None or log_size is None or secret is None:
        return None
    return Draw(rules_sha256, log_size, log_root, secret, shown)


def _hold_to_commitment(fields: Fields, secret: str, commitment: object) -> None:
    given = drawing.commitment(secret)
    if isinstance(commitment, str) and given != commitment:
        fields.fault(
            "secret",
            f"is not the one that was committed at publication: its commitment is {given}, and"
            f" rules.draw.commitment is {commitment[:64]}",
        )
