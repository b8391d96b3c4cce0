"""A charter is read whole, or refused with every fault in it."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from overt.charter import read_charter
from overt.refusals import Refusal, Refusals
from tests.charter.charters import NAME, TEXT, charter, edited, line_of, refused
from tests.waiting import within_minutes


def test_charter_without_fault_is_read() -> None:
    """What the file says is in the fields."""
    read = charter()
    assert read.register.origin == "police.example/register"
    assert read.categories["ethnicity"].condition == "statutory"
    assert read.categories["account_handle"].sensitive is False
    assert read.thresholds["minimum_age"].value == 15
    assert read.populations["example-2021"].groups == {"Asian": 100, "Black": 100, "White": 800}
    assert read.assessments["DPIA-1"].covers == ("account_handle", "ethnicity")


def test_digest_is_that_of_the_exact_bytes() -> None:
    """Two files that say the same and differ in one blank have different digests."""
    other = TEXT + "\n"
    assert charter().digest == hashlib.sha256(TEXT.encode()).hexdigest()
    assert charter(other).digest != charter().digest
    assert charter(other).categories == charter().categories


def test_category_is_in_force_from_adoption_until_the_day_before_it_retires() -> None:
    """The day it is retired on is the first without it."""
    text = edited("adopted_on = 2026-02-02", "adopted_on = 2026-02-02\nretired_on = 2026-03-01")
    read = charter(text)
    assert set(read.categories_in_force(dt.date(2026, 2, 1))) == set()
    assert set(read.categories_in_force(dt.date(2026, 2, 2))) == {"account_handle", "ethnicity"}
    assert set(read.categories_in_force(dt.date(2026, 3, 1))) == {"ethnicity"}


def test_lines_may_end_as_on_windows() -> None:
    """CRLF is TOML; the digest is that of the bytes as they are."""
    data = TEXT.replace("\n", "\r\n").encode()
    assert read_charter(data).digest == hashlib.sha256(data).hexdigest()
    bad = edited("months = 3", "months = 4").replace("\n", "\r\n").encode()
    assert [each.where for each in refused(bad)] == [f"{NAME}, line {line_of(TEXT, 'months')}"]


# One fault in the shape of the file, the code it is refused with, and a text on the line that is named.
SHAPE = [
    ("format = 1", "format = 2", "charter-field-value", "format"),
    ("format = 1", "format = true", "charter-field-kind", "format"),
    ("notice_days = 28\n", "", "charter-field-missing", "format"),
    ("notice_days = 28", "notice_days = -1", "charter-field-value", "notice_days"),
    ("notice_days = 28", 'notice_days = "28"', "charter-field-kind", "notice_days"),
    ("version = 1", "version = true", "charter-field-kind", "version"),
    ("version = 1", "version = 99999999999999999999", "charter-field-value", "version"),
    ("adopted_on = 2026-01-05", "adopted_on = 2026-01-05T09:00:00Z", "charter-field-kind", "adopted_on"),
    ("adopted_on = 2026-01-05", "adopted_on = 9999-12-31", "charter-field-value", "adopted_on"),
    ("adopted_on = 2026-01-05", 'adopted_on = "2026-01-05"', "charter-field-kind", "adopted_on"),
    ('roles = ["suspect", "victim", "witness"]', 'roles = ["suspekt"]', "charter-field-value", "roles"),
    ('roles = ["suspect", "victim", "witness"]', "roles = []", "charter-field-value", "roles"),
    ('roles = ["suspect", "victim", "witness"]', 'roles = "suspect"', "charter-field-kind", "roles"),
    ('controller = "Example Police"', 'controller = " "', "charter-field-value", "controller"),
    ('controller = "Example Police"', 'controller = "Example\\u202Eecilop"', "charter-field-value", "controller"),
    ('controller = "Example Police"', "controler = 'Example'\ncontroller = 'E'", "charter-field-unknown", "controler"),
    ('origin = "police.example/register"', 'origin = "https://police.example/"', "charter-field-value", "origin"),
    (
        "[categories.account_handle]",
        "[categories.Account-Handle]",
        "charter-field-value",
        "[categories.Account-Handle]",
    ),
    ("limit_years = 5\n", "", "charter-field-missing", "[retention.standard]"),
    ("limit_years = 5", "limit_years = 500", "charter-field-value", "limit_years"),
    ('agreement = "ISA-1"\n', "", "charter-field-missing", "[recipients.example_force]"),
    ('guidance = "Guidance 1"\n', "", "charter-field-missing", "[recipients.example_force]"),
    ('kind = "police"', 'kind = "polizei"', "charter-field-value", 'kind = "polizei"'),
    ('kind = "dpia"', 'kind = "pia"', "charter-field-value", 'kind = "pia"'),
    ('condition = "statutory"', 'condition = "statutary"', "charter-field-value", "condition"),
    ("[authorities.directed_surveillance]", "[authorities.hacking]", "charter-field-value", "[authorities.hacking]"),
    ("value = 15", "value = true", "charter-field-kind", "value = true"),
    ("value = 15", "value = nan", "charter-field-kind", "value = nan"),
    ("value = 15", "value = 2026-01-01T00:00:00", "charter-field-kind", "value = 2026"),
    ("value = 15\n", "", "charter-field-missing", "[thresholds.minimum_age]"),
    (
        'reason = "Nobody younger is listed by this controller."\n',
        "",
        "charter-field-missing",
        "[thresholds.minimum_age]",
    ),
    ('digest = "2222', 'digest = "X222', "charter-field-value", "digest"),
    ("White = 800", "White = -1", "charter-field-value", "groups"),
    ("White = 800", "White = 99999999999999", "charter-field-value", "groups"),
    ("safe_threshold = 8", "safe_threshold = 0", "charter-field-value", "safe_threshold"),
    ("epsilon = 1.5", "epsilon = inf", "charter-field-value", "epsilon"),
    ('covers = ["ethnicity"]', 'covers = ["ethnicity", 7]', "charter-field-kind", 'covers = ["ethnicity", 7]'),
    ('title = "Account handle"', 'title = "TODO: say it"', "charter-not-filled", 'title = "TODO'),
    ("[publication]", "[publication]\nreleases = 4", "charter-field-unknown", "releases"),
    ("[publication]", "[staff]\nx = 1\n\n[publication]", "charter-field-unknown", "[staff]"),
]


@pytest.mark.parametrize(("old", "new", "code", "on_line"), SHAPE, ids=[f"{s[2]}-{i}" for i, s in enumerate(SHAPE)])
def test_fault_in_the_shape_is_refused_with_its_line(old: str, new: str, code: str, on_line: str) -> None:
    """One refusal, with the code of the fault and the line on which it stands."""
    text = edited(old, new)
    found = refused(text)
    assert (code, f"{NAME}, line {line_of(text, on_line)}") in {(each.code, each.where) for each in found}
    assert len(found) == 1 or code == "charter-field-value", [str(each) for each in found]


def test_unknown_field_is_answered_with_what_was_perhaps_meant() -> None:
    """A slip of the pen is named together with the field it is near to."""
    found = refused(edited('legal_basis = "', 'legal_bases = "'))
    assert {each.code for each in found} == {"charter-field-unknown", "charter-field-missing"}
    unknown = next(each for each in found if each.code == "charter-field-unknown")
    assert (unknown.found, unknown.wanted) == ("register.legal_bases is not a field of a charter", "legal_basis?")


def test_day_with_a_time_is_said_to_be_one() -> None:
    """TOML's local and offset times are days to Python, and not here."""
    (found,) = refused(edited("signed_on = 2025-12-01", "signed_on = 2025-12-01T00:00:00"))
    assert found.found == "assessments.DPIA-1.signed_on is a day with a time"
    assert found.wanted == "a day without quotes, such as 2026-01-31"


