"""A variant asks what another pack asks, under the law and the limits of its own place; and core is uk-england too."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from pathlib import Path

import pytest
from tests.audit.conftest import by_id, run_audit
from tests.gate.conftest import CHARTERS, KEY, NOW, ORIGIN, entropy, listing

from overt.charter import check_against_packs
from overt.cli._charter import _facts
from overt.controls import Authority, Pack, check_law, find_pack, read_pack, shipped_packs, text_of
from overt.gate import Admitted, Gate, adopt, name_key
from overt.gate._packs import check_for_gate
from overt.refusals import Refusal, Refusals
from overt.register import Register, RegisterSettings

CORE = read_pack(find_pack("core"))
SCOTLAND = read_pack(find_pack("uk-scotland"))
NORTHERN_IRELAND = read_pack(find_pack("uk-northern-ireland"))
HEAD = """\
name = "elsewhere"
version = "1.0.0"
title = "A variant"
jurisdiction = "GB-EAW"
owner = "Nobody"
variant_of = "us-calgang"
"""
_PARTS = """\
[citations]
"California Code of Regulations, title 11" = [
  "California Code of Regulations, title 11, section 752.4, by analogy (2020-10-22 ..)",
]
"California Penal Code" = []
[thresholds.juvenile_until]
value = 17
reason = "An example"
"""


def made(folder: Path, *parts: str) -> Path:
    """A variant of the pack on California's database, which England and Wales take by analogy."""
    folder.mkdir(exist_ok=True)
    (folder / "pack.toml").write_text(HEAD + "".join(parts), encoding="utf-8")
    return folder


def codes(pack: Pack) -> set[str]:
    return {each.code for each in check_law(pack)}


# --- the other name of core -------------------------------------------------------------------------------------------


def test_core_is_uk_england() -> None:
    """The same folder, and so the same digest."""
    assert find_pack("uk-england") == find_pack("core")
    assert "uk-england" not in shipped_packs()


def test_an_audit_takes_either_name_once(tmp_path: Path) -> None:
    """Named twice it is asked once, and the result calls it by its own name."""
    source = tmp_path / "entry.csv"
    source.write_text("entry_id,role,status\nE1,,active\n", encoding="utf-8")
    run = run_audit(source, tmp_path / "out", packs=("uk-england", "core"))
    assert [(each.name, each.digest) for each in run.packs] == [("core", CORE.digest)]


def charter_text(name: str) -> list[bytes]:
    """The charters of the replay, with the pack under this name."""
    first, second = [each.read_bytes().replace(b"[packs.core]", f"[packs.{name}]".encode()) for each in CHARTERS]

    previous = f'previous = "{hashlib.sha256(first).hexdigest()}"'.encode()
    return [first, re.sub(rb'^previous = ".*"$', previous, second, flags=re.MULTILINE)]


def test_a_charter_takes_it_and_the_gate_decides_by_it(tmp_path: Path) -> None:
    """Under `uk-england`, with the version and digest of core."""
    database = "sqlite:///register.sqlite"
    settings = RegisterSettings("Alpha (synthetic)", ORIGIN, database, ("P2001",), clock_ahead_days=3_650)
    with Register.create(tmp_path / "alpha", settings, entropy()) as register:
        for text, day in zip(charter_text("uk-england"), (dt.date(2020, 8, 1), dt.date(2021, 7, 1)), strict=True):
            adopt(register, text, "P1001", dt.datetime.combine(day, dt.time(), dt.UTC))
        charter = register.charters()[-1]
        assert list(charter.packs) == ["uk-england"]
        check_against_packs(charter, _facts(charter, ()))
        check_against_packs(charter, _facts(charter, ("uk-england",)))
        name_key(register, KEY.id, "P1001", dt.datetime(2021, 7, 1, 1, tzinfo=dt.UTC))
        outcomes = Gate(register).admit(listing(1), "P1001", NOW)
        assert {type(each) for each in outcomes} == {Admitted}


# --- the mechanism ----------------------------------------------------------------------------------------------------


