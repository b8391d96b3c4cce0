"""What a certificate of removal states, and its text form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from overt.refusals import Refusal

FORMAT, FIRST_FORMAT = "overt-removal/2", "overt-removal/1"
NOTE, POLICY = "certificate.note", "policy"


@dataclass(frozen=True)
class Erased:
    """One erasure: its number, day, what went, and the file of its record."""

    number: str
    on: str
    kind: str
    file: str

    @property
    def went(self) -> str:
        """What was erased, in words."""
        return _WENT.get(self.kind, self.kind)


_WENT = {
    "entry": "an entry and everything in it",
    "entry and subject": "an entry and everything in it, and what was held about the person",
    "closed versions": "earlier versions of an entry",
}


@dataclass(frozen=True)
class Confirmed:
    """One organisation: when it was told, when it confirmed, as what and how, if it did.

    `how` is `signed` where the register checked a signature of its own, `recorded` where an officer noted what
    it said, `open` where it has not confirmed, and `unsaid` in a certificate of the first edition. `key` is the public
    key that signed: whether it is the organisation's, the organisation says.
    """

    recipient: str
    title: str
    told_on: str
    confirmed_on: str
    confirmed_as: str
    how: str
    file: str
    key: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has not confirmed."""
        return self.confirmed_on == "open"

    @property
    def shown(self) -> str:
        """What is known of its copy, claiming no more than is."""
        if self.is_open:
            return "has not confirmed yet"
        held = "nothing held" if self.confirmed_as == "nothing_held" else "deleted it"
        return f"{held}: {_HOW[self.how]}"


_HOW = {
    "signed": "confirmed by its signature",
    "recorded": "noted by our officer, without its signature",
    "unsaid": "how it confirmed is not recorded",
}


@dataclass(frozen=True)
class Certificate:
    """What a certificate says. It names no person.

    `register` is the origin of the register's log, and `name` what the register is called: the origin in a certificate
    that says no name.
    """

    register: str
    name: str
    controller: str
    request: str
    made_on: str
    erased: tuple[Erased, ...]
    told: tuple[Confirmed, ...]

    @property
    def is_finished(self) -> bool:
        """Whether something was erased and every organisation that was told has answered."""
        return bool(self.erased) and not any(body.is_open for body in self.told)

    @property
    def is_whole(self) -> bool:
        """Whether the person went with the last entry, so that the register holds nothing of them."""
        return any(erasure.kind == "entry and subject" for erasure in self.erased)

    @property
    def is_proved(self) -> bool:
        """Whether it is finished, and every organisation told confirmed with a signature by its own key."""
        return self.is_finished and all(body.how == "signed" for body in self.told) and not self.shared

    @property
    def shared(self) -> int:
        """How many organisations signed with a key that signed for another too, so that it is not theirs alone."""
        used = Counter(body.key for body in self.told if body.key)
        return sum(number for number in used.values() if number > 1)

    @property
    def state(self) -> str:
        """How far the removal is, in sentences that claim no more than the records show."""
        if not self.told:
            return "The removal is complete. We have no record of sharing the data with anyone else."
        every, left = len(self.told), sum(body.is_open for body in self.told)
        if left:
            return f"The removal is not complete: {left} of the {every} organisations told have not yet confirmed."
        signed = sum(body.how == "signed" for body in self.told)
        if self.is_proved:
            return f"The removal is complete: every organisation has confirmed by signature ({every} of {every})."
        if self.shared:
            return (
                f"The removal is complete here. {self.shared} of the {every} organisations told signed with the same "
                "key, so the signatures do not prove that any one of them signed."
            )
        organisations = "1 organisation told" if every == 1 else f"{every} organisations told"
        return (
            f"The removal is complete here. Of {organisations}, {signed} confirmed by signature. "
            f"For {every - signed}, the register has only a note of what was said, which proves nothing."
        )


def read_note(text: bytes, where: str) -> tuple[Certificate, dict[str, str]]:
    """The certificate that a note says, and the digest of each record; refuses what is not exactly one."""
    head, *rest = text.decode().rstrip("\n").split("\n\n")
    first, *lines = head.split("\n")
    about = _pairs(lines, where)
    erased, bodies, digests = [], [], {}
    try:
        for block in rest:
            fields = _pairs(block.split("\n"), where)
            file = fields["record"]
            digests[file] = fields["sha256"]
            if "erased" in fields:
                erased.append(Erased(fields["erased"], fields["on"], fields["kind"], file))
            else:
                bodies.append(_told_line(fields, first, file))
        name = about.get("name", about["register"])
        named = (about["register"], name, about["controller"], about["request"], about["made"])
        certificate = Certificate(*named, tuple(erased), tuple(bodies))
    except KeyError:
        raise _malformed(where) from None
    odd = any(Path(file).name != file for file in digests)
    finished = "yes" if certificate.is_finished else "no"
    if first not in (FORMAT, FIRST_FORMAT) or odd or about.get("finished") != finished:
        raise _malformed(where)
    return certificate, digests


def _told_line(fields: dict[str, str], kind: str, file: str) -> Confirmed:
    name, confirmed_on = fields["recipient"], fields["confirmed"]
    if kind == FIRST_FORMAT:
        title, how = name, "open" if confirmed_on == "open" else "unsaid"
    else:
        title, how = fields["title"], fields["how"]
    if how not in (*_HOW, "open") or (how == "open") != (confirmed_on == "open"):
        raise KeyError("how")
    return Confirmed(name, title, fields["told"], confirmed_on, fields["as"], how, file)


def _pairs(lines: Sequence[str], where: str) -> dict[str, str]:
    pairs = dict(line.partition(" ")[::2] for line in lines)
    if len(pairs) < len(lines):
        raise _malformed(where)
    return pairs


def _malformed(where: str) -> Refusal:
    return Refusal(
        "certificate-malformed", where, f"not {FORMAT}", "a certificate as described in docs/formats/recall.md"
    )
