"""Every published label that is at hand: read right, or said; never silently wrong."""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from overt.schemes import Aged, LabelPlace, LineKind, read, read_ages

pytestmark = pytest.mark.data
Row = Mapping[str, str]


def _rows(shared_data: Path, name: str) -> list[Row]:
    with (shared_data / "labels" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _by(rows: Sequence[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _judged(row: Row, place: LabelPlace) -> str:
    """Right, said or wrong. A label without a place is said: it is listed with its count."""
    if place.kind is LineKind.UNPLACED:
        return "said"
    if row["kind"] == "total":
        return "right" if place.kind is LineKind.TOTAL else "wrong"
    if row["kind"] in ("unknown", "not_stated"):
        return "right" if place.kind is LineKind.UNKNOWN else "wrong"
    if row["kind"] == "multiple":
        return "right" if (place.kind, place.group) == (LineKind.SEVERAL, row["broad_group_5"]) else "wrong"
    wanted = {row["broad_group_5"], row["also_ok"]} - {""}
    return "right" if place.kind in (LineKind.GROUP, LineKind.PART) and place.group in wanted else "wrong"


def test_no_published_label_is_silently_wrong(
    shared_data: Path, record_property: Callable[[str, object], None]
) -> None:
    """Each list read as a whole: 90 % of labels right, none wrong."""
    counts: Counter[str] = Counter()
    wrong = []
    for scheme, rows in _by(_rows(shared_data, "labels.csv"), "scheme").items():
        reading = read([row["label"] for row in rows])
        for row in rows:
            verdict = _judged(row, place := reading.place(row["label"]))
            counts[verdict] += 1
            wrong += [(scheme, row["label"], place)] if verdict == "wrong" else []
    total = sum(counts.values())
    # Shown by pytest -s, and kept in the results of the run.
    record_property("published labels", f"{counts['right']} right, {counts['said']} said, {counts['wrong']} wrong")
    sys.stdout.write(f"of {total} published labels: {dict(counts)}\n")
    assert not wrong
    assert counts["right"] >= 0.9 * total


def test_no_published_label_is_silently_wrong_by_itself(shared_data: Path) -> None:
    """A label alone leaves more choice, and is said more often; it is never wrong."""
    rows = _rows(shared_data, "labels.csv")
    verdicts = [(row["label"], _judged(row, read([row["label"]]).place(row["label"]))) for row in rows]
    assert not [label for label, verdict in verdicts if verdict == "wrong"]


def test_half_a_list_is_never_silently_wrong(shared_data: Path) -> None:
    """Each list cut into halves, as files that hold some of its labels would have it."""
    for scheme, rows in _by(_rows(shared_data, "labels.csv"), "scheme").items():
        for part in (rows[::2], rows[1::2], rows[::3]):
            reading = read([row["label"] for row in part])
            wrong = [row["label"] for row in part if _judged(row, reading.place(row["label"])) == "wrong"]
            assert not wrong, scheme


def test_every_broad_group_is_whole_or_has_a_part_that_is_said(shared_data: Path) -> None:
    """No group is torn in silence: the parts that are missing from it are unplaced."""
    for scheme, rows in _by(_rows(shared_data, "labels.csv"), "scheme").items():
        reading = read([row["label"] for row in rows])
        for group, parts in _by([row for row in rows if row["kind"] in ("group", "subgroup")], "broad_group_5").items():
            outside = [row for row in parts if _judged(row, reading.place(row["label"])) != "right"]
            assert all(reading.place(row["label"]).kind is LineKind.UNPLACED for row in outside), (scheme, group)


def test_sex_words_of_published_files_are_right(shared_data: Path) -> None:
    """In the list of their source, and alone."""
    rows = _rows(shared_data, "sex.csv")
    for part in (*_by(rows, "source").values(), rows, *([row] for row in rows)):
        reading = read([row["label"] for row in part], "sex")
        for row in part:
            place = reading.place(row["label"])
            assert ("unknown" if place.kind is LineKind.UNKNOWN else place.group) == row["sex"], row["label"]


def test_age_bands_of_published_files_have_their_bounds(shared_data: Path) -> None:
    """In the list of their source all of them; alone, what may be ten years or eleven is left as it is."""
    rows = _rows(shared_data, "age-bands.csv")
    for part in _by(rows, "source").values():
        found = read_ages([row["label"] for row in part])
        for row in part:
            assert _bounds(found[row["label"]]) == (row["kind"], row["low"], row["high"]), row["label"]
    for row in rows:
        alone = read_ages([row["label"]])[row["label"]]
        assert alone.kind is LineKind.UNPLACED or _bounds(alone) == (row["kind"], row["low"], row["high"]), row["label"]


def _bounds(aged: Aged) -> tuple[str, str, str]:
    if aged.band is None:
        return str(aged.kind), "", ""
    return "band", str(aged.band.low), "" if aged.band.high > 150 else str(aged.band.high)
