"""The answer key is right: its rows are found again by plain queries that know nothing of the packs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest

from overt.controls import find_pack, read_pack
from overt.synthetic import KINDS, digest_of

from .conftest import Made

# For each: the register, the control, and a query for the keys that breach, which is not the pack's.
QUERIES = {
    "a victim or witness with a score or a band": (
        "gangs-matrix",
        "OV-01",
        "select entry_id from entry where role in ('victim', 'witness') and (score > 0 or band <> '')",
    ),
    "an entry in use without a role": (
        "gangs-matrix",
        "OV-02",
        "select entry_id from entry where closed_on is null and coalesce(role, 'other') = 'other'",
    ),
    "a score of zero kept twice without a reason": (
        "gangs-matrix",
        "OV-25",
        "select entry_id from entry join review using (entry_id) where score = 0 and status = 'active'"
        " and outcome = 'retain' and length(rationale) < 20 group by entry_id having count(*) >= 2",
    ),
    "removed people on the informal list": (
        "gangs-matrix",
        "OV-26",
        "select copy_id from copy join entry using (subject_id) where closed_on < as_of",
    ),
    "looked up more than thirty days after the closing": (
        "gangs-matrix",
        "OV-27",
        "select access_id from access join entry using (entry_id)"
        " where action = 'consult' and cast(occurred_at as date) - closed_on > 30",
    ),
    "no safeguarding decision about a child": (
        "gangs-matrix",
        "OV-33",
        "select entry_id from entry e join subject s using (subject_id)"
        " where date_add(birth_date, interval 18 year) > opened_on"
        " and (select count(*) from review r where r.entry_id = e.entry_id and r.outcome = 'safeguarding') = 0",
    ),
    "the unredacted sending": ("gangs-matrix", "OV-46", "select disclosure_id from disclosure where not redacted"),
    "items without a document": (
        "calgang",
        "OV-08",
        "select item_id from item where nullif(trim(evidence_ref), '') is null",
    ),
    "one source or none": (
        "calgang",
        "OV-06",
        "select entry_id from entry left join item using (entry_id) where status = 'active'"
        " group by entry_id having count(distinct source_ref) < 2",
    ),
    "under one year old": (
        "calgang",
        "OV-10",
        "select entry_id from entry join subject using (subject_id) where opened_on - birth_date < 365",
    ),
    "under one year old and said to have admitted it": (
        "calgang",
        "OV-13",
        "select item_id from item join entry using (entry_id) join subject using (subject_id)"
        " where origin = 'self_admission' and opened_on - birth_date < 365",
    ),
    "more than five years after the last event": (
        "calgang",
        "OV-22",
        "select entry_id from entry e where delete_due_on > date_add(greatest(opened_on, coalesce("
        " (select max(collected_on) from item i where i.entry_id = e.entry_id), opened_on)), interval 5 year)",
    ),
    "no grounds": (
        "chicago",
        "OV-09",
        "select entry_id from entry where coalesce(length(trim(grounds)), 0) < 20",
    ),
    "an age of nought": (
        "chicago",
        "OV-10",
        "select entry_id from entry join subject using (subject_id) where age_recorded = 0",
    ),
    "born before 1901": ("chicago", "OV-12", "select subject_id from subject where year(birth_date) < 1901"),
    "more than one sex": (
        "chicago",
        "OV-15",
        "select subject_id from subject group by subject_id having count(distinct sex) > 1",
    ),
    "two roles": (
        "alpha",
        "OV-03",
        "select subject_id from entry e where status = 'active' group by subject_id having count(distinct role) > 1"
        " and (select count(*) from review r join entry f using (entry_id) where f.subject_id = e.subject_id) = 0",
    ),
    "no age": (
        "alpha",
        "OV-32",
        "select subject_id from subject where birth_date is null and age_recorded is null",
    ),
    "private without authority": (
        "alpha",
        "OV-38",
        "select item_id from item where visibility <> 'open' and authority_id is null",
    ),
    "outside the dates of the authority": (
        "alpha",
        "OV-39",
        "select item_id from item join authority using (authority_id) where collected_on < granted_on"
        " or collected_on > least(expires_on, coalesce(cancelled_on, expires_on))",
    ),
    "the third capture in 28 days": (
        "alpha",
        "OV-43",
        "select max(item_id) from item where origin = 'social_media' and visibility = 'open' and authority_id is null"
        " group by entry_id having count(*) >= 3 and max(collected_on) - min(collected_on) <= 28",
    ),
    "lines that do not say who or why": (
        "alpha",
        "OV-51",
        "select access_id from access where action in ('consult', 'disclose')"
        " and (nullif(trim(actor), '') is null or nullif(trim(reason), '') is null)",
    ),
    "categories without an assessment before them": (
        "alpha",
        "OV-54",
        "select category from category left join assessment using (assessment_id)"
        " where coalesce(signed_on, date '9999-01-01') > adopted_on",
    ),
    "in use after an acquittal, without an order": (
        "taj",
        "FT-01",
        "select entry_id from entry where status = 'active' and subject_id in (select subject_id from outcome o"
        " where o.kind = 'acquittal' and kept_by_order_on is null and o.on_date >= entry.opened_on)",
    ),
    "dismissed and not marked since": (
        "taj",
        "FT-03",
        "select entry_id from entry join outcome using (subject_id) where closed_on is null and on_date >= opened_on"
        " and kind in ('dismissal', 'no_further_action') and on_date > coalesce(mention_on, date '1900-01-01')",
    ),
    "marked and shown all the same": (
        "taj",
        "FT-04",
        "select access_id from access join entry using (entry_id) where access.purpose = 'administrative_enquiry'"
        " and cast(occurred_at as date) >= mention_on",
    ),
    "decided after two months or never": (
        "taj",
        "FT-05",
        "select request_id from request where kind <> 'access' and coalesce(outcome, '') <> 'withdrawn'"
        " and coalesce(answered_on, date '2022-02-28') > date_add(received_on, interval 2 month)",
    ),
    "assessments of which nobody says who holds the documents": (
        "dgs",
        "DG-03",
        "select item_id from item where basis = 'assessment' and coalesce(trim(source_ref), '') = ''",
    ),
    "lines of the year before last": (
        "dgs",
        "DG-07",
        "select access_id from access where year(occurred_at) < 2020",
    ),
    "suspects for what officers saw": (
        "dgs",
        "DG-08",
        "select entry_id from entry join item using (entry_id) where status = 'active' and role = 'suspect'"
        " and subject_id not in (select subject_id from outcome)"
        " group by entry_id having bool_and(origin = 'observation')",
    ),
    "sent before it was put right, and not told since": (
        "alpha",
        "OV-28",
        "select d.disclosure_id from disclosure d join correction c using (entry_id) where d.corrects is null"
        " and cast(sent_at as date) < on_date and c.recipient is distinct from d.recipient and not exists ("
        "from disclosure e where e.corrects = d.disclosure_id and cast(e.sent_at as date) >= on_date)",
    ),
    "decided by a machine, with no law": (
        "alpha",
        "OV-57b",
        "select entry_id from entry where decided_by = 'automated' and significant and automated_under is null",
    ),
    "allowed by a law, and not told, or not heard within a month": (
        "alpha",
        "OV-71",
        "select entry_id from entry where automated_under is not null and (select count(*) from decision_safeguard s"
        " where s.entry_id = entry.entry_id and (kind = 'reconsidered' or kind = 'information' and not exists ("
        "from decision_safeguard a where a.entry_id = s.entry_id and a.kind = 'reconsideration_asked'))) = 0",
    ),
    "consulted, they say": (
        "alpha",
        "OV-58",
        "select claim_id from claim where nullif(trim(evidence_ref), '') is null",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", QUERIES)
def test_planted_rows_are_found_by_a_plain_query(name: str, made: Callable[[str], Made]) -> None:
    kind, control, sql = QUERIES[name]
    register = made(kind)
    keys = register.keys(sql)
    total = sum(int.from_bytes(hashlib.md5(key.encode()).digest()[8:16], "little") for key in keys)
    answer = register.key.answers[control]
    assert (answer.breached, answer.digest) == (len(keys), f"{total:032x}")
    assert keys


def test_digest_without_keys_is_nought_and_order_does_not_matter() -> None:
    assert digest_of([]) == "0" * 32
    assert digest_of(["a", "b"]) == digest_of(["b", "a"])
    assert digest_of(["a", "a"]) != digest_of(["a"])


@pytest.mark.parametrize("kind", KINDS)
def test_key_answers_every_control_of_its_pack(kind: str, made: Callable[[str], Made]) -> None:
    """Every control of the pack that a select can answer, those with nothing planted too."""
    controls = {control.id for control in read_pack(find_pack(made(kind).key.pack)).controls}
    written = json.loads((made(kind).folder / "answer-key.json").read_text())
    assert {name for name in written if not name.startswith("_")} == controls
    assert all(len(answer["digest"]) == 32 for name, answer in written.items() if not name.startswith("_"))


@pytest.mark.parametrize("kind", ["taj", "dgs"])
def test_key_answers_every_control_of_its_pack_and_plants_each(kind: str, made: Callable[[str], Made]) -> None:
    """A register that is made for one pack has every control of it broken, and names the pack."""
    key = made(kind).key
    assert set(key.answers) == {control.id for control in read_pack(find_pack(key.pack)).controls}
    assert all(answer.breached for answer in key.answers.values())
    written = json.loads((made(kind).folder / "answer-key.json").read_text())
    assert written["_run"]["pack"] == key.pack
    assert {name for name in written if not name.startswith("_")} == set(key.answers)


def test_every_core_control_is_planted_in_some_register(made: Callable[[str], Made]) -> None:
    planted = {
        control
        for kind in ("gangs-matrix", "calgang", "chicago", "alpha", "scotland")
        for control, answer in made(kind).key.answers.items()
        if answer.breached
    }
    assert planted >= {control.id for control in read_pack(find_pack("core")).controls}
