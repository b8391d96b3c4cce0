"""Makes a register in which every column is drawn at random, so that most controls breach many times.

    python worn.py ROWS FOLDER [TABLE …]

The synthetic registers of `overt synth` hold few breaches among many clean rows. Evidence costs most
where there are many: this is that case. Nobody in it is anybody, and nothing in it is a finding.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import duckdb

from overt.model import DUCKDB_TYPES, TABLES

AS_OF = "2026-06-30"
_columns = iter(range(1, 10_000))


def _draw(choices: int) -> str:
    """A number below `choices`, another for each row and each use."""
    return f"(hash(i * 1000003 + {next(_columns)}) % {max(1, choices)})::bigint"


def _gaps(value: str, per_mille: int) -> str:
    return f"case when {_draw(1000)} >= {per_mille} then {value} end" if per_mille else value


def _pick(words: str, gaps: int = 0) -> str:
    choices = words.split()
    listed = ", ".join(f"'{each}'" for each in choices)
    return _gaps(f"[{listed}][1 + {_draw(len(choices))}]", gaps)


def _day(first: str, days: int, gaps: int = 0) -> str:
    return _gaps(f"(date '{first}' + {_draw(days)}::int)", gaps)


def _moment(gaps: int = 0) -> str:
    return _gaps(f"timestamp '2018-01-01' + to_seconds({_draw(260_000_000)})", gaps)


def _ref(prefix: str, count: int, gaps: int = 0) -> str:
    return _gaps(f"'{prefix}' || {_draw(count)}", gaps)


def _mostly(per_mille: int) -> str:
    return f"{_draw(1000)} < {per_mille}"


def _words() -> str:
    fate = _draw(1000)
    return (
        f"case when {fate} < 30 then '' when {fate} < 60 then 'gang member' "
        f"when {fate} < 90 then 'Known associate of the group, see the intelligence log' "
        f"else 'Seen on ' || {_draw(40)} || ' occasions near estate ' || {_draw(3000)} || "
        f"' with people named in report ' || i || ' by officers of unit ' || {_draw(32)} end"
    )


def _tables(n: int) -> dict[str, tuple[int, dict[str, str]]]:
    return {**_people(n), **_records(n), **_office(n)}


def _people(n: int) -> dict[str, tuple[int, dict[str, str]]]:
    subject = {
        "subject_id": "'S' || i",
        "birth_date": _day("1960-01-01", 18_500, 50),
        "age_recorded": _gaps(f"9 + {_draw(60)}", 800),
        "sex": _pick("female male male male unknown", 20),
        "ethnicity_self": _pick("W1 W2 W9 M1 M9 A1 A2 B1 B2 B9 O9 NS NS Z9", 60),
        "ethnicity_observed": _pick("IC1 IC2 IC3 IC3 IC4 IC5 IC6 IC9", 60),
        "died_on": _day("2020-01-01", 2_300, 995),
    }
    entry = {
        "entry_id": "'E' || i",
        "subject_id": f"'S' || case when {_mostly(40)} then {_draw(n)} else i end",
        "unit": _ref("Unit ", 32),
        "role": _pick("suspect suspect suspect convicted victim witness associate other", 10),
        "status": _pick("active active active closed", 3),
        "opened_on": _day("2015-01-01", 4_100, 2),
        "opened_by": _ref("P", 3_000),
        "approved_by": _ref("P", 300, 30),
        "grounds": _words(),
        "purpose": _pick("prevention detection investigation", 10),
        "condition": _pick("statutory justice safeguarding manifestly_public manifestly_public", 100),
        "score": _gaps(f"case when {_mostly(150)} then 0 else {_draw(500)} end", 200),
        "band": _pick("low medium high", 300),
        "score_as_of": _day("2022-01-01", 1_600, 200),
        "retention_group": _pick("A B C"),
        "review_due_on": _day("2024-06-01", 1_200, 60),
        "delete_due_on": _day("2024-06-01", 2_800, 60),
        "decided_by": _pick("human human human automated", 10),
        "closed_on": _day("2024-01-01", 900, 750),
    }
    outcome = {
        "subject_id": _ref("S", n),
        "kind": _pick("arrest charge caution no_further_action acquittal conviction serious_offence"),
        "on_date": _day("2015-01-01", 4_100, 5),
    }
    copy = {
        "copy_id": "'C' || i",
        "location": _ref("List ", 50),
        "subject_id": _ref("S", n),
        "as_of": _day("2023-01-01", 1_200, 5),
    }
    return {"subject": (n, subject), "entry": (n, entry), "outcome": (n // 3, outcome), "copy": (n // 10, copy)}


def _records(n: int) -> dict[str, tuple[int, dict[str, str]]]:
    authorities = max(20, n // 1000)
    categories = "age address association lyrics posts arrests convictions intelligence family health"
    origins = "social_media social_media message police_record arrest intelligence partner victim self_admission"
    item = {
        "item_id": "'I' || i",
        "entry_id": _ref("E", n),
        "category": _pick(categories, 5),
        "basis": _pick("fact assessment fact assessment", 20),
        "origin": _pick(origins, 5),
        "platform": _pick("video chat photo", 600),
        "source_ref": f"'R' || (i - {_draw(3)})",
        "evidence_ref": _ref("doc/", 10**9, 50),
        "evidence_sha256": "md5(i::varchar) || md5((i + 1)::varchar)",
        "source_grade": _pick("1 2 3 A B C D E", 10),
        "information_grade": _pick("A B C D E 1 2 3 4 5", 10),
        "handling": _pick("P C 1 2 3", 10),
        "visibility": _pick("open open open open private persona", 20),
        "authority_id": _ref("A", authorities, 875),
        "collected_on": _day("2015-01-01", 4_200, 5),
        "recorded_by": _ref("P", 3_000),
    }
    authority = {
        "authority_id": "'A' || i",
        "kind": _pick("directed_surveillance chis juvenile_chis undercover ipa", 10),
        "granted_on": _day("2016-01-01", 3_500, 5),
        "granted_by_rank": _pick("inspector superintendent assistant_chief_constable chief_constable", 5),
        "urgent": _mostly(50),
        "expires_on": _day("2016-04-01", 3_500),
        "cancelled_on": _day("2018-01-01", 3_000, 800),
        "scope": " || ' ' || ".join(_ref("S", n) for _ in range(3)),
    }
    authority_review = {"authority_id": _ref("A", authorities), "done_on": _day("2016-01-01", 3_500, 5)}
    review = {
        "review_id": "'V' || i",
        "entry_id": _ref("E", n),
        "done_at": _moment(),
        "done_by": _ref("P", max(20, n // 2000), 3),
        "outcome": _pick("retain retain retain amend remove safeguarding", 5),
        "rationale": _words(),
    }
    access = {
        "access_id": "'L' || i",
        "occurred_at": _moment(),
        "actor": _ref("P", 3_000, 2),
        "action": f"case when i <= {n} then 'collect' "
        f"else {_pick('alter consult consult consult disclose combine', 2)} end",
        "entry_id": f"'E' || case when i <= {n} then i else {_draw(n)} end",
        "reason": _ref("Case ", 1_000_000, 100),
    }
    return {
        "item": (5 * n // 2, item),
        "authority": (authorities, authority),
        "authority_review": (2 * authorities, authority_review),
        "review": (6 * n // 5, review),
        "access": (3 * n, access),
        "term_hit": (
            n // 5,
            {
                "hit_id": "'H' || i",
                "entry_id": _ref("E", n),
                "term": _ref("t", 500),
                "occurred_at": _moment(),
                "decided_by": f"case when {_mostly(100)} then 'automated' else {_ref('P', 300)} end",
            },
        ),
    }


def _office(n: int) -> dict[str, tuple[int, dict[str, str]]]:
    kinds = "police council housing school benefits immigration health probation court other"
    disclosure = {
        "disclosure_id": "'D' || i",
        "entry_id": _ref("E", n),
        "sent_at": _moment(),
        "recipient": _ref("Body ", 200),
        "recipient_kind": _pick(kinds, 10),
        "agreement_id": _ref("G", 400, 50),
        "purpose": _pick("safeguarding prevention housing", 10),
        "redacted": _mostly(900),
        "encrypted": _mostly(900),
        "grade_sent": _mostly(900),
        "corrects": _ref("D", n // 2, 900),
    }
    agreement = {
        "agreement_id": "'G' || i",
        "recipient": _ref("Body ", 200),
        "starts_on": _day("2016-01-01", 800),
        "ends_on": _day("2022-01-01", 2_000),
        "purposes": _pick("safeguarding prevention housing"),
    }
    category = {
        "category": "['age', 'address', 'association', 'lyrics', 'posts', 'arrests', 'convictions', 'intelligence', "
        "'family', 'health', 'dna', 'gait'][i]",
        "adopted_on": _day("2015-01-01", 800),
        "sensitive": "i > 9",
        "assessment_id": _ref("DP", 8, 100),
    }
    assessment = {
        "assessment_id": "'DP' || i",
        "kind": _pick("dpia eia apd"),
        "signed_on": _day("2015-01-01", 800),
        "review_due_on": _day("2024-01-01", 1_800),
        "officer_consulted_on": _day("2015-01-01", 800, 200),
    }
    request = {
        "request_id": "'Q' || i",
        "kind": _pick("access rectification erasure information"),
        "received_on": _day("2022-01-01", 1_500),
        "due_on": _day("2022-02-01", 1_500, 5),
        "answered_on": _day("2022-02-01", 1_500, 100),
        "outcome": _pick("answered partly restricted ncnd refused withdrawn", 5),
        "ground": _pick("s45 s24", 200),
        "reasons": _pick("harm law", 200),
    }
    cell = {
        "release_id": _ref("RL", 20),
        "table_name": _ref("T", 10),
        "cell": "'c' || i",
        "value": _gaps(_draw(3_000), 50),
        "base": _draw(100_000),
    }
    claim = {"claim_id": "'K' || i", "kind": _pick("consultation safeguard statistic"), "stated": "'said'"}
    return {
        "disclosure": (n // 2, disclosure),
        "agreement": (400, agreement),
        "category": (12, category),
        "assessment": (8, assessment),
        "request": (max(1, n // 50), request),
        "release_cell": (10_000, cell),
        "claim": (200, {**claim, "evidence_ref": _ref("doc", 99, 300)}),
    }


def main() -> None:
    rows, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True)
    connection = duckdb.connect()
    connection.execute("set memory_limit = '4GiB'")
    wanted = sys.argv[3:] or list(TABLES)
    for name, (count, columns) in _tables(rows).items():
        if name not in wanted:
            continue
        parts = (
            f"cast({columns.get(column.name, 'null')} as {DUCKDB_TYPES[column.kind]}) as {column.name}"
            for column in TABLES[name].columns
        )
        select = f"select {', '.join(parts)} from range(1, {count} + 1) as drawn(i)"
        connection.execute(f"copy ({select}) to '{folder / name}.parquet' (compression zstd)")
    run = {"register": "worn", "as_of": dt.date.fromisoformat(AS_OF).isoformat(), "rows": rows}
    (folder / "answer-key.json").write_text(json.dumps({"_run": run}))


if __name__ == "__main__":
    main()
