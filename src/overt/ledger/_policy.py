"""Whom to trust: the logs, the witnesses and the quorum of C2SP `tlog-policy`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from overt.files import given_bytes
from overt.ledger._algorithms import LOG_KINDS, WITNESS_KINDS, time_of
from overt.ledger._checkpoint import SignedCheckpoint, open_checkpoint
from overt.ledger._keys import read_public_key
from overt.ledger._notes import OpenNote, VerifierKey, read_vkey
from overt.refusals import Refusal, raise_all

POLICY_LIMIT = 1_000_000
DAY = 86_400
_NOBODY = "none"
_LONGEST_AGE = 36_500


@dataclass(frozen=True)
class Party:
    """A log or a witness: its key, and where it can be reached."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True)
class WitnessGroup:
    """At least `least` of the members, which are witnesses or groups."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Cosignature:
    """That a witness of the policy cosigned, by its name there, and when, in seconds since 1970.

    `fault` says why it does not count for the quorum; it is empty where it does.
    """

    witness: str
    time: int
    fault: str = ""

    @property
    def counts(self) -> bool:
        """Whether it counts for the quorum."""
        return not self.fault


@dataclass(frozen=True)
class Policy:
    """Which checkpoints are to be believed: signed by one of the logs, and cosigned by the quorum.

    A cosignature older than `max_age`, in seconds, does not count; of any age where that is none.
    """

    logs: tuple[Party, ...]
    witnesses: dict[str, Party] = field(default_factory=dict)
    groups: dict[str, WitnessGroup] = field(default_factory=dict)
    quorum: str = _NOBODY
    max_age: int | None = None

    def keys(self) -> list[VerifierKey]:
        """The keys of every log and witness."""
        return [party.key for party in (*self.logs, *self.witnesses.values())]

    def at_any_age(self) -> Policy:
        """The same policy for what is old by its nature, such as a receipt."""
        return replace(self, max_age=None)

    def satisfied_by(self, keys: Iterable[VerifierKey]) -> bool:
        """Whether these keys' cosignatures are a quorum."""
        held = set(keys)
        present = {name for name, party in self.witnesses.items() if party.key in held}
        # A group only has members named above it, so one pass in order is enough.
        for name, group in self.groups.items():
            if sum(member in present for member in group.members) >= group.least:
                present.add(name)
        return self.quorum == _NOBODY or self.quorum in present

    def cosignatures(self, note: OpenNote, now: int | None = None) -> tuple[Cosignature, ...]:
        """Each witness of the policy that cosigned, with the best of its cosignatures: one that counts, the newest.

        Time 0 says nothing of when (C2SP tlog-cosignature) and never counts. Where `now`, in seconds since 1970, is
        given, neither does a time more than a day ahead of it, nor one older than the policy allows.
        """
        names = {(party.key.name, party.key.key_id): name for name, party in self.witnesses.items()}
        best: dict[str, Cosignature] = {}
        for signature in note.verified:
            name = names.get((signature.name, signature.key_id))
            if name is None:
                continue
            time = time_of(signature.data)
            cosignature = Cosignature(name, time, self._fault_of(time, now))
            if name not in best or (cosignature.counts, time) > (best[name].counts, best[name].time):
                best[name] = cosignature
        return tuple(best[name] for name in self.witnesses if name in best)

    def _fault_of(self, time: int, now: int | None) -> str:
        if time == 0:
            return "its time is 0, which does not say when"
        if now is not None and time > now + DAY:
            return "its time is more than a day in the future"
        if now is not None and self.max_age is not None and now - time > self.max_age:
            return f"it is older than {self.max_age // DAY} days"
        return ""

    def cosigned_by(self, note: OpenNote, now: int | None = None) -> tuple[str, ...]:
        """The names that the policy has for the witnesses whose cosignatures count."""
        return tuple(cosignature.witness for cosignature in self.cosignatures(note, now) if cosignature.counts)

    def is_quorum(self, note: OpenNote, now: int | None = None) -> bool:
        """Whether the cosignatures that count are a quorum."""
        return self.satisfied_by(self.witnesses[name].key for name in self.cosigned_by(note, now))

    def open(self, data: bytes, where: str = "the checkpoint", now: int | None = None) -> SignedCheckpoint:
        """A checkpoint that this policy believes; refuses any other. `now` judges the times of cosignatures."""
        logs = {party.key for party in self.logs}
        signed = open_checkpoint(data, self.keys(), where)
        if not any(key in logs and key.name == signed.checkpoint.origin for key in signed.note.signed_by):
            raise Refusal(
                "signature-unknown", where, "it is not signed by any log in the policy", "a signature by a log's key"
            )
        if not self.is_quorum(signed.note, now):
            names = ", ".join(self.cosigned_by(signed.note, now)) or "nobody"
            faults = [f"{faulty.witness} does not count: {faulty.fault}" for faulty in self._faulty(signed.note, now)]
            problem = "; ".join([f"the log signed it, and it is cosigned by {names}", *faults])
            remedy = (
                "what was handed out before a witness was named has no cosignature of it: verify it by the policy of"
                " its day, or in the log as it is published now (overt ledger verify --log LOG), or ask for a new one"
            )
            raise Refusal("quorum-missing", where, problem, f"the quorum {self.quorum} of this policy", remedy)
        return signed

    def _faulty(self, note: OpenNote, now: int | None) -> list[Cosignature]:
        return [cosignature for cosignature in self.cosignatures(note, now) if not cosignature.counts]


