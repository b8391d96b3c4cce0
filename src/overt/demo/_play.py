"""Four years of an invented register: admitted, refused, erased, published, witnessed, watched and audited."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from overt.audit import Request, SourceOptions, audit
from overt.charter import charter_news, in_force, read_charter
from overt.controls import Finding, Pack, Verdict, find_pack, read_pack
from overt.controls import Gate as Effect
from overt.demo._attempts import Attempt, attempts, first_attempt
from overt.demo._facts import Breach, Facts, Places, Said
from overt.demo._seeded import Seeded
from overt.demo._unit import RECORDERS, Proposal, Unit
from overt.gate import Admitted, Gate, Held, Outcome, adopt
from overt.ledger import (
    FolderStore,
    LocalWitness,
    Policy,
    PublicLeaf,
    SigningState,
    Tree,
    Witness,
    check,
    prove,
    publish,
    read_policy,
    tell_plainly,
    trust,
    verify,
    watch,
)
from overt.refusals import Refusal
from overt.register import Register, RegisterSettings, check_register, erase, snapshot

ORIGIN = "alpha.example/register"
WITNESSES = ("university.example/witness", "ombudsman.example/witness")
FIRST_DAY, LAST_DAY = dt.date(2020, 9, 3), dt.date(2024, 9, 3)
_TRIED_EARLY = dt.date(2020, 8, 20)
_DECIDER = "P9001"
_ERASED_EACH_QUARTER = 2
# From here on the unit gets round to half of what is due. No gate can make people do their work; an audit can tell.
_BUSY_FROM, _DILIGENCE = dt.date(2024, 1, 1), 0.5
_RECEIPT_ON = dt.date(2021, 3, 31)
_RECEIPTS = 200
_WHY = {
    "OV-21": "time passed: the unit fell behind with its reviews in 2024",
    "OV-29": "time passed: young people turned eighteen and their review is still due",
    "OV-55a": "time passed: the assessments of 2020 and 2021 were never looked at again",
    "OV-56": "the charter grew to 34 categories, and nobody used some of them",
    "OV-28": "entries were removed after the agreements had ended, and those who were sent them were not told",
}
Progress = Callable[[str], None]


def charter_files() -> list[bytes]:
    """The two charters of examples/alpha/charters, which come with the package."""
    folder = Path(str(files("overt.demo"))) / "charters"
    return [path.read_bytes() for path in sorted(folder.glob("*.toml"))]


def news(leaf: PublicLeaf, old: bytes | None, new: bytes) -> list[str]:
    """What the watcher tells of a public leaf."""
    return charter_news(old, new, leaf.name) if leaf.kind == "charter" else tell_plainly(leaf, old, new)


class Outside:
    """Who stands outside: the public ledger, two witnesses, a watcher. Nothing here knows the register."""

    def __init__(self, places: Places, seeded: Seeded) -> None:
        self.places = places
        self.signer = seeded.log_key(ORIGIN)
        self.store = FolderStore(places.ledger)
        self.state = SigningState(places.operator)
        keys = [seeded.witness_key(name) for name in WITNESSES]
        self.witnesses = [
            Witness(key, places.out / "witnesses" / key.key.name.split(".")[0], [self.signer.key]) for key in keys
        ]
        names = [name.split(".")[0] for name in WITNESSES]
        lines = [f"witness {name} {key.key}" for name, key in zip(names, keys, strict=True)]
        text = "\n".join([f"log {self.signer.key}", *lines, f"group both all {' '.join(names)}", "quorum both", ""])
        places.watcher.mkdir(parents=True)
        places.policy.write_text(text, encoding="utf-8")
        places.watcher_policy.write_text(f"log {self.signer.key}\nquorum none\n", encoding="utf-8")
        self.policy: Policy = read_policy(text.encode(), str(places.policy))

    def asked(self, now: dt.datetime) -> list[LocalWitness]:
        """The witnesses, as they are asked at a moment."""
        return [LocalWitness(witness, epoch(now)) for witness in self.witnesses]


class Play:
    """The demonstration as it goes on. `facts` says what happened so far."""

    def __init__(self, out: Path, seed: int, progress: Progress) -> None:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise Refusal("out-not-empty", str(out), "something is there already", "a new or empty folder")
        self.facts = Facts(Places(out), seed)
        self.progress = progress
        seeded = Seeded(seed)
        self.unit = Unit(seeded)
        self.outside = Outside(self.facts.places, seeded)
        settings = RegisterSettings("Alpha, a replay (synthetic)", ORIGIN, deciders=(_DECIDER,))
        self.register = Register.create(self.facts.places.register, settings, seeded.chance("salts").randbytes)
        self.core: Pack = read_pack(find_pack("core"))
        self.gate = Gate(self.register, [self.core])
        self.charters = {sha256(data).hexdigest(): data for data in charter_files()}
        self.person = ""

    def __enter__(self) -> Play:
        return self

    def __exit__(self, *_: object) -> None:
        self.register.close()

    def run(self) -> None:
        """The four years, and what everybody can check at their end."""
        for data in self.charters.values():
            charter = read_charter(data)
            if charter.version == 1:
                self.adopt(charter.adopted_on, data)
                self.look(charter.adopted_on)
                self.progress("2020: before the charter is in force")
                early = first_attempt(self.unit, charter, _TRIED_EARLY, RECORDERS[0])
                self.try_out(_TRIED_EARLY, RECORDERS[0], [early])
        for quarter, day in enumerate(quarters()):
            self.progress(f"{day}: {self.register.size():,} records")
            self.quarter(quarter, day)
        self.check()
        self.audit()

    def quarter(self, quarter: int, day: dt.date) -> None:
        """One quarter, which the unit brings to the gate on its last day."""
        for data in self.charters.values():
            if read_charter(data).adopted_on == day:
                self.adopt(day, data)
        charter = in_force(self.gate.charters, day) or self.gate.charters[0]
        actor = RECORDERS[quarter % len(RECORDERS)]
        self.propose(day, 15, actor, self.unit.new_entries(charter, day, actor))
        diligence = _DILIGENCE if day > _BUSY_FROM else 1.0
        self.propose(day, 16, actor, self.unit.case_work(charter, day, actor, diligence))
        self.try_out(day, actor, attempts(self.unit, charter, day, actor, quarter))
        self.erase(day)
        self.look(day)
        if day == _RECEIPT_ON:
            self.give_receipt()

    def adopt(self, day: dt.date, data: bytes) -> None:
        """The controller adopts a version of the charter."""
        adopt(self.register, data, _DECIDER, at(day, 9))
        self.gate = Gate(self.register, [self.core])

    def propose(self, day: dt.date, hour: int, actor: str, proposals: Iterable[Proposal]) -> list[list[Outcome]]:
        """What became of each proposal's records; the unit takes note of what was admitted."""
        made = list(proposals)
        records = [record for place, each in enumerate(made) for record in each.records(f"bundle {place}")]
        outcomes = iter(self.gate.admit(records, actor, at(day, hour)))
        answered = [[next(outcomes) for _ in each.rows] for each in made]
        for proposal, several in zip(made, answered, strict=True):
            if isinstance(several[0], Admitted):
                self.facts.admitted += len(several)
                self.unit.settle(proposal)
        return answered

    def try_out(self, day: dt.date, actor: str, tried: Iterable[Attempt]) -> None:
        """Attempts, each with what the gate said."""
        made = list(tried)
        answered = self.propose(day, 17, actor, [each.proposal for each in made])
        for attempt, (outcome, *_) in zip(made, answered, strict=True):
            gravest = [each for each in outcome.reasons if each.effect is Effect.REFUSE] or list(outcome.reasons)
            codes = tuple(dict.fromkeys(each.code for each in gravest))
            says = gravest[0].says if gravest else ""
            self.facts.attempts.append(Said(day, attempt.words, outcome.word, codes, says))
            if isinstance(outcome, Held):
                self.facts.held += 1
            elif outcome.word == "refused":
                self.facts.refused_attempts += 1
                self.facts.refused.update(codes)

    def erase(self, day: dt.date) -> None:
        """Some of those who were removed are erased too: nothing of them stays but numbers that say nothing."""
        waiting = [each for each in self.unit.removed if not each.sent and each.entry_id != self.person]
        for listed in waiting[:_ERASED_EACH_QUARTER]:
            erase(
                self.register,
                listed.entry_id,
                "Data Protection Act 2018, s.47: no longer necessary",
                _DECIDER,
                at(day, 18),
            )
            self.unit.removed.remove(listed)
            self.facts.erased += 1

    def look(self, day: dt.date) -> None:
        """The register is published; the witnesses cosign what only grew; the watcher looks."""
        outside, now = self.outside, at(day, 20)
        published = publish(
            self.register,
            outside.store,
            [outside.signer],
            now=epoch(now),
            state=outside.state,
            documents=self.charters.get,
            witnesses=outside.asked(now),
            policy=outside.policy,
        )
        self.facts.published.append((day, published.checkpoint.size))
        self.facts.cosigned.update(published.cosigned_by)
        seen = watch(outside.store, self.facts.places.watcher, trust(outside.signer.key), tell=news)
        self.facts.news += [(day, line) for line in seen.news]

    def give_receipt(self) -> None:
        """A person who is listed as a victim is given what the entry says, and the receipt of it."""
        places = self.facts.places
        self.person = next(name for name, each in self.unit.active.items() if each.entry["role"] == "victim")
        version = next(self.register.versions("entry", "x.entry_id = ?", (self.person,)))
        places.record.parent.mkdir()
        places.record.write_text(json.dumps(version.body(), indent=1) + "\n", encoding="utf-8")
        places.receipt.write_bytes(prove(self.outside.store, version.opened_seq, version.salt))

    def check(self) -> None:
        """Register against ledger, ledger against itself, and receipts old and new."""
        facts, outside = self.facts, self.outside
        self.progress("checking the register, the ledger and receipts")
        facts.leaves = self.register.size()
        status = self.register.status()
        facts.people, facts.standing = status.rows["subject"], status.rows["entry"]
        facts.discrepancies = sum(1 for _ in check_register(self.register))
        facts.faults = check(outside.store, outside.policy, leaves=self.register).fault_count
        facts.categories = (len(self.gate.charters[0].categories), len(self.gate.charters[-1].categories))
        tree = Tree(outside.store, facts.leaves)
        for version in list(self.register.versions("item"))[:: max(1, facts.leaves // _RECEIPTS)]:
            receipt = prove(outside.store, version.opened_seq, version.salt, tree)
            verify(receipt, version.body(), outside.policy)
            facts.receipts += 1
        verify(facts.places.receipt.read_bytes(), json.loads(facts.places.record.read_bytes()), outside.policy)
        facts.receipts += 1

    def audit(self) -> None:
        """The register as an inspector finds it four years on, audited as a foreign one would be."""
        facts, places = self.facts, self.facts.places
        self.progress("auditing")
        facts.audited_on = LAST_DAY
        snapshot(self.register, at(LAST_DAY, 12), places.snapshot)
        request = Request(SourceOptions(str(places.snapshot)), ("core",), places.audit, LAST_DAY)
        run = audit(request, _Silent())
        for finding in run.findings:
            control = finding.control
            facts.verdicts[finding.verdict.value] += 1
            facts.gate_controls += control.gate is Effect.REFUSE
            if finding.verdict is Verdict.BREACHED:
                facts.gate_breached += control.gate is Effect.REFUSE
                why = _WHY.get(control.id, "")
                counts = (finding.breached or 0, finding.examined or 0)
                facts.breaches.append(Breach(control.id, control.title, *counts, why))


class _Silent:
    """Nobody is told how the audit is going: it takes a moment."""

    def reading(self, table: str, rows: int) -> None: ...
    def planned(self, controls: int, resumed: int) -> None: ...
    def finished(self, finding: Finding) -> None: ...
    def writing(self) -> None: ...


def quarters() -> Iterator[dt.date]:
    """The last day of each quarter."""
    for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
        for month, day in ((3, 31), (6, 30), (9, 30), (12, 31)):
            if FIRST_DAY <= dt.date(year, month, day) <= LAST_DAY:
                yield dt.date(year, month, day)


def at(day: dt.date, hour: int) -> dt.datetime:
    """A moment of a simulated day, in UTC."""
    return dt.datetime.combine(day, dt.time(hour), dt.UTC)


def epoch(now: dt.datetime) -> int:
    """Seconds since 1970."""
    return int(now.timestamp())
