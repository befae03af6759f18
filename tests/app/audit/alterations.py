# ruff: noqa: E501
"""Ways to alter a record behind the service's back, with the words by which the check must name each.

Tender 1 of the example is awarded, 2 is being marked, 3 is open for bids. People: 2 and 3 are officers,
4 approves, 5 to 7 are evaluators, 8 is the moderator. `{bytes}` stands for bytes that are no envelope.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Alteration:
    """What somebody does who has the database's own password and no key."""

    name: str
    statements: tuple[str, ...]
    named: str
    """What the check says of it."""


def _alter(name: str, named: str, *statements: str) -> Alteration:
    return Alteration(name, statements, named)


MARKS = (
    _alter("one own mark of a tender being marked", "The mark (Provider", "UPDATE mark SET mark = 1 - mark % 2 WHERE id = (SELECT max(id) FROM mark WHERE tender_id = 2)"),
    _alter("one own mark of an awarded tender", "its mark says", "UPDATE mark SET mark = 1 - mark % 2 WHERE id = (SELECT min(id) FROM mark WHERE tender_id = 1)"),
    _alter("why a mark was given", "its rationale is not the one that entry", "UPDATE mark SET rationale = 'As agreed on the telephone.' || rationale WHERE id = 1"),
    _alter("a mark given to another evaluator", "its person says Tom Fielding; the log says Daniel Okafor", "UPDATE mark SET person_id = 3 WHERE id = 1"),
    _alter("a mark that nobody gave", "The mark (Provider", "INSERT INTO mark (tender_id, bid_id, question_id, person_id, mark, rationale, change_reason, at, replaces_id) SELECT tender_id, bid_id, question_id, person_id, 5, 'Better on a second look.', 'Better.', at, id FROM mark WHERE id = 1"),
    _alter("a mark taken out", "is gone; entry", "DELETE FROM mark WHERE id = (SELECT max(id) FROM mark WHERE tender_id = 2)"),
    _alter("an agreed mark", "The agreed mark (Provider", "UPDATE agreed_mark SET mark = 1 - mark % 2 WHERE id = 1"),
    _alter("the reasons of an agreed mark", "its text of reasons is not the one", "UPDATE agreed_mark SET reasons = 'The best of all.' WHERE id = 1"),
    _alter("what was said in moderation", "its discussion", "UPDATE agreed_mark SET discussion = 'All agreed at once.' WHERE id = 1"),
    _alter("who was there at moderation", "The presence at the agreed mark", "DELETE FROM agreed_mark_present WHERE agreed_mark_id = 1 AND person_id = 5"),
    _alter("somebody more at moderation", "is told by no entry", "INSERT INTO agreed_mark_present (agreed_mark_id, person_id) VALUES (1, 2)"),
    _alter("when a mark was agreed", "its time says", "UPDATE agreed_mark SET at = (SELECT at FROM agreed_mark WHERE id = 1) WHERE id = 2"),
)  # fmt: skip

