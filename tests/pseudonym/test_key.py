"""Pseudonyms under a key: what is equal, what differs, and what a rotation keeps. Names are invented."""

from __future__ import annotations

import datetime as dt
import hmac
import json
import os
import re
from hashlib import sha256
from pathlib import Path

import pytest

from overt.pseudonym import (
    Match,
    NameAgreement,
    Person,
    PseudonymKey,
    Spelling,
    Unreadable,
    pseudonym_key_id,
    read_key_text,
    read_name,
    read_pseudonym_key,
    write_pseudonym_key,
)
from overt.refusals import Refusal
from overt.sealed import Cost

KEY = PseudonymKey((bytes(range(32)),))
BORN = dt.date(2004, 5, 3)
CHEAP = Cost(log_n=4)
WORDS = "correct horse battery"


def person(name: str, born: dt.date = BORN) -> Person:
    return Person(read_name(name), born)


def match(listed: str, registered: str) -> Match | None:
    return KEY.sought(person(listed)).match(KEY.subject_id(person(registered)))


def test_the_pseudonym_is_what_the_page_says() -> None:
    """Two HMACs cut in half, computed here by hand from docs/formats/pseudonym.md."""
    first = b"\x1f".join([b"overt:pseudonym:v1", b"person-1", b"jo", b"example", b"2004-05-03"])
    second = b"\x1f".join([b"overt:pseudonym:v1", b"person-2", b"jo arden example", b"2004-05-03"])
    halves = [hmac.new(bytes(range(32)), each, sha256).hexdigest()[:32] for each in (first, second)]
    assert KEY.subject_id(person("Jo Arden Example")) == "".join(halves)


def test_a_pseudonym_has_the_shape_that_the_gate_asks_for() -> None:
    """Sixty-four small hexadecimal digits, for people, accounts and references."""
    made = [KEY.subject_id(person("Jo Example")), KEY.handle_id("X", "@jo.example"), KEY.reference("PC Example")]
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in made)
    assert len(set(made)) == 3


def test_everything_depends_on_the_key_and_on_all_that_was_said() -> None:
    """Another key, birth date or name gives another pseudonym in both halves."""
    one = KEY.subject_id(person("Jo Example"))
    others = [
        PseudonymKey((bytes(32),)).subject_id(person("Jo Example")),
        KEY.subject_id(person("Jo Example", dt.date(2004, 3, 5))),
        KEY.subject_id(person("Jon Example")),
    ]
    for other in others:
        assert other[:32] != one[:32]
        assert other[32:] != one[32:]


@pytest.mark.parametrize(
    ("listed", "registered", "agreement", "spelling"),
    [
        ("Jo Arden Example", "JO ARDEN EXAMPLE", NameAgreement.SAME, Spelling.AS_WRITTEN),
        ("Example Jo Arden", "Jo Arden Example", NameAgreement.SAME, Spelling.FAMILY_FIRST),
        ("Jo Müller", "Jo Mueller", NameAgreement.SAME, Spelling.UMLAUT),
        ("Jo Mueller", "Jo Müller", NameAgreement.SAME, Spelling.UMLAUT),
        ("Jo Arden Example", "Jo Example", NameAgreement.FEWER, Spelling.AS_WRITTEN),
        ("Jo Arden Example", "Jo A Example", NameAgreement.FEWER, Spelling.AS_WRITTEN),
        ("Jo Arden Bo Example", "Jo B Example", NameAgreement.FEWER, Spelling.AS_WRITTEN),
        ("Jo Example", "Jo Arden Example", NameAgreement.OPEN, Spelling.AS_WRITTEN),
        ("Jo A. Example", "Jo Arden Example", NameAgreement.OPEN, Spelling.AS_WRITTEN),
        ("Example Jo", "Jo Arden Example", NameAgreement.OPEN, Spelling.FAMILY_FIRST),
        ("Jo Example-Other", "Jo Arden Example Other", NameAgreement.OPEN, Spelling.AS_WRITTEN),
        ("Example-Other Jo", "Jo Example-Other", NameAgreement.SAME, Spelling.FAMILY_FIRST),
        ("Example Other, Jo", "Jo Arden Example-Other", NameAgreement.OPEN, Spelling.AS_WRITTEN),
        ("Jo Example Other", "Jo Arden Example Other", NameAgreement.OTHER, Spelling.AS_WRITTEN),
        ("Jo Bo Example", "Jo Arden Example", NameAgreement.OTHER, Spelling.AS_WRITTEN),
    ],
)
def test_a_match_says_how_far_names_agree(
    listed: str, registered: str, agreement: NameAgreement, spelling: Spelling
) -> None:
    """The first half finds, the second tells what is known of the middle names."""
    assert match(listed, registered) == Match(agreement, spelling)


