"""Comparing two audits: what became of each control, and which rows went and came."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.audits.compare._compare import Compared, Comparison, ResultChange, compare
from overt.controls import find_pack, read_pack
from overt.refusals import Refusal

Finding = dict[str, Any]


def digest(keys: list[str]) -> str:
    """The fingerprint of breaching keys."""
    total = sum(
        int.from_bytes(hashlib.md5(key.encode(), usedforsecurity=False).digest()[8:16], "little") for key in keys
    )
    return f"{total:032x}"


def finding(verdict: str, keys: list[str] | None = None, *, limit: int = 100, **changed: Any) -> Finding:
    """A finding whose rows are these keys."""
    ran = verdict in ("met", "breached", "not applicable")
    return {
        "control": "OV-38",
        "pack": "core",
        "title": "Private material has an authority in force",
        "severity": "critical",
        "verdict": verdict,
        "examined": 400 if ran else None,
        "breached": len(keys or []) if ran else None,
        "accepted": 0 if ran else None,
        "keys": sorted(keys or [])[:limit],
        "digest": digest(keys or []) if ran else None,
        "thresholds": [],
        **changed,
    }


def result(folder: Path, *findings: Finding, **run: Any) -> Path:
    """A result folder with these findings."""
    body = {
        "schema_version": "1.0",
        "run": {
            "register": "matrix",
            "source_digest": hashlib.sha256(folder.name.encode()).hexdigest(),
            "mapping_digest": None,
            "as_of": "2026-06-30",
            "packs": [{"name": "core", "version": "1.0.0", "digest": "d1"}],
            "thresholds": {"minimum_age": {"value": 10, "reason": "a reason"}},
            "version": "0.1.0",
            "publishable": False,
            **run,
        },
        "findings": list(findings),
    }
    folder.mkdir()
    content = json.dumps(body).encode()
    (folder / "findings.json").write_bytes(content)
    (folder / "run.json").write_text(json.dumps({"files": {"findings.json": hashlib.sha256(content).hexdigest()}}))
    return folder


def only(tmp_path: Path, old: Finding | None, new: Finding | None) -> Compared:
    """What became of one control."""
    found = compare(
        result(tmp_path / "old", *([old] if old else [])), result(tmp_path / "new", *([new] if new else []))
    )
    (control,) = found.controls
    return control


def rows(*numbers: int) -> list[str]:
    """Keys of entries."""
    return [f"E{number:03}" for number in numbers]


BREACHED = finding("breached", rows(1, 2, 3))


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (BREACHED, finding("met"), ResultChange.FIXED),
        (finding("met"), BREACHED, ResultChange.NEW),
        (finding("cannot be shown"), BREACHED, ResultChange.NEW),
        (finding("not applicable"), BREACHED, ResultChange.NEW),
        (finding("failed"), BREACHED, ResultChange.NEW),
        (BREACHED, finding("breached", rows(1, 2, 3, 4)), ResultChange.WORSE),
        (BREACHED, finding("breached", rows(1)), ResultChange.BETTER),
        (BREACHED, finding("breached", rows(1, 2, 9)), ResultChange.CHANGED),
        (BREACHED, BREACHED, ResultChange.UNCHANGED),
        (BREACHED, {**BREACHED, "digest": None, "keys": []}, ResultChange.SAME_COUNT),
        (BREACHED, {**BREACHED, "breached": None}, ResultChange.NOT_COMPARABLE),
        (BREACHED, finding("cannot be shown"), ResultChange.CANNOT_BE_SHOWN),
        (finding("met"), finding("cannot be shown"), ResultChange.CANNOT_BE_SHOWN),
        (BREACHED, finding("not applicable"), ResultChange.NOTHING_IN_SCOPE),
        (BREACHED, finding("failed"), ResultChange.FAILED),
        (finding("failed"), finding("failed"), ResultChange.FAILED),
        (finding("cannot be shown"), finding("met"), ResultChange.NOW_MET),
        (finding("failed"), finding("met"), ResultChange.NOW_MET),
        (finding("met"), finding("met"), ResultChange.UNCHANGED),
        (finding("cannot be shown"), finding("cannot be shown"), ResultChange.UNCHANGED),
        (BREACHED, None, ResultChange.NOT_ASKED),
        (None, BREACHED, ResultChange.NEWLY_ASKED),
    ],
)
def test_each_pair_of_answers_has_its_word(
    tmp_path: Path, old: Finding | None, new: Finding | None, change: ResultChange
) -> None:
    """No answer, a failed one and an empty scope are never called fixed."""
    assert only(tmp_path, old, new).change is change


ONE, OTHER = {"control_digest": "1" * 64}, {"control_digest": "2" * 64}


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (BREACHED | ONE, finding("met") | ONE, ResultChange.FIXED),
        (BREACHED | ONE, finding("met") | OTHER, ResultChange.CONTROL_CHANGED),
        (finding("met") | ONE, BREACHED | OTHER, ResultChange.CONTROL_CHANGED),
        (BREACHED | ONE, BREACHED | OTHER, ResultChange.CONTROL_CHANGED),
        (BREACHED | ONE, finding("failed") | OTHER, ResultChange.FAILED),
    ],
)
def test_another_question_is_no_before_and_after(
    tmp_path: Path, old: Finding, new: Finding, change: ResultChange
) -> None:
    """What another text finds is neither fixed nor new."""
    found = only(tmp_path, old, new)
    assert found.change is change
    if change is ResultChange.CONTROL_CHANGED:
        assert (found.rows.gone, found.rows.new) == ((), ())


# What the controls whose text this release changed asked before, by their digests then.
BEFORE = {"OV-60c": "71477a585aeccfdfb681c07fff548791ecb569373fe6b26155e8d1405f707c7a"}


@pytest.mark.parametrize("control", BEFORE)
def test_a_control_that_this_release_changed_is_neither_fixed_nor_new(tmp_path: Path, control: str) -> None:
    """Whatever the two audits found by it."""
    asked = {each.id: each.digest for each in read_pack(find_pack("core")).controls}
    for number, (then, now) in enumerate(((BREACHED, finding("met")), (finding("met"), BREACHED))):
        old = {**then, "control": control, "control_digest": BEFORE[control]}
        new = {**now, "control": control, "control_digest": asked[control]}
        (tmp_path / str(number)).mkdir()
        assert only(tmp_path / str(number), old, new).change is ResultChange.CONTROL_CHANGED


def test_where_a_result_does_not_say_what_it_asked_its_pack_does(tmp_path: Path) -> None:
    """Of another version of the pack only what is as before is taken to be the same."""
    met = finding("met")
    other = {"packs": [{"name": "core", "version": "2.0.0", "digest": "d2"}]}
    kept = {**met, "control": "OV-39"}
    old = result(tmp_path / "old", BREACHED, kept)
    new = result(tmp_path / "new", met | ONE, kept, **other)
    found = {each.control: each.change for each in compare(old, new).controls}
    assert found == {"OV-38": ResultChange.CONTROL_CHANGED, "OV-39": ResultChange.UNCHANGED}
    assert not compare(old, new).got_worse


def test_rows_are_told_exactly_when_every_key_is_listed(tmp_path: Path) -> None:
    """Row 3 went, rows 7 and 9 came, and there are no others."""
    found = only(tmp_path, BREACHED, finding("breached", rows(1, 2, 7, 9))).rows
    assert (list(found.gone), list(found.new), found.exact) == (rows(3), rows(7, 9), True)


def test_rows_beyond_the_last_key_are_not_guessed(tmp_path: Path) -> None:
    """Row 5 stands after the last key listed now, so it may still breach."""
    old = finding("breached", rows(1, 2, 3, 5))
    new = finding("breached", rows(1, 3, 4, 5, 6), limit=3)
    found = only(tmp_path, old, new).rows
    assert (list(found.gone), list(found.new), found.exact) == (rows(2), rows(4), False)


@given(
    st.sets(st.integers(0, 40)).map(lambda numbers: rows(*numbers)),
    st.sets(st.integers(0, 40)).map(lambda numbers: rows(*numbers)),
    st.integers(1, 8),
)
def test_rows_never_claim_more_than_is_true(
    tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str], limit: int
) -> None:
    """Whatever the limit of keys: what is said to have gone has gone; said exactly, it is everything."""
    folder = tmp_path_factory.mktemp("compare")
    sides = [finding("breached" if keys else "met", keys, limit=limit) for keys in (old, new)]
    found = only(folder, *sides).rows
    assert set(found.gone) <= set(old) - set(new)
    assert set(found.new) <= set(new) - set(old)
    if found.exact:
        assert (set(found.gone), set(found.new)) == (set(old) - set(new), set(new) - set(old))
    assert found.exact == (len(old) <= limit and len(new) <= limit)


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ({"as_of": "2026-09-30"}, "The first is as of 2026-06-30, the second as of 2026-09-30"),
        ({"as_of": "2026-03-31"}, "the wrong way round"),
        ({"packs": [{"name": "core", "version": "1.1.0", "digest": "d2"}]}, "Pack core has changed: version 1.0.0"),
        ({"packs": []}, "Pack core was used only in the first."),
        ({"thresholds": {"minimum_age": {"value": 12, "reason": "r"}}}, "Thresholds differ: minimum_age 10 → 12."),
        ({"mapping_digest": "m"}, "The mapping from the source to the model has changed."),
        ({"register": "other"}, "The registers have different names: matrix and other."),
        ({"publishable": True}, "At least one result is publishable"),
        ({"version": "0.2.0"}, "The audits used different versions of Overt: 0.1.0 and 0.2.0."),
        ({"source_digest": hashlib.sha256(b"old").hexdigest()}, "Both audits read the same source"),
    ],
)
def test_comparison_warns_where_the_rule_may_be_the_cause(tmp_path: Path, run: dict[str, Any], said: str) -> None:
    """A difference in rules, dates or sources is said before any change."""
    found = compare(result(tmp_path / "old"), result(tmp_path / "new", **run))
    assert any(said in warning for warning in found.warnings)
    assert "Warning: " in found.as_text()


def test_like_audits_need_no_warning(tmp_path: Path) -> None:
    """Two exports of one register, same day, same rules."""
    assert compare(result(tmp_path / "old"), result(tmp_path / "new")).warnings == ()


def test_control_whose_threshold_moved_says_so(tmp_path: Path) -> None:
    """Beside the change itself, on the control that uses it."""
    uses = finding("breached", rows(1), thresholds=["minimum_age"])
    found = compare(
        result(tmp_path / "old", uses),
        result(tmp_path / "new", uses, thresholds={"minimum_age": {"value": 12, "reason": "r"}}),
    )
    assert found.controls[0].rule == ("minimum_age 10 → 12",)


def test_publishable_figures_are_not_compared(tmp_path: Path) -> None:
    """Rounded to five, 10 and 15 may be 12 and 13."""
    sides = [finding("breached", limit=0, digest=None, breached=count) for count in (10, 15)]
    found = compare(result(tmp_path / "old", sides[0]), result(tmp_path / "new", sides[1], publishable=True))
    assert found.controls[0].change is ResultChange.NOT_COMPARABLE
    assert not found.got_worse


def several(tmp_path: Path) -> Comparison:
    """Four controls: one new, one worse, one fixed, one as before."""
    new = finding("breached", rows(1), control="OV-10", severity="low")
    worse = finding("breached", rows(1, 2), control="OV-20")
    fixed = finding("breached", rows(*range(12)), control="OV-30")
    same = finding("met", control="OV-40")
    return compare(
        result(
            tmp_path / "old",
            {**new, **finding("met", control="OV-10", severity="low")},
            finding("breached", rows(1), control="OV-20"),
            fixed,
            same,
        ),
        result(tmp_path / "new", new, worse, finding("met", control="OV-30"), same, as_of="2026-07-31"),
    )


def test_text_gives_the_gravest_change_first(tmp_path: Path) -> None:
    """New and worse come before fixed; what is as before is only named."""
    text = several(tmp_path).as_text()
    assert text.splitlines()[0] == "matrix as of 2026-06-30, compared with matrix as of 2026-07-31."
    assert [text.index(word) for word in ("\nnew (1)", "\nworse (1)", "\nfixed (1)", "\nunchanged (1)")] == sorted(
        text.index(word) for word in ("\nnew (1)", "\nworse (1)", "\nfixed (1)", "\nunchanged (1)")
    )
    assert "      1 of 400 breached → 2 of 400 breached\n      rows new: 1: E002\n" in text
    assert "      rows gone: 12: E000, E001, E002, E003, E004, E005, E006, E007, E008, E009 …\n" in text
    assert text.endswith("There are breaches that are new or worse than before.")


def test_exit_code_follows_new_and_worse_breaches_only(tmp_path: Path) -> None:
    """Fixed and unchanged breaches do not fail a build; a failed control is said apart."""
    assert several(tmp_path).got_worse
    better = compare(tmp_path / "new", tmp_path / "new")
    assert (better.got_worse, better.failed) == (False, False)
    failed = compare(result(tmp_path / "a", BREACHED), result(tmp_path / "b", finding("failed")))
    assert (failed.got_worse, failed.failed) == (False, True)
    assert "so the result is incomplete" in failed.as_text()


def test_markdown_is_one_table_and_json_holds_it_all(tmp_path: Path) -> None:
    """One row for each control that is not as before."""
    found = several(tmp_path)
    table = [line for line in found.as_markdown().splitlines() if line.startswith("|")]
    assert len(table) == 2 + 3
    assert {line.count(" | ") for line in table} == {5}
    body = json.loads(json.dumps(found.as_json()))
    assert body["changes"] == {"new": 1, "worse": 1, "fixed": 1, "unchanged": 1}
    assert [each["control"] for each in body["controls"]] == ["OV-10", "OV-20", "OV-30", "OV-40"]


def test_key_of_a_register_moves_no_cursor_and_breaks_no_table(tmp_path: Path) -> None:
    """Keys are somebody else's text."""
    old = finding("met")
    new = finding("breached", ["a\x1b[2J|b\n<i>"])
    found = compare(result(tmp_path / "old", old), result(tmp_path / "new", new))
    assert "\x1b" not in found.as_text() + found.as_markdown()
    (row,) = [line for line in found.as_markdown().splitlines() if line.startswith("| new")]
    assert "\\|b" in row
    assert "<i>" not in row.replace("\\<", "")