def trust(*keys: VerifierKey) -> Policy:
    """The policy that believes these keys of one or more logs, and asks for no witness."""
    return Policy(tuple(Party(key.name, key) for key in keys))


def read_policy(data: bytes, where: str) -> Policy:
    """A policy from its file; refuses one with any fault, with every fault and its line."""
    reading = _PolicyReading(where)
    if len(data) > POLICY_LIMIT or any((byte < 0x20 and byte not in (0x09, 0x0A)) or byte == 0x7F for byte in data):
        raise Refusal("policy-malformed", where, "it contains a control character, or is too large", "lines of text")
    # Names are compared byte by byte, whatever their encoding; vkeys hold UTF-8.
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
        words = line.replace("\t", " ").split(" ")
        reading.line(number, [word for word in words if word])
    return reading.policy()


def given_keys(text: str, where: str) -> list[VerifierKey]:
    """The public keys that somebody gave: as text, as the line `log …` of a policy, or as a file of either.

    Of a key file, as `overt ledger key new` makes it, it is the public half.

    Refuses what is none of these, and a file without a key.
    """
    try:
        is_file = Path(text).is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file:
        return [read_vkey(_bare(text), where)]
    data = given_bytes(Path(text), POLICY_LIMIT, "a key, or a policy")
    if data.startswith(b"{"):
        return [read_public_key(Path(text))]
    lines = data.decode("utf-8", "replace").splitlines()
    keys = [line for line in lines if line.startswith("log ") or (len(line.split()) == 1 and "+" in line)]
    if not keys:
        raise Refusal(
            "vkey-malformed", f"{where} {text}", "there is no key of a log", "a line `log KEY`, or a key by itself"
        )
    return [read_vkey(_bare(line), f"{where} {text}") for line in keys]


def _bare(line: str) -> str:
    """A key without the word before it and the address behind it, as the line of a policy has them."""
    words = line.split()
    return words[1] if len(words) in (2, 3) and words[0] == "log" else line.strip()


