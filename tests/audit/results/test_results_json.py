"""findings.json: the format of docs/formats/findings.md, whatever the run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from overt.audits._run import Run
from overt.audits.results import findings_schema, results, show
from overt.controls import Evidence
from overt.visible import visible_json

ROOT = Path(__file__).parents[3]


def findings_of(run: Run, *acceptances: Any) -> dict[str, Any]:
    """findings.json of a run."""
    loaded: dict[str, Any] = json.loads(results(show(replace(run, acceptances=acceptances)))["findings.json"])
    return loaded


def checked(document: dict[str, Any]) -> dict[str, Any]:
    """The document, when it keeps to the schema."""
    schema = findings_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)
    return document


def test_every_run_keeps_to_the_schema(any_run: Run, make: Any) -> None:
    """Whatever was found, the file is what the schema says."""
    checked(findings_of(any_run, *make.ACCEPTANCES))


def test_keys_of_the_file_are_sorted_and_it_ends_with_a_line_feed(any_run: Run) -> None:
    """So that two files can be compared line by line."""
    content = results(show(any_run))["findings.json"].decode()
    again = json.dumps(json.loads(content), indent=1, sort_keys=True, ensure_ascii=False)
    assert content == visible_json(again) + "\n"


def test_schema_names_every_field_that_is_written(runs: Any) -> None:
    """A field that nobody documented is not written, and none that is documented is left out."""
    document = findings_of(runs["many"]())
    schema = findings_schema()["properties"]
    assert set(document) == set(schema)
    assert set(document["run"]) == set(schema["run"]["properties"])
    assert {name for each in document["findings"] for name in each} == set(schema["findings"]["items"]["properties"])


def test_counts_are_exact_integers_and_null_where_the_control_did_not_run(make: Any) -> None:
    """131 of 563 is 131 of 563; what was not counted is no zero."""
    run = make.make_run(make.breach(1, unknown=12, accepted=10), make.unanswered(3), make.broken(6), make.idle(5))
    breached, unanswered, broken, idle = findings_of(run)["findings"]
    assert [breached[name] for name in ("examined", "breached", "unknown", "accepted")] == [563, 131, 12, 10]
    for silent, mark in ((unanswered, "not asked"), (broken, "unknown")):
        assert [silent[name] for name in ("examined", "breached", "unknown", "accepted")] == [None] * 4
        assert set(silent["marks"].values()) == {mark}
    assert (idle["verdict"], idle["examined"], idle["marks"]["examined"]) == ("not applicable", 0, "exact")


def test_schema_refuses_a_number_that_its_mark_denies(make: Any) -> None:
    """A suppressed count with a number beside it is a leak, and an exact one without a number a gap."""
    for change in (
        {"marks": dict.fromkeys(["examined", "breached", "unknown", "accepted"], "suppressed")},
        {"breached": None},
    ):
        document = findings_of(make.make_run(make.breach(1)))
        document["findings"][0].update(change)
        with pytest.raises(jsonschema.ValidationError):
            checked(document)


def test_keys_stay_in_order_and_go_with_evidence_none(make: Any) -> None:
    """Keys are the lowest, as the engine gave them; `--evidence none` leaves none, the fingerprint stays."""
    run = make.make_run(make.breach(1))
    finding = findings_of(run)["findings"][0]
    assert finding["keys"] == list(run.findings[0].keys) == sorted(finding["keys"])
    silent = findings_of(replace(run, recipe=replace(run.recipe, evidence=Evidence.NONE)))["findings"][0]
    assert silent["keys"] == []
    assert silent["digest"] == finding["digest"]


def test_seconds_are_null_unless_asked_for(make: Any) -> None:
    """Time is not an input, so it would change the bytes."""
    run = make.make_run(make.breach(3))
    assert findings_of(run)["findings"][0]["seconds"] is None
    timed = replace(run, recipe=replace(run.recipe, timing=True))
    assert findings_of(timed)["findings"][0]["seconds"] == pytest.approx(0.0369)


def test_law_is_counted_by_its_period_and_cited_where_nothing_ran(make: Any) -> None:
    """A dated control counts under each provision; one that did not run cites the law on the date of the audit."""
    law = findings_of(make.make_run(make.breach(1)))["findings"][0]["law"]
    assert [(each["to"], each["breached"]) for each in law] == [("2018-05-24", 43), (None, 88)]
    silent = findings_of(make.make_run(make.unanswered(3)))["findings"][0]["law"]
    assert [(each["from"], each["breached"]) for each in silent] == [("2018-05-25", None)]


def test_a_password_in_the_address_of_a_source_is_written_nowhere(make: Any) -> None:
    """A database address is shown without who signs in."""
    run = make.make_run(make.met(1), register="postgresql://auditor:hunter2@db.example/register")
    for content in results(show(run)).values():
        assert b"hunter2" not in content
    assert findings_of(run)["run"]["register"] == "postgresql://db.example/register"


def test_the_documented_example_keeps_to_the_schema() -> None:
    """The page opens with an example that a reader may copy."""
    page = (ROOT / "docs/formats/findings.md").read_text(encoding="utf-8")
    example = page.split("```json\n", 1)[1].split("```", 1)[0]
    document = checked(json.loads(example))
    assert document["findings"][0]["breached"] == 131


def test_the_page_names_every_field(runs: Any) -> None:
    """What is in the file is on the page."""
    page = (ROOT / "docs/formats/findings.md").read_text(encoding="utf-8")
    schema = findings_schema()["properties"]
    names = [*schema["run"]["properties"], *schema["findings"]["items"]["properties"]]
    assert [name for name in names if f"`{name}`" not in page] == []