BIDS = (
    _alter("an opened price", "The price (number", "UPDATE bid_price SET price = price - 1 WHERE bid_lot_id = 1"),
    _alter("a price taken out", "The price (number 1) is gone", "DELETE FROM bid_price WHERE bid_lot_id = 1"),
    _alter("an answer after the opening", "Ribblesdale Home Support Ltd, Q1): its text is not", "UPDATE bid_answer SET text = 'Better.' WHERE bid_id = 1 AND question_id = 1"),
    _alter("two price envelopes exchanged", "its prices sealed is not the one", "UPDATE bid_version SET prices_sealed = (SELECT prices_sealed FROM bid_version AS other WHERE other.id = 3 - bid_version.id) WHERE id IN (1, 2)"),
    _alter("a sealed bid blanked before the opening", "The submitted bid: its quality sealed is not", "UPDATE bid_version SET quality_sealed = {bytes} WHERE id = (SELECT max(id) FROM bid_version)"),
    _alter("a sealed price replaced before the opening, with its hash", "The submitted bid: its prices sha256", "UPDATE bid_version SET prices_sealed = {bytes}, prices_sha256 = quality_sha256 WHERE id = (SELECT max(id) FROM bid_version)"),
    _alter("a bid withdrawn before the opening", "The bid: its state says “withdrawn”; the log says “submitted”", "UPDATE bid SET state = 'withdrawn' WHERE id = (SELECT max(id) FROM bid)"),
    _alter("a submitted version deleted before the opening", "The submitted bid is gone; entry", "DELETE FROM bid_version WHERE id = (SELECT max(id) FROM bid_version)"),
    _alter("a submitted bid deleted before the opening", "The bid is gone; entry", "DELETE FROM bid_version WHERE id = (SELECT max(id) FROM bid_version)", "DELETE FROM bid_draft WHERE bid_id = (SELECT max(id) FROM bid)", "DELETE FROM bid WHERE id = (SELECT max(id) FROM bid)"),
    _alter("a bid that nobody made", "The bid is told by no entry", "INSERT INTO bid (tender_id, provider_id, state, started_at) SELECT 3, 30, 'submitted', started_at FROM bid WHERE id = 1"),
    _alter("a bid moved to another provider", "its provider says", "UPDATE bid SET provider_id = 29 WHERE id = 1"),
    _alter("a bid moved to another tender", "The bid (", "UPDATE bid SET tender_id = 2, alias = 'Z' WHERE id = 1"),
    _alter("a bidder's letter", "its alias says “X”", "UPDATE bid SET alias = 'X' WHERE id = 1"),
    _alter("an opened bid removed", "The opened bid (", "DELETE FROM bid_price WHERE bid_lot_id IN (SELECT id FROM bid_lot WHERE bid_id = 1)", "DELETE FROM bid_lot WHERE bid_id = 1", "DELETE FROM bid_answer WHERE bid_id = 1", "DELETE FROM opened_bid WHERE bid_id = 1"),
    _alter("a lot taken out of a bid", "The lot that the bid is for (", "DELETE FROM bid_price WHERE bid_lot_id = 1", "DELETE FROM bid_lot WHERE id = 1"),
    _alter("which lots a bidder prefers", "its list of lots preferred", "UPDATE opened_bid SET preferences = '[]' WHERE bid_id = 1"),
    _alter("how many lots a bidder takes", "its most lots says 1; the log says nothing", "UPDATE opened_bid SET most_lots = 1 WHERE bid_id = 1"),
    _alter("the company of a bid", "its company is not the one", "UPDATE opened_bid SET company = (SELECT company FROM opened_bid WHERE bid_id = 2) WHERE bid_id = 1"),
    _alter("when a bid was submitted", "its submitted at says", "UPDATE bid_version SET submitted_at = (SELECT submitted_at FROM bid_version WHERE id = 1) WHERE id = 2"),
)  # fmt: skip