def broken(folder: Path, change: str) -> None:
    """Breaks a result folder in one way."""
    path = folder / "findings.json"
    body = json.loads(path.read_bytes())
    match change:
        case "no findings":
            path.unlink()
        case "no run":
            (folder / "run.json").unlink()
        case "altered":
            path.write_bytes(path.read_bytes() + b"\n")
        case "not json":
            path.write_text("{")
        case "a list":
            path.write_text("[]")
        case "newer":
            path.write_text(json.dumps({**body, "schema_version": "2.0"}))
        case "two answers":
            body["findings"] *= 2
        case "a word for a count":
            body["findings"][0]["breached"] = "three"
        case "an unknown verdict":
            body["findings"][0]["verdict"] = "fine"
    if change in ("two answers", "a word for a count", "an unknown verdict"):
        path.write_text(json.dumps(body))
        listed = {"files": {"findings.json": hashlib.sha256(path.read_bytes()).hexdigest()}}
        (folder / "run.json").write_text(json.dumps(listed))


@pytest.mark.parametrize(
    "change",
    [
        "no findings",
        "no run",
        "altered",
        "not json",
        "a list",
        "newer",
        "two answers",
        "a word for a count",
        "an unknown verdict",
    ],
)
def test_what_is_no_whole_result_folder_is_refused(tmp_path: Path, change: str) -> None:
    """Half-written, altered, newer or something else: nothing is compared."""
    good, bad = result(tmp_path / "good", BREACHED), result(tmp_path / "bad", BREACHED)
    broken(bad, change)
    for pair in ((good, bad), (bad, good)):
        with pytest.raises(Refusal, match="not-a-result"):
            compare(*pair)


def test_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With what was looked for."""
    with pytest.raises(Refusal, match=r"not-a-result: .*: no findings\.json can be read here"):
        compare(tmp_path / "a", tmp_path / "b")


def test_a_column_that_is_now_lacking_is_no_progress(tmp_path: Path) -> None:
    """Fewer rows breach at least; whether fewer do nobody can tell. More are more all the same."""
    old = finding("breached", ["E1", "E2"], unknown=0, without=[])
    fewer = finding("breached", ["E1"], unknown=3, without=["entry.band"])
    found = only(tmp_path, old, fewer)
    assert found.change is ResultChange.NOT_COMPARABLE
    assert found.columns == ("now answered without entry.band",)
    text = compare(tmp_path / "old", tmp_path / "new").as_text()
    assert "at least 1 of 400 breached; 3 unknown without entry.band" in text
    (tmp_path / "more").mkdir()
    more = finding("breached", ["E1", "E2", "E3"], unknown=3, without=["entry.band"])
    assert only(tmp_path / "more", old, more).change is ResultChange.WORSE