def test_value_of_a_text_is_not_repeated() -> None:
    """A contact may be a person's by mistake: the refusal names the field alone."""
    (found,) = refused(edited('contact = "records@police.example"', 'contact = ["jane@police.example"]'))
    assert "jane" not in str(found)


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    """Faults of shape and faults between the parts come together, by line."""
    text = edited("notice_days = 28", "notice_days = -1")
    text = edited('assessment = "DPIA-1"', 'assessment = "DPIA-9"', text)
    text = edited("months = 3", "months = 6", text)
    text = edited("limit_years = 5\n", "", text)
    text = edited('reason = "Nobody younger is listed by this controller."', 'reason = "Policy."', text)
    with pytest.raises(Refusals) as told:
        read_charter(text.encode(), NAME)
    assert [each.code for each in told.value.refusals] == [
        "charter-field-value",
        "charter-assessment-unknown",
        "charter-authority-too-long",
        "charter-field-missing",
        "charter-reason-short",
    ]
    lines = [int(each.where.rpartition(" ")[2]) for each in told.value.refusals]
    assert lines == sorted(lines)


def test_part_with_a_fault_makes_no_further_ones() -> None:
    """A category that rests on an assessment that cannot be read is not also told that it is missing."""
    found = refused(edited("signed_on = 2025-12-01", 'signed_on = "soon"'))
    assert [each.code for each in found] == ["charter-field-kind"]


def test_title_cannot_pass_itself_off_as_another_line() -> None:
    """A line break in a title, or a mark that steers a terminal, is refused, and is not sent to the terminal."""
    for hidden in ("\\n", "\\t", "\\u001b[2J", "\\u2028"):
        (found,) = refused(edited('title = "Ethnicity"', f'title = "Ethnicity{hidden}2  2021-07-28  no change"'))
        assert found.code == "charter-field-value"
        assert str(found).splitlines()[0].isprintable()
    found, *_ = refused(edited("[register]", '["\\u001b[2J\\n"]\nx = 1\n\n[register]'))
    assert found.code == "charter-field-unknown"
    assert found.found == "\\u001b[2J\\u000a is not a field of a charter"


