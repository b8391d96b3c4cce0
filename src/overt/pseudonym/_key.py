"""What is computed under a pseudonym key: pseudonyms of people, of handles and of references, and their rotation.

The pseudonym of a person has two halves of 128 bits, each an HMAC-SHA-256 cut in half, as RFC 2104 allows. The first is
of the first given name, the family name and the birth date; the second of the whole name and the birth date. So two
people who share the one and not the other stay two, and a copy that left out a middle name is found all the same.
"""

from __future__ import annotations

import datetime as dt
import hmac
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import product

from overt.encoding import decode, encode
from overt.pseudonym._invisible import without_invisible
from overt.pseudonym._name import Name, Unreadable
from overt.refusals import Refusal

SECRET_SIZE = 32
HALF = 32
"""Hexadecimal digits of each half."""
_DOMAIN = b"overt:pseudonym:v1"
_SEPARATOR = b"\x1f"
_TEXT = "OVERT-PSEUDONYM-KEY"
_MOST_MIDDLE = 4
_LONGEST_HANDLE = 200
_SAME_PLATFORM = {"twitter": "x"}


@dataclass(frozen=True)
class Person:
    """Whom a pseudonym stands for: a name and a birth date, in the form of the rule. They are never shown."""

    name: Name
    born: dt.date

    def __repr__(self) -> str:
        return "Person(…)"


class NameAgreement(StrEnum):
    """How far the name that is sought agrees with the one that a pseudonym was made of; the birth date is the same."""

    SAME = "the whole name"
    FEWER = "the register has fewer middle names, or initials"
    OPEN = "first and family name; the list has no middle name to compare"
    OTHER = "first and family name; another middle name"


class Spelling(StrEnum):
    """Which reading of a name agrees."""

    AS_WRITTEN = "as written"
    FAMILY_FIRST = "the family name first"
    UMLAUT = "ä for ae and the like"


@dataclass(frozen=True)
class Match:
    """That a pseudonym may stand for the person sought, and why."""

    agreement: NameAgreement
    spelling: Spelling


