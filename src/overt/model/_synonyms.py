"""What registers call the columns and tables of the model, for the drafting of mappings."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from overt.model._tables import TABLES

# By table.column, or by column alone where it means the same in every table that has it. Best name first.
_COLUMNS = {
    "subject_id": "subject id, subject, nominal id, nominal number, nominal ref, nominal, person id, person number, "
    "person, individual id, offender id, urn, pncid, pnc id, cro number, ir number, subject ref, subject number",
    "birth_date": "date of birth, dob, birth date, birthdate, d o b, born on, born",
    "age_recorded": "age recorded, recorded age, age at entry, age",
    "sex": "sex, gender, sex code, sex code cd",
    "ethnicity_self": "self defined ethnicity, self defined ethnic group, ethnicity self defined, ethnicity self, sde, "
    "self classified ethnicity, self identified ethnicity, ethnicity self defined code",
    "ethnicity_observed": "officer defined ethnicity, observed ethnicity, ethnicity observed, perceived ethnicity, "
    "officer perceived ethnicity, ic code, iccode, ethnic appearance, visual ethnicity",
    "died_on": "died on, date of death, dod, deceased on, deceased date",
    "entry.entry_id": "entry id, entry number, entry ref, ref number, case number, case ref, case id, file number, "
    "entry, record id, record number, record ref, matrix id, "
    "reference, ref, entity id, id, number, unique id, case, file",
    "entry_id": "entry id, entry number, entry ref, ref number, ref, entry, record id, record number, matrix id",
    "unit": "unit, borough, bcu, basic command unit, district, division, station, team, local authority, la",
    "role": "role, person role, category of person, person type, listed as, involvement, role type, role description",
    "entry.status": "status, entry status, record status, nominal status, state, live",
    "opened_on": "opened on, date opened, opened, date added, added on, date entered, entered on, entry date, "
    "date of entry, created on, created at, date created, created, inclusion date, date included, date recorded",
    "opened_by": "opened by, added by, entered by, created by, submitted by, author, officer",
    "approved_by": "approved by, authorised by, authorized by, supervisor, approving officer",
    "grounds": "grounds, reason for inclusion, reasons, reason, rationale, justification, narrative, intelligence, "
    "notes, comments",
    "entry.purpose": "purpose, policing purpose",
    "condition": "condition, schedule 8 condition",
    "score": "score, harm score, heat score, ssl score, risk score, total score, threat score",
    "band": "band, harm band, risk band, rag, rag status, rag rating, risk level, tier",
    "score_as_of": "score as of, score date, scored on, date scored",
    "retention_group": "retention group, mopi group, retention category",
    "entry.review_due_on": "review due on, review due, next review, next review date, date of next review, review by, "
    "review date, next review due, review due date, date review due",
    "delete_due_on": "delete due on, deletion date, delete by, delete on, purge date, weed date, retention date, "
    "retain until, expiry date, removal due",
    "decided_by": "decided by, decision by",
    "closed_on": "closed on, date closed, closed, date removed, removed on, removal date, removed, archived on, "
    "end date",
    "closed_reason": "closed reason, reason closed, removal reason, reason for removal, reason removed",
    "automated_under": "automated under, legal basis of automated decision",
    "mention_on": "mention on, mention, marked on, date de la mention, mention date",
    "approved_on": "approved on, date approved, approval date, authorised on",
    "attestation_ref": "attestation, attestation ref, supervisor attestation",
    "time_reset_on": "reset on, purge date reset on, date reset",
    "sensitivity_level": "sensitivity, sensitivity level, level of sensitivity",
    "submitting_agency": "submitting agency, agency, contributing agency",
    "item_id": "item id, item number, item ref, intelligence id, log number, urn, id",
    "category": "category, data category, criterion, criteria",
    "origin": "origin, source type, source category",
    "platform": "platform, social network, site",
    "source_ref": "source ref, source reference, source id, source",
    "evidence_ref": "evidence ref, evidence, document, exhibit, attachment",
    "evidence_sha256": "evidence sha256, sha256, hash",
    "source_grade": "source grade, source evaluation, source reliability",
    "information_grade": "information grade, intelligence evaluation, information evaluation, intelligence grade",
    "handling": "handling, handling code, handling grade",
    "visibility": "visibility, account visibility, access setting, open or private",
    "authority_id": "authority id, authority, authority number, authorisation, authorisation number, ripa ref, "
    "ripa number",
    "collected_on": "collected on, date collected, captured on, capture date, seen on, date of intelligence, item date",
    "recorded_by": "recorded by, entered by, officer",
    "granted_on": "granted on, date granted, authorised on, date authorised",
    "granted_by_rank": "granted by rank, rank, authorising rank",
    "expires_on": "expires on, expiry date, expires, valid until",
    "renews": "renews, renewal of, renewed authority",
    "source_authority": "source authority, supplied by, originating force, originating authority",
    "significant": "significant, significant decision",
    "explicit_consent": "explicit consent, explicit consent to automated decision",
    "correction.on_date": "on date, corrected on, date corrected, rectified on, date of correction",
    "correction.recipient": "recipient, told, body told, recipient told, notified to",
    "correction.told_on": "told on, notified on, date told, date notified",
    "request.told_on": "told on, notified on, date told, date notified",
    "names_complaint": "names complaint, complaint named",
    "consent_ref": "consent ref, consent form, consent document",
    "consent_withdrawn_on": "consent withdrawn on, date consent withdrawn",
    "access.recipient": "recipient, disclosed to, sent to",
    "cancelled_on": "cancelled on, date cancelled, cancelled",
    "provision": "provision, legal provision, granted under",
    "long_term": "long term, over twelve months",
    "commissioner_told_on": "commissioner told on, notified to ipco, date notified",
    "risk_assessed_on": "risk assessed on, risk assessment date",
    "age_at_grant": "age at grant, age of source",
    "against_parent": "against parent, informs on a parent",
    "notice_on": "notice on, written notice given on",
    "confirmed_on": "confirmed on, agreement confirmed on",
    "agreed_by": "agreed by, who agreed",
    "authority_review.done_on": "done on, reviewed on, review date, date of review",
    "review_id": "review id, review number, review ref, id",
    "done_at": "done at, reviewed at, reviewed on, review date, date of review, date reviewed",
    "done_by": "done by, reviewed by, reviewer, reviewing officer",
    "review.outcome": "outcome, result, decision",
    "disclosure_id": "disclosure id, disclosure number, share id, sharing id, id",
    "sent_at": "sent at, sent on, date sent, shared on, date shared, disclosed on, disclosure date, date disclosed",
    "sent_by": "sent by, shared by, disclosed by, officer",
    "recipient": "recipient, shared with, sent to, disclosed to, organisation, agency, partner",
    "recipient_kind": "recipient kind, recipient type, agency type, organisation type",
    "agreement_id": "agreement id, agreement, sharing agreement, isa, isa ref",
    "purpose_kind": "purpose kind, kind of purpose, law enforcement purpose",
    "gateway": "gateway, legal gateway, statutory gateway",
    "residual_risk": "residual risk, remaining risk",
    "commissioner_consulted_on": "commissioner consulted on, ico consulted on, prior consultation",
    "reviewed_on": "reviewed on, last reviewed, date of last review",
    "withdrawn_on": "withdrawn on, date withdrawn",
    "record_id": "record id, ropa id, ropa number, version",
    "processing_record.controller": "controller, data controller",
    "processing_record.officer": "officer, data protection officer, dpo",
    "subject_categories": "subject categories, categories of people, categories of data subjects",
    "data_categories": "data categories, categories of data, categories of personal data",
    "profiling": "profiling, use of profiling",
    "transfers": "transfers, international transfers, transfers abroad",
    "legal_basis": "legal basis, lawful basis",
    "retention": "retention, retention period, time limits",
    "security": "security, security measures",
    "breach_id": "breach id, breach number, incident number, data breach id",
    "aware_at": "aware at, became aware, date aware",
    "data_breach.risk": "risk, risk level, likelihood of risk",
    "notified_at": "notified at, ico notified, date notified",
    "delay_reason": "delay reason, reason for delay",
    "facts": "facts, what happened",
    "effects": "effects, consequences",
    "data_breach.action": "action, remedial action, action taken",
    "subjects_told_on": "subjects told on, people told on, data subjects informed",
    "access_id": "access id, log id, audit id, line, id",
    "occurred_at": "occurred at, date time, datetime, date and time, timestamp, date, time, when",
    "actor": "actor, user, user id, username, officer, staff",
    "action": "action, activity, event, operation",
    "access.reason": "reason, reason for access, purpose",
    "access.purpose": "purpose of access, purpose code, kind of purpose",
    "request_id": "request id, request number, case number, reference, id",
    "request.kind": "kind, request type, type",
    "received_on": "received on, date received, received",
    "due_on": "due on, due date, due, deadline",
    "answered_on": "answered on, date answered, responded on, date of response, response date, closed on",
    "encounter.encounter_id": "encounter id, encounter number, stop id, stop number, search id, search number, "
    "incident id, incident number, incident ref, record id, ref number, ref, id",
    "encounter.kind": "type, search type, type of search, stop type",
    "encounter.occurred_on": "date, occurred on, date of stop, stop date, incident date",
    "period": "period, month, reporting month",
    "force": "force, police force, force name",
    "age_band": "age range, age band, age group, age cat, age category, age",
    "legislation": "legislation, power, power used, legal basis, search power",
    "encounter.grounds": "grounds, grounds for search, reason for stop",
    "place": "place, location, place of search, street",
    "officer_ref": "officer ref, officer number, collar number, shoulder number",
    "copy_asked_on": "copy asked on, copy requested on",
    "copy_given_on": "copy given on, copy issued on",
    "object_of_search": "object of search, reason for search, search object, looked for",
    "tactic": "tactic, tactic used, tactics, type of force",
    "encounter.outcome": "outcome, outcome of search, result",
    "outcome_linked": "outcome linked to object of search, outcome linked, linked",
    "more_than_outer_clothing": "removal of more than just outer clothing, removal of more than outer clothing, "
    "more than outer clothing, strip search",
    "encounter.row_count": "count, number, number of stops, number of times tactic reported",
}

_TABLES = {
    "subject": "subjects, nominals, people, persons, individuals",
    "entry": "entries, register, records, matrix, gang matrix, list",
    "item": "items, intelligence, criteria, evidence",
    "authority": "authorities, authorisations, ripa",
    "authority_review": "authority reviews",
    "review": "reviews",
    "disclosure": "disclosures, shares, sharing, sharing log",
    "agreement": "agreements, sharing agreements",
    "access": "accesses, access log, audit log, log",
    "copy": "copies",
    "category": "categories",
    "assessment": "assessments, dpia, impact assessments",
    "processing_record": "processing records, ropa, record of processing",
    "data_breach": "data breaches, personal data breaches, security incidents",
    "outcome": "outcomes, court outcomes",
    "term_hit": "term hits, keyword hits, hits",
    "platform_request": "platform requests, takedowns, removal requests",
    "request": "requests, foi requests, subject access requests, sar",
    "request_step": "request steps",
    "recall": "recalls, removal notices, correction notices",
    "notice": "notices, notifications",
    "correction": "corrections, rectifications",
    "decision_safeguard": "decision safeguards, safeguards",
    "complaint_way": "complaint ways",
    "promise": "promises",
    "consequence": "consequences",
    "encounter": "encounters, stops, stop and search, stops and searches, use of force",
}

# Words for a code of the model that registers commonly write instead.
WORDS_FOR_CODES = {
    "status": {"active": "active live open current", "closed": "closed archived removed inactive deleted"},
    "band": {"low": "low green", "medium": "medium amber", "high": "high red"},
    "role": {
        "suspect": "suspect suspects suspected susp alleged_offender",
        "convicted": "convicted convict offender",
        "victim": "victim victims vict",
        "witness": "witness witnesses wit",
        "associate": "associate associates assoc",
    },
    "decided_by": {"human": "human manual officer", "automated": "automated automatic system"},
    "visibility": {"open": "open public", "private": "private closed", "persona": "persona"},
}


# Words that are written short or in other ways, and those that say nothing where they stand between others.
_SAME = {
    **dict.fromkeys(("no", "nr", "num", "nos"), "number"),
    **dict.fromkeys(("reference", "refs"), "ref"),
    **dict.fromkeys(("def", "defined", "identified", "declared", "classified", "described", "reported"), "defined"),
    **dict.fromkeys(("obs", "perceived", "apparent"), "observed"),
    **dict.fromkeys(("auth", "authorized"), "authorised"),
    **dict.fromkeys(("dt", "dte"), "date"),
    **dict.fromkeys(("eth", "ethnic"), "ethnicity"),
    **dict.fromkeys(("cat", "catg"), "category"),
    "off": "officer",
    "rev": "review",
}
_EMPTY = {"of", "the", "in", "gang", "for", "a", "an"}


@lru_cache(maxsize=10_000)
def normal(name: str) -> str:
    """A name in lower case with single blanks for all but letters and digits; `entryID` as `entry id`.

    Short forms are written out and words that say nothing left away: `Ref No.` is `ref number`, `Role in gang` is
    `role`.
    """
    parted = re.sub(r"#", " number ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
    words = [_SAME.get(word, word) for word in re.sub(r"[\W_]+", " ", parted.lower()).split()]
    return " ".join([word for word in words if word not in _EMPTY] or words)


@cache
def names_of(table: str, column: str) -> tuple[str, ...]:
    """What a column may be called in a source, likeliest first, its own name before all."""
    others = _COLUMNS.get(f"{table}.{column}", _COLUMNS.get(column, ""))
    return tuple(dict.fromkeys(normal(name) for name in (column, *others.split(",")) if name.strip()))


def tables_called(name: str) -> list[str]:
    """The tables of the model that a source may call so."""
    wanted = normal(name)
    return [
        table
        for table in TABLES
        if wanted == normal(table) or wanted in [normal(each) for each in _TABLES.get(table, "").split(",")]
    ]