class _PolicyReading:
    def __init__(self, where: str) -> None:
        self.where = where
        self.faults: list[Refusal] = []
        self.logs: list[Party] = []
        self.witnesses: dict[str, Party] = {}
        self.groups: dict[str, WitnessGroup] = {}
        self.members: set[str] = set()
        self.quorum: str | None = None
        self.max_age: int | None = None

    def line(self, number: int, words: list[str]) -> None:
        """Takes one line in."""
        if words[:2] == ["#", "overt"]:
            self._overt(number, words[2:])
        if not words or words[0].startswith("#"):
            return
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self._log(number, vkey, *url)
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._witness(number, name, vkey, *url)
            case ["group", name, least, *members] if members:
                self._group(number, name, least, members)
            case ["quorum", name]:
                self._quorum(number, name)
            case _:
                self._fault(number, f"{words[0]} with {len(words) - 1} words", "log, witness, group or quorum")

    def _fault(self, number: int, found: str, wanted: str) -> None:
        self.faults.append(Refusal("policy-malformed", f"{self.where}, line {number}", found, wanted))

    def _key(self, number: int, vkey: str, kinds: tuple[int, ...], known: Iterable[Party]) -> VerifierKey | None:
        try:
            key = read_vkey(vkey, f"{self.where}, line {number}")
        except Refusal as refusal:
            self.faults.append(refusal)
            return None
        if key.kind not in kinds:
            self._fault(
                number, f"a key of type {key.kind:#04x}", "one of " + ", ".join(f"{allowed:#04x}" for allowed in kinds)
            )
            return None
        if any(key.public == party.key.public for party in known):
            self._fault(number, "the same key as on a line above", "each key once")
            return None
        return key

    def _log(self, number: int, vkey: str, url: str = "") -> None:
        key = self._key(number, vkey, LOG_KINDS, self.logs)
        if key:
            self.logs.append(Party(key.name, key, url))

    def _witness(self, number: int, name: str, vkey: str, url: str = "") -> None:
        key = self._key(number, vkey, WITNESS_KINDS, self.witnesses.values())
        if key and self._is_new(number, name):
            self.witnesses[name] = Party(name, key, url)

    def _group(self, number: int, name: str, least: str, members: list[str]) -> None:
        count = {"any": 1, "all": len(members)}.get(least)
        if count is None and least.isascii() and least.isdecimal() and not least.startswith("0"):
            count = int(least) if len(least) < 6 else None
        if count is None or not 1 <= count <= len(members):
            self._fault(number, f"a group of {len(members)} with threshold {least}", f"any, all or 1 to {len(members)}")
            return
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                self._fault(number, f"{member} is not defined above", "witnesses and groups of lines above")
            elif member in self.members:
                self._fault(number, f"{member} is already a member", "each name in one group, once")
            self.members.add(member)
        if self._is_new(number, name):
            self.groups[name] = WitnessGroup(count, tuple(members))

    def _quorum(self, number: int, name: str) -> None:
        if self.quorum is not None:
            self._fault(number, "a second quorum", "exactly one")
        elif name != _NOBODY and name not in self.witnesses and name not in self.groups:
            self._fault(number, f"{name} is not defined above", "none, or a witness or group of a line above")
        self.quorum = name

    def _overt(self, number: int, words: list[str]) -> None:
        """A setting of ours, in a comment, so that every other reader of C2SP policies passes over it."""
        days = words[1] if len(words) == 2 and words[0] == "max-age" else ""
        if self.max_age is not None:
            self._fault(number, "a second max-age", "exactly one")
        elif not (days.isascii() and days.isdecimal() and 1 <= int(days[:6]) <= _LONGEST_AGE):
            self._fault(
                number, "a setting of Overt's that cannot be read", f"# overt max-age DAYS, 1 to {_LONGEST_AGE}"
            )
        else:
            self.max_age = int(days) * DAY

    def _is_new(self, number: int, name: str) -> bool:
        new = name != _NOBODY and name not in self.witnesses and name not in self.groups
        if not new:
            self._fault(number, f"the name {name} is taken", "each name only once")
        return new

    def policy(self) -> Policy:
        """What the lines made, or all their faults."""
        if self.quorum is None:
            self.faults.append(
                Refusal(
                    "policy-malformed", self.where, "there is no quorum", "one line `quorum NAME`, or `quorum none`"
                )
            )
        raise_all(self.faults)
        return Policy(tuple(self.logs), self.witnesses, self.groups, self.quorum or _NOBODY, self.max_age)