def test_a_variant_is_a_few_lines(tmp_path: Path) -> None:
    """It has the base's questions, with its own law, limits and name."""
    base = read_pack(find_pack("us-calgang"))
    pack = read_pack(made(tmp_path / "v", _PARTS, '[left_out]\nCG-05 = "not asked"\n'))
    assert [each.id for each in pack.controls] == [each.id for each in base.controls if each.id != "CG-05"]
    assert {each.sql for each in pack.controls} <= {each.sql for each in base.controls}
    assert pack.thresholds["juvenile_until"].value == 17
    assert pack.thresholds["arrest_criterion"] == base.thresholds["arrest_criterion"]
    assert {"CG-05", *base.left_out} == set(pack.left_out)
    assert all(", by analogy" in each.citation for control in pack.controls for each in control.basis)
    assert "-- basis: California Code of Regulations, title 11, section 752.4, by analogy" in text_of(
        pack.controls[0], pack
    )
    check_for_gate([pack])


def test_its_digest_is_of_both(tmp_path: Path) -> None:
    """What it says, and the pack that it is a variant of."""
    one, other = read_pack(made(tmp_path / "a", _PARTS)), read_pack(made(tmp_path / "b", _PARTS + "[left_out]\n"))
    base = read_pack(find_pack("us-calgang"))
    alone = made(tmp_path / "c")
    (alone / "pack.toml").write_text(HEAD.replace("us-calgang", "us-28cfr23"), encoding="utf-8")
    assert len({one.digest, other.digest, base.digest, read_pack(alone).digest}) == 4


def test_findings_name_the_variant_and_its_law(tmp_path: Path) -> None:
    """An audit by it cites nothing of the base's place."""
    source = tmp_path / "register"
    source.mkdir()
    (source / "entry.csv").write_text(
        "entry_id,subject_id,role,status,opened_on\nE1,S1,suspect,active,2022-05-01\nE2,S1,suspect,active,2021-12-16\n"
    )
    (source / "subject.csv").write_text("subject_id,birth_date,age_recorded\nS1,2010-05-02,\n")
    run = run_audit(source, tmp_path / "out", packs=("uk-scotland",))
    finding = by_id(run)["OV-11"]
    assert (finding.pack, finding.examined, finding.breached) == ("uk-scotland", 1, 1)
    cited = " ".join(each.basis.citation for each in finding.law)
    assert "Age of Criminal Responsibility (Scotland) Act 2019" in cited
    assert "England" not in cited


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ("", "citation-elsewhere"),
        (_PARTS, "control-without-cases"),
        (_PARTS + '[phrases]\n"words of nobody" = "others"\n', "variant-unused"),
        (_PARTS + "[controls.XX-01]\n", "variant-unused"),
        (_PARTS.replace('"California Penal Code"', '"Penal Code of Nowhere"'), "variant-unused"),
    ],
)
def test_lint_holds_it_to_its_place_and_to_its_base(tmp_path: Path, parts: str, code: str) -> None:
    """Law of elsewhere, a limit without cases of its own, and what the base does not say."""
    assert code in codes(read_pack(made(tmp_path / "v", parts)))


def test_lint_finds_the_place_of_the_base_in_its_words(tmp_path: Path) -> None:
    """Neither as the rule, nor as the reason, nor in the limits."""
    text = HEAD.replace("us-calgang", "core").replace("GB-EAW", "GB-NIR")
    folder = made(tmp_path / "v")
    (folder / "pack.toml").write_text(text, encoding="utf-8")
    found = check_law(read_pack(folder))
    assert {each.code for each in found} == {"variant-text-elsewhere", "citation-elsewhere"}
    assert any("Children Act 2004 s.11(2), England, as the reason" in each.found for each in found)
    assert any(each.where.endswith("OV-32") and each.code == "variant-text-elsewhere" for each in found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD.replace("us-calgang", "nobody"), "variant-of-what"),
        (HEAD.replace("us-calgang", "uk-scotland"), "variant-of-what"),
        (HEAD.replace("us-calgang", "../core"), "variant-of-what"),
        (HEAD.replace('"us-calgang"', "3"), "pack-field"),
        (HEAD.replace('variant_of = "us-calgang"', "[citations]"), "pack-field"),
        (HEAD + '[citations]\n"California" = "text"\n', "pack-field"),
        (HEAD + "[citations]\nCalifornia = [1]\n", "pack-field"),
        (HEAD + "[phrases]\na = 1\n", "pack-field"),
        (HEAD + "[controls]\nCG-01 = 1\n", "pack-field"),
        (HEAD + '[controls.CG-01]\ngate = "none"\n', "pack-field"),
        (HEAD + '[controls.CG-01]\nkind = "law"\n', "control-header"),
        (HEAD + '[controls.CG-01]\nin_force = "2021-01-01 .. x"\n', "control-header"),
        (HEAD + '[citations]\n"California" = []\n', "control-header"),
        (HEAD + '[thresholds.juvenile_until]\nvalue = "17"\nreason = "x"\n', "pack-threshold"),
        (HEAD + '[thresholds.unheard]\nvalue = 17\nreason = "x"\n', "pack-unused-threshold"),
    ],
)
def test_what_is_malformed_is_refused(tmp_path: Path, text: str, code: str) -> None:
    """With its place, and never a traceback."""
    folder = made(tmp_path / "v")
    (folder / "pack.toml").write_text(text, encoding="utf-8")
    with pytest.raises((Refusal, Refusals)) as refused:
        read_pack(folder)
    found = refused.value.refusals if isinstance(refused.value, Refusals) else [refused.value]
    assert code in {each.code for each in found}