def test_reason_may_go_on_over_several_lines() -> None:
    """It is prose."""
    text = edited(
        'reason = "After five years no purpose is left."', 'reason = """After five years\nno purpose is left."""'
    )
    assert charter(text).retention["standard"].reason == "After five years\nno purpose is left."


def test_charters_can_be_kept_in_a_set() -> None:
    """By their digests."""
    assert len({charter(), charter(), charter(TEXT + "\n")}) == 2


# --- what cannot be read at all ---------------------------------------------------------------------------------------

LAST = TEXT.count("\n") + 1
HOSTILE = {
    "utf-16": (TEXT.encode("utf-16"), "charter-not-utf8", 1),
    "a byte order mark": (b"\xef\xbb\xbf" + TEXT.encode(), "charter-not-utf8", 1),
    "latin-1": (TEXT.replace("Example Police", "Pol\xedcia").encode("latin-1"), "charter-not-utf8", 12),
    "a NUL": (TEXT.replace("Example Police", "Example\0").encode(), "charter-not-toml", 12),
    "not TOML": (TEXT.replace("[register]", "[register").encode(), "charter-not-toml", 8),
    "JSON": (b'{"format": 1}', "charter-not-toml", 1),
    "an unclosed text": (TEXT.encode() + b'x = "', "charter-not-toml", LAST),
    "a day that is none": (TEXT.replace("2026-02-02", "2026-02-30", 1).encode(), "charter-not-toml", 4),
    "half a surrogate pair": (TEXT.replace("Example Police", "\\uD800").encode(), "charter-not-toml", 12),
    "a list in a list in a list": (TEXT.encode() + b"x = " + b"[" * 100_000, "charter-too-deep", LAST),
    "braces in braces": (TEXT.encode() + b"x = " + b"{a=" * 50_000, "charter-too-deep", LAST),
    "a key of many parts": (TEXT.encode() + b"a." * 100_000 + b"a = 1", "charter-too-deep", LAST),
    "a header of many parts": (TEXT.encode() + b"[" + b"a." * 100_000 + b"a]", "charter-too-deep", LAST),
    "a table given twice": (TEXT.encode() + b"[publication]\n", "charter-name-twice", LAST),
    "a key given twice": (TEXT.replace("format = 1", "format = 1\nformat = 1").encode(), "charter-name-twice", 2),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_cannot_be_read_is_refused_clearly_and_soon(what: str) -> None:
    """One refusal, with its line, and no work without an end."""
    data, code, line = HOSTILE[what]
    with within_minutes():
        found = refused(data)
    assert [each.code for each in found] == [code]
    assert found[0].where == f"{NAME}, line {line}"


def test_file_larger_than_any_charter_is_refused() -> None:
    """Before a byte of it is looked at."""
    (found,) = refused(TEXT.encode() + b"#" * 500_000)
    assert found.code == "charter-too-large"


def test_number_without_end_is_refused() -> None:
    """Python reads no number of so many digits, and says so in its own way."""
    (found,) = refused(TEXT.replace("value = 15", f"value = {'9' * 5000}"))
    assert found.code == "charter-not-toml"


def test_number_too_large_for_json_is_refused() -> None:
    """A threshold is published as JSON too, where it must stay exact."""
    assert [each.code for each in refused(edited("value = 15", f"value = {2**53 + 1}"))] == ["charter-field-kind"]
    assert refused(edited("value = 15", f"value = {2**53}")) == []


@pytest.mark.parametrize("data", [b"", b"\n", b"# nothing\n"])
def test_empty_file_is_refused_field_by_field(data: bytes) -> None:
    """Every field that must be there is named."""
    found = refused(data)
    assert {each.code for each in found} == {"charter-field-missing"}
    assert len(found) == 13


@pytest.mark.parametrize("line", ["k{0} = 1\n", "[t{0}]\n", "[purposes.x{0}]\n", "a = 1\n", "x{0} = 'TODO'\n"])
def test_file_of_nothing_but_faults_is_not_told_to_its_end(line: str) -> None:
    """The first five hundred, that there are more, and soon."""
    text = "".join(line.format(number) for number in range(20_000))
    with within_minutes():
        found = refused(text)
    assert len(found) == 501
    assert found[-1].code == "charter-many-faults"


def test_one_fault_is_one_refusal() -> None:
    """It is raised alone, as everywhere in Overt."""
    with pytest.raises(Refusal, match="charter-dates"):
        charter(edited("effective_on = 2026-02-02", "effective_on = 2026-01-04"))
