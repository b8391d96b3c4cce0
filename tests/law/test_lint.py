"""`overt pack lint` holds citations to the law as data: known, in its time, and law where the pack is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from overt.controls import check_law, read_pack, shipped_packs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack of one control, of England and Wales."""
    core = shipped_packs()["core"]
    for path in core.glob("ov-12-*"):
        shutil.copy(path, tmp_path)
    settings = (core / "pack.toml").read_text(encoding="utf-8").replace('"GB-ENG"', '"GB-EAW"')
    head, _, thresholds = settings.partition("[thresholds")
    kept = [
        each for each in f"[thresholds{thresholds}".split("\n[") if "oldest_age" in each or "earliest_birth" in each
    ]
    text = head.partition("[sources]")[0] + "\n".join(f"[{each.removeprefix('[')}" for each in kept)
    (tmp_path / "pack.toml").write_text(text, encoding="utf-8")
    return tmp_path


def with_basis(folder: Path, *lines: str) -> list[tuple[str, str]]:
    """The codes that lint gives, with what was found, when the control rests on these lines."""
    (path,) = folder.glob("*.sql")
    kept = [
        each
        for each in path.read_text(encoding="utf-8").splitlines()
        if not each.startswith(("-- basis", "-- holds in"))
    ]
    at = next(number for number, each in enumerate(kept) if each.startswith("-- severity"))
    path.write_text("\n".join([*kept[:at], *lines, *kept[at:]]), encoding="utf-8")
    return [(each.code, each.found) for each in check_law(read_pack(folder))]


@pytest.mark.parametrize(
    "line",
    [
        "-- basis: Data Protection Act 2018 s.38(1) (2018-05-25 ..)",
        "-- basis: Data Protection Act 2018 s.38(1)",
        "-- basis: Data Protection Act 1998 principle 4 (.. 2018-05-24)",
        "-- basis: Data Protection Act 2018 s.62, as enacted (2018-05-25 .. 2025-08-18)",
        "-- basis: Directive (EU) 2016/680 art 5, as the reason (2018-05-06 ..)",
        "-- basis: California Code of Regulations, title 11, section 752.4, by analogy (2020-10-22 ..)",
        "-- basis: The register's own charter, section retention",
    ],
)
def test_what_is_right_is_quiet(folder: Path, line: str) -> None:
    """Law in force there and then, a reason, an analogy, a controller's own rule."""
    assert with_basis(folder, line) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("-- basis: Data Protection Act 2018 s.999 (2018-05-25 ..)", "citation-unknown"),
        ("-- basis: Good practice", "citation-unknown"),
        ("-- basis: Data Protection Act 2018 s.38(1) (2018-05-24 ..)", "citation-outside-period"),
        ("-- basis: Data Protection Act 1998 principle 4 (.. 2018-05-25)", "citation-outside-period"),
        ("-- basis: Data Protection Act 2018 ss.49-50 (2018-05-25 ..)", "citation-outside-period"),
        ("-- basis: Data Protection Act 2018 s.164A (2018-05-25 .. 2019-01-01)", "citation-outside-period"),
        ("-- basis: Data Protection Act 2018 s.38(1) (.. 2018-05-24)", "citation-outside-period"),
        ("-- basis: Data Protection Act 1998 principle 4 (2018-05-25 .. 2019-01-01)", "citation-outside-period"),
        ("-- basis: Directive (EU) 2016/680 art 5 (2018-05-06 ..)", "citation-elsewhere"),
        ("-- basis: California Code of Regulations, title 11, section 752.4", "citation-elsewhere"),
        ("-- basis: Children Act 2004 s.11 (2005-10-01 ..)", "citation-elsewhere"),
    ],
)
def test_what_is_wrong_is_named(folder: Path, line: str, code: str) -> None:
    """With the citation."""
    ((found, what),) = with_basis(folder, line)
    assert found == code
    assert what.partition(" (")[0] in line or what.partition(": ")[0] in line


def test_a_control_may_hold_in_a_part(folder: Path) -> None:
    """Then law of that part alone is law for it; a control cannot hold where its pack does not."""
    line = "-- basis: Children Act 2004 s.11 (2005-10-01 ..)"
    assert with_basis(folder, line, "-- holds in: GB-ENG") == []
    assert [code for code, _ in with_basis(folder, line, "-- holds in: GB-SCT")] == ["pack-jurisdiction"]


def test_a_pack_brings_law_of_its_own(folder: Path) -> None:
    """In a file beside its controls, which counts in its digest."""
    line = "-- basis: Act of Nowhere 2001 s.1 (2001-01-01 ..)"
    assert [code for code, _ in with_basis(folder, line)] == ["citation-unknown"]
    before = read_pack(folder).digest
    (folder / "law.toml").write_text(
        '[[source]]\ntitle = "Act of Nowhere 2001"\njurisdiction = "GB-EAW"\nid = "nowhere"\n'
        'provisions = [{ cites = ["s.1"], path = "/1", texts = [{ from = 2001-01-01 }] }]\n',
        encoding="utf-8",
    )
    assert with_basis(folder, line) == []
    after = read_pack(folder).digest
    assert after != before
    (folder / "notes.toml").write_text("a = 1\n", encoding="utf-8")
    assert read_pack(folder).digest == after


def test_a_jurisdiction_is_one_that_is_known(folder: Path) -> None:
    """By its code."""
    path = folder / "pack.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"GB-EAW"', '"UK"'), encoding="utf-8")
    assert [(each.code, each.found) for each in check_law(read_pack(folder))] == [("pack-jurisdiction", "UK")]


@pytest.mark.parametrize("name", list(shipped_packs()))
def test_shipped_packs_cite_what_is_law_there(name: str) -> None:
    """Nothing to fix in any of them."""
    assert [str(each) for each in check_law(read_pack(shipped_packs()[name]))] == []