def test_a_variant_and_its_base_are_not_asked_together(tmp_path: Path) -> None:
    """They have the same controls."""
    source = tmp_path / "entry.csv"
    source.write_text("entry_id,role,status\nE1,,active\n", encoding="utf-8")
    with pytest.raises((Refusal, Refusals), match="OV-01"):
        run_audit(source, tmp_path / "out", packs=("core", "uk-scotland"), across_jurisdictions=True)


# --- Scotland ---------------------------------------------------------------------------------------------------------


def test_scotland_speaks_of_scotland() -> None:
    """No words of another place, but in citations by analogy, and where a fault was found before."""
    for control in SCOTLAND.controls:
        said = " ".join([control.title, control.asks, control.remedy, control.limits])
        assert not re.search(
            r"\b(England|English|Scottish authorities|Act of 2000)\b",
            said.replace("codes are those of England and Wales", ""),
        ), control.id
        for basis in control.basis:
            assert "Freedom of Information Act 2000" not in basis.citation
            assert "Regulation of Investigatory Powers Act 2000 s" not in basis.citation


def test_what_was_not_seen_is_a_benchmark() -> None:
    """A control that rests on Scottish law whose wording was not seen is no statute by that alone."""
    for control in SCOTLAND.controls:
        if control.kind is Authority.STATUTE:
            unseen = [
                each.citation
                for each in control.written
                for found in SCOTLAND.law.cited(each.citation)
                if found.jurisdiction == "GB-SCT" and "as the reason" not in each.citation
            ]
            assert unseen == (["Freedom of Information (Scotland) Act 2002 s.10(1)"] if control.id == "OV-60a" else [])


# --- Northern Ireland -------------------------------------------------------------------------------------------------


def test_northern_ireland_asks_what_core_asks() -> None:
    """The same questions under the same limits, but for two that rest on Orders whose reach was not looked up."""
    asked = {each.id: each.sql for each in NORTHERN_IRELAND.controls}
    assert asked == {each.id: each.sql for each in CORE.controls if each.id not in {"OV-42", "OV-72"}}
    values = {name: each.value for name, each in NORTHERN_IRELAND.thresholds.items()}
    assert values == {name: each.value for name, each in CORE.thresholds.items() if name in values}
    assert check_law(NORTHERN_IRELAND) == []


def test_northern_ireland_has_no_law_of_another_place_as_its_rule() -> None:
    """What holds elsewhere alone is taken by analogy, and what rests on it alone is a benchmark."""
    for control in NORTHERN_IRELAND.controls:
        assert not re.search(r"\b(England|Wales|English)\b", f"{control.title} {control.asks} {control.limits}"), (
            control.id
        )
        there = [
            each.citation
            for each in control.written
            if all(found.holds_in("GB-NIR") for found in NORTHERN_IRELAND.law.cited(each.citation))
            and ", as the reason" not in each.citation
        ]
        if control.kind in (Authority.STATUTE, Authority.REGULATION, Authority.CODE):
            assert there, control.id


@pytest.mark.parametrize(
    ("control", "kind"),
    [
        ("OV-01", "statute"),
        ("OV-75", "statute"),
        ("OV-11", "benchmark"),
        ("OV-38", "benchmark"),
        ("OV-73", "benchmark"),
    ],
)
def test_northern_ireland_says_what_is_law_there(control: str, kind: str) -> None:
    """The Act of 2000 holds; its codes and Orders, the age of ten and English duties are benchmarks."""
    (found,) = [each for each in NORTHERN_IRELAND.controls if each.id == control]
    assert found.kind.value == kind
