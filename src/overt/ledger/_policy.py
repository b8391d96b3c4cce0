"""Whom to trust: the logs, the witnesses and the quorum of C2SP `tlog-policy`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from overt.ledger._algorithms import LOG_KINDS, WITNESS_KINDS
from overt.ledger._checkpoint import SignedCheckpoint, open_checkpoint
from overt.ledger._notes import VerifierKey, read_vkey
from overt.refusals import Refusal, raise_all

POLICY_LIMIT = 1_000_000
_NOBODY = "none"


@dataclass(frozen=True)
class Party:
    """A log or a witness: its key, and where it can be reached."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True)
class Group:
    """At least `least` of the members, which are witnesses or groups."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """Which checkpoints are to be believed: signed by one of the logs, and cosigned by the quorum."""

    logs: tuple[Party, ...]
    witnesses: dict[str, Party] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = _NOBODY

    def satisfied_by(self, keys: Iterable[VerifierKey]) -> bool:
        """Whether these keys' cosignatures are a quorum."""
        held = set(keys)
        present = {name for name, party in self.witnesses.items() if party.key in held}
        # A group only has members named above it, so one pass in order is enough.
        for name, group in self.groups.items():
            if sum(member in present for member in group.members) >= group.least:
                present.add(name)
        return self.quorum == _NOBODY or self.quorum in present

    def cosigners(self, keys: Iterable[VerifierKey]) -> list[str]:
        """The names that the policy has for the witnesses among these keys."""
        held = set(keys)
        return [name for name, party in self.witnesses.items() if party.key in held]

    def open(self, data: bytes, where: str = "the checkpoint") -> SignedCheckpoint:
        """A checkpoint that this policy believes; refuses any other."""
        keys = [party.key for party in (*self.logs, *self.witnesses.values())]
        logs = {party.key for party in self.logs}
        signed = open_checkpoint(data, keys, where)
        if not any(key in logs and key.name == signed.checkpoint.origin for key in signed.note.signed_by):
            raise Refusal("signature-unknown", where, "no log of the policy signed", "a signature by a log's key")
        if not self.satisfied_by(signed.note.signed_by):
            names = ", ".join(self.cosigners(signed.note.signed_by)) or "nobody"
            raise Refusal("quorum-missing", where, f"cosigned by {names}", f"the quorum {self.quorum}")
        return signed


def trust(*keys: VerifierKey) -> Policy:
    """The policy that believes these keys of one or more logs, and asks for no witness."""
    return Policy(tuple(Party(key.name, key) for key in keys))


def read_policy(data: bytes, where: str) -> Policy:
    """A policy from its file; refuses one with any fault, with every fault and its line."""
    reading = _Reading(where)
    if len(data) > POLICY_LIMIT or any((each < 0x20 and each not in (0x09, 0x0A)) or each == 0x7F for each in data):
        raise Refusal("policy-malformed", where, "a control character, or too large", "lines of text")
    # Names are compared byte by byte, whatever their encoding; vkeys hold UTF-8.
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
        words = line.replace("\t", " ").split(" ")
        reading.line(number, [word for word in words if word])
    return reading.policy()


class _Reading:
    def __init__(self, where: str) -> None:
        self.where = where
        self.faults: list[Refusal] = []
        self.logs: list[Party] = []
        self.witnesses: dict[str, Party] = {}
        self.groups: dict[str, Group] = {}
        self.members: set[str] = set()
        self.quorum: str | None = None

    def line(self, number: int, words: list[str]) -> None:
        """Takes one line in."""
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
                number, f"a key of type {key.kind:#04x}", "one of " + ", ".join(f"{each:#04x}" for each in kinds)
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
            self.groups[name] = Group(count, tuple(members))

    def _quorum(self, number: int, name: str) -> None:
        if self.quorum is not None:
            self._fault(number, "a second quorum", "exactly one")
        elif name != _NOBODY and name not in self.witnesses and name not in self.groups:
            self._fault(number, f"{name} is not defined above", "none, or a witness or group of a line above")
        self.quorum = name

    def _is_new(self, number: int, name: str) -> bool:
        new = name != _NOBODY and name not in self.witnesses and name not in self.groups
        if not new:
            self._fault(number, f"the name {name} is taken", "each name once")
        return new

    def policy(self) -> Policy:
        """What the lines made, or all their faults."""
        if self.quorum is None:
            self.faults.append(
                Refusal("policy-malformed", self.where, "no quorum", "one line quorum NAME, or quorum none")
            )
        raise_all(self.faults)
        return Policy(tuple(self.logs), self.witnesses, self.groups, self.quorum or _NOBODY)