RULES = (
    _alter("the deadline", "its deadline says", "UPDATE tender SET deadline = (SELECT deadline FROM tender WHERE id = 1) WHERE id = 3"),
    _alter("the rules document", "its rules text is not", "UPDATE tender SET rules_text = replace(rules_text, '\"weeks_per_year\"\\:52', '\"weeks_per_year\"\\:51') WHERE id = 3"),
    _alter("the rules document with its hash", "its rules sha256 says", "UPDATE tender SET rules_text = replace(rules_text, '\"weeks_per_year\"\\:52', '\"weeks_per_year\"\\:51'), rules_sha256 = 'ff' WHERE id = 3"),
    _alter("the weights of a tender", "its quality weight says 5000; the log says", "UPDATE tender SET quality_weight = 5000, price_weight = 5000 WHERE id = 2"),
    _alter("the price method of a tender", "its price method says", "UPDATE tender SET price_method = 'mean_difference' WHERE id = 2"),
    _alter("the weight of a question", "The question (Q1): its weight says 1; the log says 900", "UPDATE question SET weight = 1 WHERE id = 1"),
    _alter("the text of a question", "The question (Q1): its text is not the one", "UPDATE question SET text = text || ' In fifty words.' WHERE id = 1"),
    _alter("the criterion of a question", "its criterion is not the one", "UPDATE question SET criterion = criterion || ' And more.' WHERE id = 1"),
    _alter("a minimum mark lifted", "its minimum says nothing; the log says 2", "UPDATE question SET minimum = NULL WHERE id = 1"),
    _alter("the lots of a question", "The lot of the question (Q1", "INSERT INTO question_lot (question_id, lot_id) VALUES (1, 1)"),
    _alter("the hours of a lot", "its hours per week says", "UPDATE lot SET hours_per_week = 1 WHERE id = 1"),
    _alter("a lot removed", "The lot (", "DELETE FROM lot WHERE id = (SELECT max(id) FROM lot)"),
    _alter("a lot cancelled", "its cancelled at says", "UPDATE lot SET cancelled_at = (SELECT created_at FROM tender WHERE id = 1) WHERE id = 1"),
    _alter("the limit on lots", "The limit on lots (homecare): its most lots says 9; the log says 2", "UPDATE lot_group SET most_lots = 9 WHERE id = 1"),
    _alter("a panel member replaced", "its person says", "UPDATE panel_member SET person_id = 2 WHERE id = (SELECT min(id) FROM panel_member WHERE tender_id = 2)"),
    _alter("a panel member removed", "The panel member (", "DELETE FROM panel_member WHERE id = (SELECT min(id) FROM panel_member WHERE tender_id = 2)"),
    _alter("a panel member added", "The panel member (", "INSERT INTO panel_member (tender_id, person_id, role, named_at) SELECT 2, 2, 'evaluator', named_at FROM panel_member WHERE id = 1"),
    _alter("the stage set back", "its state says “marking”; the log says “awarded”", "UPDATE tender SET state = 'marking' WHERE id = 1"),
    _alter("when bids were opened", "its opened at says", "UPDATE tender SET opened_at = created_at WHERE id = 1"),
    _alter("whether a standstill was offered", "its standstill offered says no; the log says yes", "UPDATE tender SET standstill_offered = FALSE WHERE id = 2"),
    _alter("the second officer of an opening exchanged", "its second says Margaret Holt; the log says Tom Fielding", "UPDATE opening SET second_id = 4 WHERE tender_id = 1"),
    _alter("an opening deleted", "The opening of bids (", "DELETE FROM opening WHERE tender_id = 1"),
    _alter("an opening asked for by nobody", "The opening of bids", "INSERT INTO opening (tender_id, first_id, first_at) SELECT 3, 2, first_at FROM opening WHERE tender_id = 1"),
    _alter("a cancellation that nobody decided", "The cancellation (", "INSERT INTO cancellation (tender_id, lot_id, reason, by_id, at) SELECT 1, 1, 'Not needed.', 2, created_at FROM tender WHERE id = 1"),
)  # fmt: skip

DECISIONS = (
    _alter("a decision on eligibility deleted", "The decision on eligibility (", "DELETE FROM eligibility_decision WHERE id = 1"),
    _alter("the reason of a decision on eligibility", "its reason is not the one", "UPDATE eligibility_decision SET reason = 'It failed to answer.' WHERE id = 1"),
    _alter("the lots of a decision on eligibility", "The lot of the decision on eligibility", "INSERT INTO eligibility_decision_lot (decision_id, lot_id) VALUES (1, 1)"),
    _alter("a conflict declared away", "The decision on a conflict (Ian Whitworth) is gone", "DELETE FROM conflict_decision WHERE id = 1", "UPDATE conflict_declaration SET conflicted = FALSE, detail = '' WHERE conflicted"),
    _alter("a decision on a conflict turned round", "its may mark says yes; the log says no", "UPDATE conflict_decision SET may_mark = TRUE WHERE id = 1"),
    _alter("the pinned ratings", "The pinned file of CQC ratings (", "DELETE FROM ratings_pin WHERE tender_id = 2"),
    _alter("an evaluation forged with its hashes", "The evaluation (", "UPDATE evaluation SET record_text = replace(record_text, '1', '2'), record_sha256 = 'ff', result_text = replace(result_text, '1', '2') WHERE id = 2"),
    _alter("an evaluation deleted", "The evaluation (", "DELETE FROM evaluation WHERE id = 1"),
    _alter("a winner exchanged for another bid", "The award (", "UPDATE award SET bid_id = 4 WHERE id = 1"),
    _alter("an award deleted", "The award (", "DELETE FROM award WHERE id = 1"),
    _alter("the place of an award", "its place says 9", "UPDATE award SET place = 9 WHERE id = 1"),
    _alter("the reason of an award", "its reason says “the best”", "UPDATE award SET reason = 'the best' WHERE id = 1"),
    _alter("the approver of an award", "its decided by says Tom Fielding; the log says Margaret Holt", "UPDATE recommendation SET decided_by_id = 3 WHERE id = 1"),
    _alter("why an award was recommended", "its reason", "UPDATE recommendation SET reason = 'It was clear.' WHERE id = 1"),
    _alter("the end of the standstill", "its ends on says", "UPDATE standstill SET ends_on = notice_on WHERE tender_id = 1"),
    _alter("the standstill deleted", "The standstill (", "DELETE FROM standstill WHERE tender_id = 1"),
)  # fmt: skip

