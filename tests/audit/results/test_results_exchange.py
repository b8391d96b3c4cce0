"""SARIF, OSCAL and JUnit: valid by their own schemas, and never a result for a person."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

import jsonschema
import pytest

from overt.audits._run import Run
from overt.audits.results import results, show

TOKEN = re.compile(r"[^\W\d][\w.-]*")


@pytest.fixture(scope="session")
def sarif_schema(shared_data: Path) -> Any:
    """The validator of SARIF 2.1.0."""
    schema = json.loads((shared_data / "schema-sarif/sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


@pytest.fixture(scope="session")
def oscal_schema(shared_data: Path) -> Any:
    """The validator of OSCAL assessment results; its one pattern that Python cannot compile is checked by hand."""
    path = shared_data / "schemas-oscal/oscal_assessment-results_schema_1.1.2.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    del schema["definitions"]["TokenDatatype"]["pattern"]
    return jsonschema.Draft7Validator(schema)


def sarif_of(run: Run, *acceptances: Any) -> dict[str, Any]:
    """The one run of the SARIF log."""
    loaded: dict[str, Any] = json.loads(results(show(replace(run, acceptances=acceptances)))["findings.sarif"])["runs"][
        0
    ]
    return loaded


def oscal_of(run: Run) -> dict[str, Any]:
    """The assessment results."""
    loaded: dict[str, Any] = json.loads(results(show(run))["oscal-assessment-results.json"])["assessment-results"]
    return loaded


@pytest.mark.data
def test_sarif_validates(any_run: Run, make: Any, sarif_schema: Any) -> None:
    """By the schema of OASIS."""
    sarif_schema.validate(json.loads(results(show(replace(any_run, acceptances=make.ACCEPTANCES)))["findings.sarif"]))


@pytest.mark.data
def test_oscal_validates(any_run: Run, make: Any, oscal_schema: Any) -> None:
    """By the schema of NIST, and its tokens by their own rule."""
    document = json.loads(
        results(show(replace(any_run, acceptances=make.ACCEPTANCES)))["oscal-assessment-results.json"]
    )
    oscal_schema.validate(document)
    tokens = re.findall(r'"(?:control-id|target-id|name)": "([^"]*)"', json.dumps(document))
    assert [token for token in tokens if not TOKEN.fullmatch(token)] == []


@pytest.mark.data
def test_oscal_takes_texts_of_many_lines_and_of_none(make: Any, oscal_schema: Any) -> None:
    """OSCAL's strings are one line and not empty; a pack's texts and names of sources may be otherwise."""
    about = make.control(1, title=" two\nlines ", asks="", limits="\n", remedy="")
    run = make.make_run(make.breach(1, about=about, pack=" "), register="a\nb", engine="")
    oscal_schema.validate(json.loads(results(show(run))["oscal-assessment-results.json"]))


@pytest.mark.data
def test_the_schemas_would_notice(make: Any, sarif_schema: Any, oscal_schema: Any) -> None:
    """A schema that accepts anything proves nothing."""
    files = results(show(make.make_run(make.breach(1))))
    log = json.loads(files["findings.sarif"])
    del log["runs"][0]["results"][0]["message"]
    assert not sarif_schema.is_valid(log)
    document = json.loads(files["oscal-assessment-results.json"])
    document["assessment-results"]["results"][0]["findings"][0]["target"]["status"]["state"] = "perhaps"
    assert not oscal_schema.is_valid(document)


def test_sarif_has_a_rule_a_control_and_a_result_a_breach(make: Any) -> None:
    """Never one for a person: the count stands in the result."""
    run = make.make_run(
        make.breach(1), make.met(2), make.unanswered(3), make.undecided(4), make.idle(5), make.broken(6)
    )
    log = sarif_of(run)
    assert [rule["id"] for rule in log["tool"]["driver"]["rules"]] == [f"OV-0{n}" for n in range(1, 7)]
    kinds = [(result["ruleId"], result["kind"], result["level"]) for result in log["results"]]
    assert kinds == [("OV-01", "fail", "error"), ("OV-03", "review", "none"), ("OV-04", "review", "none")]
    assert log["results"][0]["occurrenceCount"] == 131
    assert log["results"][0]["partialFingerprints"]["overt-keys-1"] == run.findings[0].digest
    rules = log["tool"]["driver"]["rules"]
    assert all(result["ruleId"] == rules[result["ruleIndex"]]["id"] for result in log["results"])


def test_sarif_keeps_the_rules_of_code_scanning_pages(any_run: Run, make: Any) -> None:
    """Each result has a place in a file and a fingerprint of its line, and nothing is longer than what is taken."""
    log = sarif_of(any_run, *make.ACCEPTANCES)
    (artifact,) = log["artifacts"]
    fingerprints = []
    for result in log["results"]:
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"] == {"uri": artifact["location"]["uri"], "index": 0}
        assert place["region"]["startLine"] >= 1
        assert re.fullmatch(r"[0-9a-f]{16}:1", result["partialFingerprints"]["primaryLocationLineHash"])
        assert result["message"]["text"]
        fingerprints.append(result["partialFingerprints"]["primaryLocationLineHash"])
    assert len(fingerprints) == len(set(fingerprints)) <= 25_000
    assert not re.match(r"[a-z][a-z0-9+.-]*:", artifact["location"]["uri"], re.IGNORECASE)
    for rule in log["tool"]["driver"]["rules"]:
        assert rule["id"]
        assert rule["help"]["text"]
        assert max(len(rule[name]["text"]) for name in ("shortDescription", "fullDescription")) <= 1_024
        assert len(rule["properties"]["tags"]) <= 20


@pytest.mark.parametrize("register", ["export.csv", "a b/c#d.csv", "postgresql://host:5432/db", "C:\\x.csv"])
def test_sarif_names_the_source_by_a_relative_uri(make: Any, register: str, sarif_schema: Any) -> None:
    """A file, a folder or a database: no scheme, and nothing that a URI may not hold."""
    run = make.make_run(make.breach(1), register=register)
    log = sarif_of(run)
    uri = log["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9_.~%/-]+", uri)
    again = sarif_of(make.make_run(make.breach(1, breached=2), register=register))
    name = "primaryLocationLineHash"
    first, second = (each["results"][0]["partialFingerprints"][name] for each in (log, again))
    assert first == second
    sarif_schema.validate(json.loads(results(show(run))["findings.sarif"]))


def test_sarif_levels_follow_the_severity(make: Any) -> None:
    """Critical and high are errors, medium a warning, low a note."""
    log = sarif_of(make.make_run(*(make.breach(number) for number in range(1, 5))))
    levels = {result["ruleId"]: result["level"] for result in log["results"]}
    assert levels == {"OV-01": "error", "OV-02": "warning", "OV-03": "note", "OV-04": "error"}


def test_sarif_tells_of_failed_controls_as_notifications(make: Any) -> None:
    """A control that could not run is no result."""
    invocation = sarif_of(make.make_run(make.met(1), make.broken(2)))["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["associatedRule"] == {"id": "OV-02", "index": 1}
    assert sarif_of(make.make_run(make.met(1)))["invocations"][0]["executionSuccessful"] is True


def test_sarif_suppresses_what_is_wholly_accepted_and_no_more(make: Any) -> None:
    """With who accepted it, why and until when."""
    run = make.make_run(make.breach(1, accepted=10), make.breach(2, accepted=131))
    partly, wholly = sarif_of(run, *make.ACCEPTANCES)["results"]
    assert "suppressions" not in partly
    assert wholly["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "Closed list, deleted on expiry (Head of unit)",
            "properties": {"expires_on": ["2026-09-30"]},
        }
    ]


def test_no_key_is_in_sarif_oscal_junit_or_the_table(runs: Any) -> None:
    """Counts and fingerprints only."""
    run = runs["many"]()
    keys = {key for finding in run.findings for key in finding.keys}
    files = results(show(run))
    for name in ("findings.sarif", "oscal-assessment-results.json", "junit.xml", "findings.csv"):
        assert not set(re.findall(r"[A-Za-z0-9]+", files[name].decode())) & keys


def test_oscal_says_satisfied_only_of_what_is_met(make: Any) -> None:
    """What cannot be shown or did not run satisfies nothing; what is not applicable is observed and no more."""
    run = make.make_run(make.breach(1), make.met(2), make.unanswered(3), make.idle(5), make.broken(6))
    result = oscal_of(run)["results"][0]
    states = {
        finding["target"]["target-id"]: (finding["target"]["status"]["state"], finding["target"]["status"]["reason"])
        for finding in result["findings"]
    }
    assert states == {
        "OV-01": ("not-satisfied", "fail"),
        "OV-02": ("satisfied", "pass"),
        "OV-03": ("not-satisfied", "other"),
        "OV-06": ("not-satisfied", "other"),
    }
    assert len(result["observations"]) == 5
    evidence = result["observations"][0]["relevant-evidence"]
    assert evidence[0]["href"] == "evidence/OV-01.parquet"


def test_oscal_times_are_the_date_of_the_audit_and_ids_follow_the_findings(make: Any) -> None:
    """The clock is not an input; other findings are another document."""
    one, again, other = (oscal_of(make.make_run(make.breach(1, breached=n))) for n in (131, 131, 130))
    assert one == again
    assert one["uuid"] != other["uuid"]
    assert uuid.UUID(one["uuid"]).version == 5
    assert one["metadata"]["last-modified"] == one["results"][0]["start"] == "2026-06-30T00:00:00Z"


def test_junit_tells_failure_from_error_from_skipped(make: Any) -> None:
    """A breach fails, a control that could not run is an error, the rest is a pass or skipped with a reason."""
    run = make.make_run(
        make.breach(1), make.met(2), make.unanswered(3), make.idle(5), make.broken(6), make.breach(7, accepted=131)
    )
    root = Tree.fromstring(results(show(run))["junit.xml"])  # noqa: S314
    outcomes = {case.get("name", "")[:5]: [child.tag for child in case] for case in root.iter("testcase")}
    assert outcomes == {
        "OV-01": ["failure"],
        "OV-02": [],
        "OV-03": ["skipped"],
        "OV-05": ["skipped"],
        "OV-06": ["error"],
        "OV-07": ["skipped"],
    }
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["6", "1", "1", "3"]
    assert root.find("testsuite").get("name") == "core"  # type: ignore[union-attr]


def test_junit_has_times_only_when_asked_for(make: Any) -> None:
    """Time is not an input."""
    for timing in (False, True):
        root = Tree.fromstring(results(show(make.make_run(make.breach(1), timing=timing)))["junit.xml"])  # noqa: S314
        assert ("time" in next(root.iter("testcase")).attrib) is timing


def test_junit_is_xml_whatever_the_text(any_run: Run) -> None:
    """Control characters and angle brackets included."""
    Tree.fromstring(results(show(any_run))["junit.xml"])  # noqa: S314


def test_a_synthetic_source_is_marked_in_every_file(runs: Any) -> None:
    """None of them can be taken for real once it is copied away."""
    for name, content in results(show(runs["synthetic"]())).items():
        assert b"SYNTHETIC" in content or name == "findings.json", name
    assert json.loads(results(show(runs["synthetic"]()))["findings.json"])["run"]["synthetic"] is True
    for content in results(show(runs["many"]())).values():
        assert b"SYNTHETIC" not in content
