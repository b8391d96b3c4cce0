"""What holds of every charter: written and read it is the same, and no change to a file goes unseen."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy, composite

from overt.charter import (
    Assessment,
    AuthorityKind,
    Category,
    CharterText,
    ComplaintWays,
    Document,
    Notification,
    PackPin,
    Population,
    Publication,
    Purpose,
    Recipient,
    Register,
    RetentionGroup,
    Threshold,
    as_json,
    difference,
    read_charter,
    write_charter,
)
from overt.model import TABLES
from overt.refusals import Refusal, Refusals
from tests.often import often

ADOPTED = dt.date(2026, 3, 1)
_DAY = dt.timedelta(days=1)


def codes(table: str, column: str) -> SearchStrategy[str]:
    return st.sampled_from(TABLES[table].by_name[column].codes)


def some(strategy: SearchStrategy[Any], least: int = 1) -> SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, min_size=least, max_size=4, unique=True).map(tuple)


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
REFERENCES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,12}", fullmatch=True)
_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs"))
TEXTS = st.text(_LETTERS, min_size=1, max_size=30).filter(
    lambda text: re.search(r"\S", text, re.ASCII) is not None and bool(text.strip()) and not text.startswith("TODO")
)
REASONS = st.text(_LETTERS, max_size=20).map(lambda text: f"Because it has to be so: {text}\n\t\"\\'")
LATER = st.integers(0, 2_000).map(lambda days: ADOPTED + days * _DAY)
DIGESTS = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
VALUES = st.one_of(
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(min_value=dt.date(1000, 1, 1)),
    TEXTS,
)


@composite
def charters(draw: st.DrawFn) -> CharterText:
    """A charter without fault, of any content."""
    effective_on = draw(LATER)
    names = draw(some(NAMES))
    purposes = draw(some(NAMES))
    roles = draw(some(codes("entry", "role")))
    categories = {}
    for number, name in enumerate(names):
        sensitive, adopted_on = draw(st.booleans()), draw(LATER)
        retired_on = draw(st.none() | st.integers(1, 500).map(lambda days, since=adopted_on: since + days * _DAY))
        condition = draw(codes("entry", "condition")) if sensitive else None
        title = f"{number} {draw(TEXTS)}"
        categories[name] = Category(
            title=title, reason=draw(REASONS), assessment="DPIA-1", adopted_on=adopted_on,
            retired_on=retired_on, sensitive=sensitive, condition=condition,
        )  # fmt: skip
    signed_on = ADOPTED - draw(st.integers(0, 400)) * _DAY
    stands = effective_on + draw(st.integers(1, 400)) * _DAY
    document = draw(st.none() | st.builds(Document, reference=TEXTS, sha256=DIGESTS))
    assessments = {
        f"{kind.upper()}-1": Assessment(
            kind=kind, signed_on=signed_on, review_due_on=stands, covers=names, document=document,
            officer_consulted_on=signed_on if kind == "dpia" else None,
        )
        for kind in ("dpia", "eia", "apd")
    }  # fmt: skip
    authority = st.builds(
        AuthorityKind, minimum_rank=codes("authority", "granted_by_rank"), months=st.integers(1, 1),
        urgent_minimum_rank=st.none() | codes("authority", "granted_by_rank"),
    )  # fmt: skip
    recipients = {
        name: Recipient(
            title=draw(TEXTS), kind="police", agreement=f"ISA-{number}", guidance=draw(TEXTS),
            purposes=draw(some(st.sampled_from(purposes))), roles=draw(some(st.sampled_from(roles))),
            starts_on=ADOPTED, ends_on=draw(LATER),
        )
        for number, name in enumerate(draw(some(NAMES, 0)))
    }  # fmt: skip
    publication = draw(
        st.builds(
            Publication, safe_threshold=st.integers(1, 50), round_base=st.integers(1, 50),
            percent_base=st.integers(1, 500), release_days=st.integers(1, 366),
        )
    )  # fmt: skip
    notification = draw(
        st.none()
        | st.builds(
            Notification, when=st.sampled_from(["before", "after"]), days=st.integers(0, 366),
            child=codes("promise", "child_told"), reason=st.just("People have a right to answer."),
            exemptions=st.just(()) | st.just(("s.44(4)(b)",)),
        )
    )  # fmt: skip
    ways = draw(st.none() | st.builds(ComplaintWays, electronic=st.none() | TEXTS, other=st.none() | TEXTS))
    if draw(st.booleans()):
        mechanism = draw(st.sampled_from(["discrete_laplace", "discrete_gaussian"]))
        epsilon = draw(st.floats(0.01, 10))
        delta = draw(st.floats(1e-12, 1e-4)) if mechanism == "discrete_gaussian" else None
        budget = draw(st.floats(10, 100))
        publication = dataclasses.replace(publication, mechanism=mechanism, epsilon=epsilon, budget=budget, delta=delta)
    version = draw(st.integers(1, 9))
    return CharterText(
        format=1,
        version=version,
        adopted_on=ADOPTED,
        effective_on=effective_on,
        previous=draw(DIGESTS) if version > 1 else None,
        notification=notification,
        complaint_ways=ways,
        notice_days=draw(st.integers(0, 365)),
        roles=roles,
        register=draw(
            st.builds(
                Register, name=TEXTS, origin=st.just("police.example/register"), legal_basis=TEXTS,
                controller=TEXTS, contact=TEXTS, data_protection_officer=TEXTS,
            )
        ),
        purposes={name: Purpose(title=draw(TEXTS)) for name in purposes},
        categories=categories,
        assessments=assessments,
        retention=draw(
            st.dictionaries(
                NAMES,
                st.builds(
                    RetentionGroup, limit_years=st.integers(1, 100), review_days=st.integers(1, 366), reason=REASONS
                ),
                min_size=1, max_size=3,
            )
        ),
        packs=draw(
            st.dictionaries(st.just("core"), st.builds(PackPin, version=TEXTS, digest=DIGESTS), min_size=1, max_size=1)
        ),
        publication=publication,
        authorities=draw(st.dictionaries(codes("authority", "kind"), authority, max_size=3)),
        recipients=recipients,
        thresholds=draw(
            st.dictionaries(
                NAMES.filter(lambda name: name != "safe_threshold"),
                st.builds(Threshold, value=VALUES, reason=REASONS),
                max_size=3,
            )
        ),
        populations=draw(
            st.dictionaries(
                REFERENCES,
                st.builds(
                    Population, area=TEXTS, year=st.integers(1801, 2200), attribute=NAMES, source=TEXTS,
                    groups=st.dictionaries(TEXTS, st.integers(1, 10**9), min_size=1, max_size=3),
                ),
                max_size=2,
            )
        ),
    )  # fmt: skip


def said(charter: CharterText) -> dict[str, Any]:
    return {each.name: getattr(charter, each.name) for each in dataclasses.fields(CharterText)}


@settings(max_examples=often(150), deadline=None)
@given(charters())
def test_charter_written_and_read_is_the_same(charter: CharterText) -> None:
    """Every value and its kind; and written again it is the same bytes."""
    data = write_charter(charter)
    read = read_charter(data)
    assert said(read) == said(charter)
    assert {name: type(each.value) for name, each in read.thresholds.items()} == {
        name: type(each.value) for name, each in charter.thresholds.items()
    }
    assert write_charter(read) == data
    assert as_json(read)["digest"] == read.digest


_REPLACEMENTS = st.sampled_from(
    ["1", "-7", "0", "2.5", "true", '""', '"x"', '"TODO"', "[]", '["a"]', "2020-02-02", "nan", "{}", "{ a = 1 }", "\\"]
)


@settings(max_examples=often(150), deadline=None)
@given(charters(), st.data())
def test_no_change_to_a_field_goes_unseen(charter: CharterText, data: st.DataObject) -> None:
    """One value changed or taken out: refused on lines of the file, or another digest and a difference that tells."""
    before = read_charter(write_charter(charter))
    lines = write_charter(charter).decode().split("\n")
    number = data.draw(st.sampled_from([at for at, line in enumerate(lines) if " = " in line]))
    key, _, value = lines[number].partition(" = ")
    put = data.draw(_REPLACEMENTS | st.none())
    lines[number] = "" if put is None else f"{key} = {put}"
    changed = "\n".join(lines)
    try:
        after = read_charter(changed.encode(), "f")
    except (Refusal, Refusals) as refused:
        several = refused.refusals if isinstance(refused, Refusals) else [refused]
        for each in several:
            place = re.fullmatch(r"f, line (\d+)", each.where)
            assert place, each
            assert 1 <= int(place[1]) <= len(lines)
        return
    assert (after.digest == before.digest) == (put == value)
    if key not in ("version", "previous", "adopted_on", "effective_on") and said(before) != said(after):
        assert difference(before, after).lines()


_FIELDS = sorted({*(each.name for each in dataclasses.fields(CharterText)), "title", "kind", "covers", "document"})
_KEYS = st.sampled_from([*_FIELDS, "[key]", "a", "A b", "", "é"])
_TREES = st.recursive(
    st.sampled_from(["1", "true", '"x"', "2020-01-01", "1.5", '"TODO"', "10:00:00", "[]", "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]")
        | st.dictionaries(_KEYS, inner, max_size=4).map(
            lambda each: f"{{{', '.join(f'{json.dumps(name)} = {value}' for name, value in each.items())}}}"
        )
    ),
    max_leaves=12,
)


@settings(max_examples=often(300), deadline=None)
@given(st.dictionaries(_KEYS, _TREES, max_size=8))
def test_any_toml_is_read_or_refused(body: dict[str, str]) -> None:
    """Tables where values belong, values where tables belong, names that look like the reader's own marks."""
    text = "\n".join(f"{json.dumps(name)} = {value}" for name, value in body.items())
    with pytest.raises((Refusal, Refusals)) as refused:
        read_charter(text.encode(), "f")
    assert "charter-not-toml" not in str(refused.value)


@settings(max_examples=often(200), deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing else is raised."""
    with contextlib.suppress(Refusal, Refusals):
        read_charter(data)