@pytest.mark.parametrize(
    ("listed", "registered"),
    [
        ("J Example", "Jo Example"),
        ("Jo Example", "Jon Example"),
        ("Joe Example", "Jo Example"),
        ("Jo Example", "Joe Example"),
        ("Example", "Jo Example"),
        ("Jo Example Other", "Jo Example"),
        ("Liz Example", "Elizabeth Example"),
        ("Mohamed Example", "Muhammad Example"),
    ],
)
def test_what_the_rule_does_not_cover_is_not_matched(listed: str, registered: str) -> None:
    """Twins have one family name, one birth date and often one initial: a first name counts as a whole."""
    assert match(listed, registered) is None


def test_people_who_differ_in_a_middle_name_stay_two() -> None:
    """A register must not make one subject of two."""
    assert KEY.subject_id(person("Jo Arden Example")) != KEY.subject_id(person("Jo Bo Example"))


def test_handles_of_one_account_are_one() -> None:
    """Case, the sign before it and the old name of a platform do not count; a dot does."""
    one = KEY.handle_id("X", "@Jo_Example")
    assert one == KEY.handle_id("twitter", "jo_example")
    assert one != KEY.handle_id("x", "joexample")
    assert one != KEY.handle_id("tiktok", "jo_example")
    for odd in ("", "@", "jo example", "a/b", "jo\x1fexample"):
        with pytest.raises(Unreadable):
            KEY.handle_id("x", odd)
    with pytest.raises(Unreadable):
        KEY.handle_id("x\x1fy", "jo")


def test_a_rotation_needs_no_name() -> None:
    """The old pseudonym, put through the new secret alone, is the pseudonym under the new key."""
    rotated = KEY.rotated(os.urandom)
    thrice = rotated.rotated(os.urandom)
    jo = person("Jo Arden Example")
    assert rotated.rekey(KEY.subject_id(jo)) == rotated.subject_id(jo)
    assert thrice.rekey(rotated.subject_id(jo)) == thrice.subject_id(jo)
    assert thrice.rekey(rotated.handle_id("x", "jo")) == thrice.handle_id("x", "jo")
    assert thrice.sought(person("Jo Example")).match(thrice.subject_id(jo)) == Match(
        NameAgreement.OPEN, Spelling.AS_WRITTEN
    )
    assert thrice.before == rotated
    assert rotated.before == KEY
    assert len({KEY.id, rotated.id, thrice.id}) == 3


def test_the_old_key_says_nothing_of_new_pseudonyms() -> None:
    """Whoever has the old key alone can test nobody against what was re-keyed."""
    jo = person("Jo Example")
    new = KEY.rotated(os.urandom).subject_id(jo)
    assert KEY.sought(jo).match(new) is None
    assert new[:32] not in KEY.sought(jo).firsts


def test_a_key_is_sealed_and_opened(tmp_path: Path) -> None:
    """Its file names it, and gives it to nobody without the passphrase."""
    path, key = tmp_path / "pseudonym.key", KEY.rotated(os.urandom)
    write_pseudonym_key(path, key, WORDS, os.urandom, CHEAP)
    assert read_pseudonym_key(path, WORDS) == key
    assert pseudonym_key_id(path) == key.id
    assert path.stat().st_mode & 0o777 == 0o600
    for secret in key.secrets:
        assert secret not in path.read_bytes()
    with pytest.raises(Refusal, match="key-sealed"):
        read_pseudonym_key(path, WORDS + "!")
    with pytest.raises(Refusal, match="key-exists"):
        write_pseudonym_key(path, key, WORDS, os.urandom, CHEAP)
    with pytest.raises(Refusal, match="passphrase-short"):
        write_pseudonym_key(tmp_path / "other.key", key, "short", os.urandom, CHEAP)


def test_an_altered_key_file_is_refused(tmp_path: Path) -> None:
    """A name that does not belong to the key, a file that is none, and one that is not there."""
    path = tmp_path / "pseudonym.key"
    write_pseudonym_key(path, KEY, WORDS, os.urandom, CHEAP)
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "id": "0" * 16}))
    with pytest.raises(Refusal, match="key-sealed"):
        read_pseudonym_key(path, WORDS)
    for text in ("", "[]", "{}", json.dumps({**content, "scrypt": {"log_n": 40, "r": 8, "salt": "AAAA"}})):
        path.write_text(text)
        with pytest.raises(Refusal, match="pseudonym-key-malformed"):
            read_pseudonym_key(path, WORDS)
    with pytest.raises(Refusal, match="pseudonym-key-malformed"):
        read_pseudonym_key(tmp_path / "none", WORDS)


def test_a_key_in_the_environment_is_whole_or_refused() -> None:
    """A key that was cut while it was copied would find nobody: it is refused."""
    assert read_key_text(f" {KEY.text()}\n", "here") == KEY
    for cut in ("", KEY.text()[:-1], KEY.text()[:-4], KEY.text().replace(KEY.id, "0" * 16), bytes(32).hex()):
        with pytest.raises(Refusal, match="pseudonym-key-malformed"):
            read_key_text(cut, "OVERT_PSEUDONYM_KEY")


def test_nothing_secret_is_shown() -> None:
    """Neither a key nor a person in a traceback."""
    assert repr(KEY) == f"PseudonymKey({KEY.id})"
    assert "example" not in repr(person("Jo Example"))