INSTALLATION = (
    _alter("a rating of a location", "The CQC ratings (", "UPDATE rating SET overall = 'Inadequate' WHERE id = 1"),
    _alter("a location's rating deleted", "its number of rows says", "DELETE FROM rating WHERE id = 1"),
    _alter("ratings added to a file", "its number of rows says", "INSERT INTO rating (file_id, row, location_id, location_name, provider_cqc_id, provider_name, local_authority, services, dormant, ended, published, overall, safe, effective, caring, responsive, well_led) SELECT file_id, 999, '1-999', location_name, provider_cqc_id, provider_name, local_authority, services, dormant, ended, published, overall, safe, effective, caring, responsive, well_led FROM rating WHERE id = 1"),
    _alter("the date of a ratings file", "its as at says", "UPDATE ratings_file SET as_at = '2020-01-01' WHERE id = 1"),
    _alter("an officer's password", "its password hash is not the one", "UPDATE person SET password_hash = password_hash || 'x' WHERE id = 2"),
    _alter("an officer's e-mail", "its email is not the one", "UPDATE person SET email = 'mallory@example.org' WHERE id = 2"),
    _alter("a person's name", "its name says “Mallory”; the log says “Priya Shah”", "UPDATE person SET name = 'Mallory' WHERE id = 2"),
    _alter("a person's access given back", "its active says no; the log says yes", "UPDATE person SET active = FALSE WHERE id = 2"),
    _alter("somebody who was never added", "The person (Mallory) is told by no entry", "INSERT INTO person (email, name, session_token, active, created_at) SELECT 'm@example.org', 'Mallory', 'm', TRUE, created_at FROM person WHERE id = 1"),
    _alter("a role given", "The role (Priya Shah, approver) is told by no entry", "INSERT INTO person_role (person_id, role) VALUES (2, 'approver')"),
    _alter("a role taken away", "The role (Priya Shah, officer) is gone", "DELETE FROM person_role WHERE person_id = 2"),
    _alter("whom a person acts for", "its provider says", "UPDATE person SET provider_id = 2 WHERE provider_id = 1"),
    _alter("a provider renamed", "The provider (Mallory Care)", "UPDATE provider SET name = 'Mallory Care' WHERE id = 1"),
    _alter("a provider's number at the CQC", "its number at the CQC says", "UPDATE provider SET cqc_provider_id = '1-1' WHERE id = 1"),
    _alter("a location of a provider removed", "The location of the provider (", "DELETE FROM provider_location WHERE id = 1"),
    _alter("a whole bid that leads to no tender", "belongs to no tender", "UPDATE bid SET tender_id = 99 WHERE id = 1"),
)  # fmt: skip

LOG = (
    _alter("the rows of an entry", "was altered: it does not even fit together", "UPDATE event SET rows = '{{}}' WHERE id = 60"),
    _alter("the rows of an entry with their hash", "was altered after it was written", "UPDATE event SET rows = '{{}}', rows_sha256 = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' WHERE action = 'opening.completed'"),
    _alter("the rows of an entry left out", "does not say which rows it changed", "UPDATE event SET rows = NULL, rows_sha256 = NULL WHERE action = 'opening.completed'"),
)  # fmt: skip

ALTERATIONS = (*MARKS, *BIDS, *RULES, *DECISIONS, *INSTALLATION, *LOG)
