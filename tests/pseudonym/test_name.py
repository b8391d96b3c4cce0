"""Names as people write them, and the one form that the rule makes of them. All of them are invented."""

from __future__ import annotations

import datetime as dt
import html
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.pseudonym import WHY_NO_DATE, WHY_NOT, Order, Unreadable, read_birth_date, read_handle, read_name, read_parts
from tests.attempts import Count

ALIKE = {
    ("jo", "arden", "example"): (
        "Jo Arden Example",
        "  jo   ARDEN\texample ",
        "Example, Jo Arden",
        "EXAMPLE , jo-arden",
        "Mr Jo Arden Example",
        "Example, Mr. Jo Arden",
        "Jo Arden Example Jr.",
        "Jo “Smiler” Arden Example",
        "Jo 'Smiler' Arden Example",
        "Jo Arden (Smiler) Example",
        "Jo Arden Example",
        "Jo Ärden Éxample",
        "Jo Arden Example",
        "J\u00ado Arden\u200b Example",
    ),
    ("siobhan", "obrien"): (
        "Siobhán O'Brien",
        "Siobhan O’Brien",
        "SIOBHAN O BRIEN",
        "Siobha\u0301n O´Brien",
        "O'Brien, Siobhán",
    ),
    ("ana", "mcexample"): ("Ana McExample", "Ana Mc Example", "MCEXAMPLE, ANA"),
    ("bjorn", "aerodal"): ("Bjørn Ærødal", "BJÖRN AERODAL"),
    ("strasse", "gross"): ("Straße Groß",),
    ("мария", "йод"): ("Мария Йод", "мария ЙОД"),
    ("प्रिया", "उदाहरण"): ("प्रिया उदाहरण",),
    ("single",): ("Single",),
    ("dame", "sarr"): ("Sarr, Dame", "Sarr, Dr Dame"),
}


@pytest.mark.parametrize(("words", "text"), [(words, text) for words, texts in ALIKE.items() for text in texts])
def test_spellings_of_one_name_have_one_form(words: tuple[str, ...], text: str) -> None:
    """Case, marks, blanks, hyphens, apostrophes, titles, nicknames and the place of the family name do not count."""
    assert read_name(text).words == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jo Example", "Jon Example"),
        ("Jo Example", "J Example"),
        ("Anna Example", "Ann Example"),
        ("Jo Example", "Example"),
        ("Mac Example", "Mc Example"),
        ("Junior Example", "Example"),
        ("Илья Йод", "Илья Иод"),
    ],
)
def test_other_names_stay_other(one: str, other: str) -> None:
    """An initial, a short form and another letter are not taken for the name."""
    assert read_name(one).words != read_name(other).words


def test_two_fields_say_the_same_as_one() -> None:
    """Given and family name in columns of their own."""
    assert read_parts("Jo Arden", "van der Example") == read_name("Jo Arden van der Example")
    assert read_parts("Dr Jo", "Example-Other") == read_name("Example Other, Jo")


PAGE = Path(__file__).parents[2] / "docs" / "formats" / "pseudonym.md"
_ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \| (one person|two people|refused) \|$", re.MULTILINE)
EQUATED = _ROW.findall(PAGE.read_text())


def _read(text: str) -> tuple[str, ...] | None:
    """The words of a name as the table writes it; None where it is refused."""
    fields = html.unescape(text).split(" ¦ ")
    try:
        return (read_name(*fields) if len(fields) == 1 else read_parts(*fields)).words
    except Unreadable:
        return None


@pytest.mark.parametrize(("one", "other", "says"), EQUATED)
def test_the_table_of_the_page_is_what_the_rule_does(one: str, other: str, says: str) -> None:
    """Each row of "What the rule equates"."""
    words = _read(one), _read(other)
    if None in words:
        assert says == "refused"
    else:
        assert says == ("one person" if words[0] == words[1] else "two people")


def _default_ignorable() -> list[str]:
    """Code points that are not seen, by what Python's own tables say of them: formats, fillers and selectors."""
    formats = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"]
    seen = re.compile(
        "ARABIC (NUMBER|SIGN|FOOTNOTE|DISPUTED|POUND|PIASTRE|END|SMALL)|SYRIAC ABB|KAITHI|EGYPTIAN|INTERLINEAR"
    )
    named = ("HANGUL FILLER", "HANGUL CHOSEONG FILLER", "HANGUL JUNGSEONG FILLER", "HALFWIDTH HANGUL FILLER")
    named += ("COMBINING GRAPHEME JOINER", "KHMER VOWEL INHERENT AQ", "KHMER VOWEL INHERENT AA")
    selectors = [f"VARIATION SELECTOR-{number}" for number in range(1, 257)]
    selectors += [f"MONGOLIAN FREE VARIATION SELECTOR {number}" for number in ("ONE", "TWO", "THREE")]
    return [each for each in formats if not seen.match(unicodedata.name(each, ""))] + [
        unicodedata.lookup(name) for name in (*named, *selectors)
    ]