@dataclass(frozen=True)
class PseudonymKey:
    """A pseudonym key: the secrets of its generations, each of 32 bytes, the first one first.

    After a rotation there is one more, and a pseudonym is that of the first generation, put through all the others.
    """

    secrets: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not self.secrets or any(len(secret) != SECRET_SIZE for secret in self.secrets):
            raise ValueError("a pseudonym key has one secret of 32 bytes or more")

    def __repr__(self) -> str:
        return f"PseudonymKey({self.id})"

    @classmethod
    def new(cls, random: Callable[[int], bytes]) -> PseudonymKey:
        """A key of one generation."""
        return cls((random(SECRET_SIZE),))

    @cached_property
    def id(self) -> str:
        """What the key is called: 16 hexadecimal digits that say nothing of it. Each generation has its own."""
        digest = b""
        for secret in self.secrets:
            digest = _mac(secret, "key-id", digest)[:8]
        return digest.hex()

    @property
    def generation(self) -> int:
        """1, and one more for each rotation."""
        return len(self.secrets)

    @property
    def before(self) -> PseudonymKey | None:
        """The key before its last rotation, if it was ever rotated."""
        return PseudonymKey(self.secrets[:-1]) if len(self.secrets) > 1 else None

    def named(self, name: str) -> PseudonymKey | None:
        """The generation of this name, if the key ever had one: an earlier one for what stood before a rotation."""
        ends = range(len(self.secrets), 0, -1)
        return next((key for end in ends if (key := PseudonymKey(self.secrets[:end])).id == name), None)

    def rotated(self, random: Callable[[int], bytes]) -> PseudonymKey:
        """The key with one generation more."""
        return PseudonymKey((*self.secrets, random(SECRET_SIZE)))

    def text(self) -> str:
        """The key as an environment variable can hold it. Secret."""
        return f"{_TEXT}+{self.id}+{encode(b''.join(self.secrets))}"

    def subject_id(self, person: Person) -> str:
        """The pseudonym of a person: 64 hexadecimal digits."""
        words = person.name.words
        return self._base(words, person.born) + self._whole(words, person.born)

    def handle_id(self, platform: str, handle: str) -> str:
        """The pseudonym of an account, known by its handle on a platform; Unreadable where either is not one."""
        handle_read = read_handle(platform, handle)
        return self._half("handle-1", *handle_read) + self._half("handle-2", *handle_read)

    def reference(self, text: str) -> str:
        """A reference in place of a text that names somebody: the same text gives the same one, blanks and case aside.

        64 hexadecimal digits. It is not a subject's pseudonym and cannot be matched with one.
        """
        folded = " ".join(_folded(text).split())
        return self._half("reference-1", folded) + self._half("reference-2", folded)

    def seal_key(self) -> bytes:
        """32 bytes under which what a person gave is sealed while an officer works on a request. Secret."""
        return _mac(self.secrets[-1], "seal")

    def sought(self, person: Person) -> Sought:
        """What a person's pseudonym may look like, under every spelling that the rule covers."""
        return Sought(self, person)

    def rekey(self, pseudonym: str) -> str:
        """A pseudonym of the generation before, put through the last: no name is needed."""
        secret = self.secrets[-1]
        return _turn(secret, "first", pseudonym[:HALF]) + _turn(secret, "second", pseudonym[HALF:])

    def _base(self, words: Sequence[str], born: dt.date) -> str:
        first_name = words[0] if len(words) > 1 else ""
        return self._half("person-1", first_name, words[-1], born.isoformat())

    def _whole(self, words: Sequence[str], born: dt.date) -> str:
        return self._half("person-2", " ".join(words), born.isoformat())

    def _half(self, domain: str, *parts: str) -> str:
        half = _mac(self.secrets[0], domain, *(part.encode() for part in parts))[: HALF // 2].hex()
        part = "first" if domain.endswith("1") else "second"
        for secret in self.secrets[1:]:
            half = _turn(secret, part, half)
        return half


class Sought:
    """A person who is looked for among pseudonyms. Every spelling has its first half; the second tells them apart."""

    def __init__(self, key: PseudonymKey, person: Person) -> None:
        self._key = key
        self._born = person.born
        self._has_middle = any(len(word) > 1 for word in person.name.middle)
        self._spelled: dict[str, list[tuple[Spelling, tuple[str, ...]]]] = {}
        for turned, name in ((False, person.name), (True, person.name.turned)):
            for place, words in enumerate(name.spellings()):
                spelling = Spelling.FAMILY_FIRST if turned else Spelling.UMLAUT if place else Spelling.AS_WRITTEN
                self._spelled.setdefault(key._base(words, person.born), []).append((spelling, words))

    @property
    def firsts(self) -> tuple[str, ...]:
        """The first halves of every pseudonym that can be meant: 32 hexadecimal digits each."""
        return tuple(self._spelled)

    def match(self, pseudonym: str) -> Match | None:
        """Whether a pseudonym may stand for the person, and how far the names agree."""
        spelled = self._spelled.get(pseudonym[:HALF])
        if spelled is None:
            return None
        second = pseudonym[HALF:]
        for spelling, words in spelled:
            if self._key._whole(words, self._born) == second:
                return Match(NameAgreement.SAME, spelling)
        for spelling, words in spelled:
            if any(self._key._whole(shorter, self._born) == second for shorter in _shortened(words)):
                return Match(NameAgreement.FEWER, spelling)
        return Match(NameAgreement.OTHER if self._has_middle else NameAgreement.OPEN, spelled[0][0])


def _shortened(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The name with some middle names left out or cut to their first letter."""
    middle = words[1:-1]
    if not middle or len(middle) > _MOST_MIDDLE:
        return [(words[0], words[-1])] if middle else []
    choices = product(*(((), (word[0],), (word,)) for word in middle))
    return [(words[0], *(word for some in choice for word in some), words[-1]) for choice in choices]


def read_handle(platform: str, handle: str) -> tuple[str, str]:
    """A platform and a handle in the form of the rule; Unreadable where either is not one."""
    where = _folded(platform).strip()
    where = _SAME_PLATFORM.get(where, where)
    who = _folded(handle).strip().removeprefix("@")
    odd = any(unicodedata.category(sign)[0] in "CZ" or sign in "/@" for sign in who)
    odd = odd or any(unicodedata.category(sign)[0] == "C" for sign in where)
    if not where or not who or odd or len(who) > _LONGEST_HANDLE:
        raise Unreadable("signs" if who else "empty")
    return where, who


def _folded(text: str) -> str:
    """The text by NFKC and case folding, without characters that are not seen."""
    return without_invisible(unicodedata.normalize("NFKC", without_invisible(text)).casefold())


def read_key_text(text: str, where: str) -> PseudonymKey:
    """The key in a text that `PseudonymKey.text` gave; refuses one that was cut or altered."""
    parts = text.strip().split("+", 2)
    data = decode(parts[2]) if len(parts) == 3 and parts[0] == _TEXT else None
    if data and len(data) % SECRET_SIZE == 0:
        key = PseudonymKey(tuple(data[at : at + SECRET_SIZE] for at in range(0, len(data), SECRET_SIZE)))
        if key.id == parts[1]:
            return key
    wanted = f"{_TEXT}+ID+base64, as overt pseudonym keygen --print gives it"
    raise Refusal("pseudonym-key-malformed", where, "this is not a complete pseudonym key", wanted)


def _mac(secret: bytes, domain: str, *parts: bytes) -> bytes:
    return hmac.digest(secret, _SEPARATOR.join((_DOMAIN, domain.encode(), *parts)), "sha256")


def _turn(secret: bytes, part: str, half: str) -> str:
    return _mac(secret, f"rotate-{part}", half.encode())[: HALF // 2].hex()