def test_what_nobody_sees_makes_no_other_person(attempts: Count) -> None:
    """Each invisible character, at the front, inside, before a mark and at the end of a name and of a handle."""
    invisible = _default_ignorable()
    for each in invisible:
        for text in (f"{each}Jo Éxample", f"J{each}o Éxample", f"Jo E{each}\u0301xample{each}", f"Jo{each} Éxample"):
            assert read_name(text).words == ("jo", "example"), unicodedata.name(each, hex(ord(each)))
        assert read_handle("x", f"@a{each}b{each}") == ("x", "ab")
    assert len(invisible) > 400
    attempts("names and handles with invisible characters", 5 * len(invisible))


@pytest.mark.parametrize(
    "text", ["Jо Arden", "Jo Аrden", "Jο Arden", "Мaрия Йод", "Jo Ꭺrden", "Мr Sarr", "Jo Йод", "Arԁen, Jo"]
)
def test_letters_that_look_alike_make_no_other_person(text: str) -> None:
    """A person who was removed would not be found again by the name that everybody reads."""
    with pytest.raises(Unreadable) as caught:
        read_name(text)
    assert caught.value.why == "alphabets"


def test_given_names_that_are_titles_stay_in_two_fields() -> None:
    """Dame is a given name of many people, and Ii a family name."""
    assert read_parts("Dame", "Sarr").words == ("dame", "sarr")
    assert read_parts("Dame Mbaye", "Sarr").words == ("dame", "mbaye", "sarr")
    assert read_parts("Sakura", "Ii").words == ("sakura", "ii")
    assert read_parts("Dr Dame", "Sarr").words == ("dame", "sarr")
    for first, last in (("Mr", "Sarr"), ("Jo", "Mrs")):
        with pytest.raises(Unreadable, match="title"):
            read_parts(first, last)


def test_family_first_is_told() -> None:
    """Without a comma the order is what the reader was told."""
    assert read_name("Example Jo Arden", family_first=True) == read_name("Jo Arden Example")
    assert read_name("Example, Jo Arden", family_first=True) == read_name("Jo Arden Example")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("  - ", "empty"),
        ("Jo Example 2", "digits"),
        ("Jo Example?", "signs"),
        ("Jo Example 🙂", "signs"),
        ("Jo\x00Example", "signs"),
        ("Jo / Jon Example", "several"),
        ("Jo Example aka Smiler", "several"),
        ("Example, Jo, Arden", "commas"),
        ("Jo (Smiler Example", "signs"),
        ("Jo \ue000xample", "unassigned"),
        ("J" * 201, "long"),
        ("Dame Sarr", "title"),
        ("Mr Sarr", "title"),
        ("Mr", "title"),
        ("Dr Dame Sarr", "title"),
        ("Sir Jo Example", "title"),
        ("Sarr, Mr", "title"),
        ("Sakura Ii", "title"),
        ("Sakura, Ii", "title"),
        ("\u3164\ufe0f", "empty"),
    ],
)
def test_what_is_no_name_is_said_without_it(text: str, why: str) -> None:
    """A word of the list, and nothing of the name."""
    with pytest.raises(Unreadable) as caught:
        read_name(text)
    assert caught.value.why == why
    assert why in WHY_NOT
    assert str(caught.value) == why
    assert "Jo" not in repr(read_name("Jo Example"))


def test_umlauts_written_out_are_other_spellings() -> None:
    """Mueller and Muller are found for Müller, and Muller for Mueller; the pseudonym is of one form."""
    assert set(read_name("Jo Müller").spellings()) == {("jo", "muller"), ("jo", "mueller")}
    assert set(read_name("Jo Mueller").spellings()) == {("jo", "mueller"), ("jo", "muller")}
    assert list(read_name("Jo Muller").spellings()) == [("jo", "muller")]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_reading_is_whole_or_not_at_all(text: str) -> None:
    """Any text is read or refused with a known word; what was read is read again to the same."""
    try:
        name = read_name(text)
    except Unreadable as caught:
        assert caught.why in WHY_NOT
        return
    assert name.words
    assert all(word and not word.isspace() for word in name.words)
    joined = " ".join(name.words)
    assert unicodedata.normalize("NFC", joined) == joined


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2004-05-03", Order.TOLD),
        ("2004-05-03 00:00:00", Order.TOLD),
        ("3 May 2004", Order.TOLD),
        ("3rd of May 2004".replace(" of", ""), Order.TOLD),
        ("May 3, 2004", Order.TOLD),
        ("03-MAY-2004", Order.TOLD),
        ("03/05/2004", Order.DAY_FIRST),
        ("3.5.2004", Order.DAY_FIRST),
        ("05/03/2004", Order.MONTH_FIRST),
    ],
)
def test_one_day_in_many_forms(text: str, order: Order) -> None:
    """Every form that the rule names."""
    assert read_birth_date(text, order) == dt.date(2004, 5, 3)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no-date"),
        ("03/05/2004", "no-order"),
        ("03/05/04", "two-digit-year"),
        ("3 May 04", "two-digit-year"),
        ("2004-02-30", "date"),
        ("1004-02-03", "date"),
        ("3 Ma 2004", "date"),
        ("about 2004", "date"),
        ("3 Ju 2004", "date"),
    ],
)
def test_a_birth_date_is_never_guessed(text: str, why: str) -> None:
    """Neither the century nor which of day and month comes first."""
    with pytest.raises(Unreadable) as caught:
        read_birth_date(text)
    assert caught.value.why == why
    assert why in WHY_NO_DATE
