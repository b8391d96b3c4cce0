"""Four years of an invented register: admitted, refused, erased, published, witnessed, watched and audited."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from importlib.resources import files
from itertools import accumulate
from pathlib import Path

from overt.audits import Request, SourceOptions, audit
from overt.charter import charter_news, in_force, read_charter
from overt.controls import Effect, Finding, Verdict, find_pack, read_pack
from overt.demo._attempts import AttemptedRecord, attempts, first_attempt
from overt.demo._facts import Breach, Copied, Copies, Said, StoryFacts, StoryPlaces
from overt.demo._lists import REMOVED, plant, write_lists
from overt.demo._seeded import Seeded
from overt.demo._unit import RECORDERS, PoliceUnit, Proposal
from overt.gate import Admitted, Gate, Held, Judgement, Outcome, adopt, decide, name_key
from overt.ledger import (
    FolderStore,
    LocalWitness,
    PublicLeaf,
    Published,
    SigningState,
    Tree,
    Watched,
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
from overt.pseudonym import write_pseudonym_key
from overt.reconcile import ListRequest as Comparison
from overt.reconcile import run as reconcile
from overt.reconcile import write_result
from overt.refusals import Refusal
from overt.register import Register, RegisterSettings, check_register, erase
from overt.verification import collect

ORIGIN = "alpha.example/register"
WITNESSES = ("ombudsman", "university")
FIRST_DAY, LAST_DAY = dt.date(2020, 9, 3), dt.date(2024, 9, 3)
_TRIED_EARLY, _RECEIPT_ON = dt.date(2020, 8, 20), dt.date(2021, 3, 31)
# From here on the unit gets round to half of what is due. No gate can make people do their work; an audit can tell.
_BUSY_FROM, _DILIGENCE = dt.date(2024, 1, 1), 0.5
# People try the commands years after the last record of the replay.
_LONGEST_PAUSE_DAYS = 36_525
_ERASED_EACH_QUARTER, _ITEMS_FOR_A_RECEIPT = 2, 30
_DECIDER, _LET_IN = "P9001", "nothing but social media posts"
_PASSPHRASE = "worthless demo passphrase"  # noqa: S105  it lies beside the key, and says what both are worth
_GROUND = "Data Protection Act 2018, s.47: no longer necessary"
_WHY = {
    "OV-14": "a named person admitted them and gave a reason; the audit still counts them",
    "OV-21": "time passed: the unit fell behind with its reviews in 2024",
    "OV-29": "time passed: young people turned 18, and their entries have not been reviewed since",
    "OV-43": "the gate noted it and left it to the unit: three posts of one person within four weeks",
    "OV-55a": "time passed: the assessments of 2020 and 2021 were never reviewed",
    "OV-65b": "time passed: the policy documents of those years were not reviewed either",
    "OV-56": "34 categories of data may be recorded, and some were not used for a year",
}


def charter_files() -> list[bytes]:
    """The two charters of examples/alpha/charters, which come with the package."""
    folder = Path(str(files("overt.demo"))) / "charters"
    return [path.read_bytes() for path in sorted(folder.glob("*.toml"))]


class Outside:
    """What everybody sees, and who looks: the published ledger, two witnesses, a watcher."""

    def __init__(self, places: StoryPlaces, seeded: Seeded) -> None:
        self.signer = seeded.log_key(ORIGIN)
        self.store = FolderStore(places.ledger)
        self.state = SigningState(places.operator)
        self.watcher = places.watcher
        keys = {name: seeded.witness_key(f"{name}.example/witness") for name in WITNESSES}
        self.witnesses = [
            Witness(key, places.out / "witnesses" / name, [self.signer.key]) for name, key in keys.items()
        ]
        lines = [f"witness {name} {key.key}" for name, key in keys.items()]
        text = "\n".join([f"log {self.signer.key}", *lines, f"group both all {' '.join(keys)}", "quorum both", ""])
        self.policy = read_policy(text.encode(), str(places.policy))
        places.watcher.mkdir(parents=True)
        places.policy.write_text(text, encoding="utf-8")
        places.watcher_policy.write_text(f"log {self.signer.key}\nquorum none\n", encoding="utf-8")

    def publish(self, register: Register, documents: dict[str, bytes], now: dt.datetime, *, ask: bool) -> Published:
        """Publishes all that was admitted; with `ask` not before both witnesses have cosigned it."""
        seconds = int(now.timestamp())
        register.pad()
        return publish(
            register,
            self.store,
            [self.signer],
            now=seconds,
            state=self.state,
            documents=documents.get,
            witnesses=[LocalWitness(witness, seconds) for witness in self.witnesses] if ask else [],
            policy=self.policy if ask else None,
        )

    def watch(self) -> Watched:
        """The watcher looks."""
        return watch(self.store, self.watcher, trust(self.signer.key), tell=_news)


def _news(leaf: PublicLeaf, old: bytes | None, new: bytes) -> list[str]:
    news = charter_news(old, new, leaf.name) if leaf.kind == "charter" else []
    return news or tell_plainly(leaf, old, new)


class Play:
    """The demonstration as it goes on; `facts` says what happened so far, `person` whose receipt there is.

    Refuses a folder with something in it. The same seed gives the same records, ledger and story.
    """

    def __init__(self, out: Path, seed: int, progress: Callable[[str], None]) -> None:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise Refusal("out-not-empty", str(out), "there is something there already", "a new or empty folder")
        self.facts = StoryFacts(StoryPlaces(out), seed)
        self.progress = progress
        self.person = ""
        self.seeded = seeded = Seeded(seed)
        self.unit = PoliceUnit(seeded)
        self.outside = Outside(self.facts.places, seeded)
        settings = RegisterSettings(
            "Alpha, a replay (synthetic)", ORIGIN, deciders=(_DECIDER,), clock_ahead_days=_LONGEST_PAUSE_DAYS
        )
        self.register = Register.create(self.facts.places.register, settings, seeded.chance("salts").randbytes)
        self.documents = {sha256(data).hexdigest(): data for data in charter_files()}
        self.core = read_pack(find_pack("core"))
        self.gate = Gate(self.register, [self.core])

    def __enter__(self) -> Play:
        return self

    def __exit__(self, *_: object) -> None:
        self.register.close()

    def run(self) -> None:
        """The four years, and what everybody can check at their end."""
        first = read_charter(next(iter(self.documents.values())))
        self.adopt(first.adopted_on)
        self.name_key(first.adopted_on)
        self.publish(first.adopted_on)
        early = first_attempt(self.unit, first, _TRIED_EARLY, RECORDERS[0])
        self.try_out(_TRIED_EARLY, RECORDERS[0], [early])
        for number, day in enumerate(quarters()):
            self.progress(f"{day}: {self.register.records():,} records")
            self.quarter(number, day)
        self.progress("Comparing informal lists with the register")
        self.reconcile()
        self.publish(LAST_DAY)
        self.progress("Checking the register, ledger and receipts")
        self.check()
        self.progress("Auditing")
        self.audit()
        self.collect()

    def quarter(self, number: int, day: dt.date) -> None:
        """One quarter, which the unit brings to the gate on its last day."""
        self.adopt(day)
        charter = in_force(self.gate.charters, day) or self.gate.charters[0]
        actor = RECORDERS[number % len(RECORDERS)]
        self.propose(day, 13, actor, self.unit.new_entries(charter, day, actor))
        diligence = _DILIGENCE if day > _BUSY_FROM else 1
        self.propose(day, 14, actor, self.unit.case_work(charter, day, actor, diligence))
        self.try_out(day, actor, attempts(self.unit, charter, day, actor, number))
        for listed in [entry for entry in self.unit.removed if not entry.sent and entry.entry_id != self.person]:
            if self.facts.erased < number * _ERASED_EACH_QUARTER:
                erase(self.register, listed.entry_id, _GROUND, _DECIDER, at(day, 17))
                self.unit.removed.remove(listed)
                self.facts.erased += 1
        self.publish(day)
        if day == _RECEIPT_ON:
            self.give_receipt(day)

    def adopt(self, day: dt.date) -> None:
        """The controller adopts the version of the charter that is dated so, if there is one."""
        for data in charter_files():
            if read_charter(data).adopted_on == day:
                adopt(self.register, data, _DECIDER, at(day, 9))
                self.gate = Gate(self.register, [self.core])

    def propose(self, day: dt.date, hour: int, actor: str, proposals: Iterable[Proposal]) -> list[Outcome]:
        """What became of each proposal; the unit takes note of what was admitted."""
        listed = list(proposals)
        records = [record for place, proposal in enumerate(listed) for record in proposal.records(f"bundle {place}")]
        outcomes = self.gate.admit(records, actor, at(day, hour))
        ends = accumulate(len(proposal.rows) for proposal in listed)
        answered = [outcomes[end - 1] for end in ends]
        for proposal, outcome in zip(listed, answered, strict=True):
            self.settle(proposal, outcome)
        return answered

    def settle(self, proposal: Proposal, outcome: Outcome) -> None:
        """Takes note of what was admitted."""
        if isinstance(outcome, Admitted):
            self.facts.admitted += len(proposal.rows)
            self.unit.settle(proposal)

    def try_out(self, day: dt.date, actor: str, tried: Iterable[AttemptedRecord]) -> None:
        """Attempts, each with what the gate said. On what it holds somebody else decides."""
        attempts = list(tried)
        for attempt, outcome in zip(
            attempts, self.propose(day, 15, actor, [attempt.proposal for attempt in attempts]), strict=True
        ):
            against = [reason for reason in outcome.reasons if reason.effect is Effect.REFUSE] or outcome.reasons
            codes = tuple(dict.fromkeys(reason.code for reason in against))
            says = next((reason.says for reason in against), "")
            self.facts.attempts.append(Said(day, attempt.words, outcome.word, codes, says))
            self.facts.outcomes[outcome.word] += 1
            self.facts.refused.update(codes if outcome.word == "refused" else ())
            if isinstance(outcome, Held):
                self.decide(day, attempt, outcome)

    def decide(self, day: dt.date, attempt: AttemptedRecord, held: Held) -> None:
        """A named person, who did not record it, lets a held proposal in or turns it away."""
        let_in = attempt.words == _LET_IN
        reason = "the threat is to a life; a second source is asked for" if let_in else "to be brought again, whole"
        outcome, *_ = decide(self.gate, held.hold_id, Judgement(_DECIDER, let_in, reason), at(day, 16))
        self.facts.decided[outcome.word] += 1
        self.settle(attempt.proposal, outcome)

    def publish(self, day: dt.date) -> None:
        """The register is published; the witnesses cosign what only grew; the watcher looks."""
        published = self.outside.publish(self.register, self.documents, at(day, 20), ask=True)
        self.facts.published.append((day, published.checkpoint.size))
        self.facts.witnesses.update(published.cosigned_by)
        self.facts.watcher += [(day, line) for line in self.outside.watch().news]

    def give_receipt(self, day: dt.date) -> None:
        """A person who is listed as a victim is given what the entry says, and the receipt of it."""
        places = self.facts.places
        self.person = next(name for name, entry in self.unit.active.items() if entry.entry["role"] == "victim")
        version = next(self.register.versions("entry", "x.entry_id = ?", (self.person,)))
        self.facts.receipt_on, self.facts.listed_on = day, dt.date.fromisoformat(version.recorded_at[:10])
        places.record.parent.mkdir()
        places.record.write_text(json.dumps(version.body(), indent=1) + "\n", encoding="utf-8")
        places.receipt.write_bytes(prove(self.outside.store, version.opened_seq, version.salt))

    def name_key(self, day: dt.date) -> None:
        """The unit says under which key its pseudonyms are, and keeps the key in a file of its own."""
        places, key = self.facts.places, self.unit.key
        name_key(self.register, key.id, _DECIDER, at(day, 10))
        for path in (places.register / "documents").iterdir():
            self.documents[sha256(path.read_bytes()).hexdigest()] = path.read_bytes()
        write_pseudonym_key(places.key, key, _PASSPHRASE, self.seeded.chance("key file").randbytes)
        places.passphrase.write_text(f"{_PASSPHRASE}\n", encoding="utf-8")

    def reconcile(self) -> None:
        """Three officers keep lists of their own, and have them compared with the register."""
        places, now = self.facts.places, at(LAST_DAY, 8)
        planted = plant(*self.unit.copied(), self.seeded.chance("informal lists"))
        write_lists(planted, places.lists)
        copied, people_found, wrongly = [], set(), 0
        for place, informal in enumerate(planted.lists):
            rows = places.lists / f"{Path(informal.name).stem}-rows.csv"
            reason = "informal lists must not outlive a removal"
            path = places.lists / informal.name
            comparison = Comparison(path, informal.options, now, RECORDERS[place], reason, informal.title, rows)
            result = reconcile(self.register, self.unit.key, comparison, now)
            write_result(result, places.reconciled / path.stem)
            with rows.open(encoding="utf-8", newline="") as stream:
                verdicts = [row["verdict"] for row in csv.DictReader(stream)]
            wrongly += sum(row.verdict != verdict for row, verdict in zip(informal.rows, verdicts, strict=True))
            removed = zip(informal.rows, verdicts, strict=True)
            people_found |= {row.who for row, verdict in removed if row.who >= 0 and verdict == "removed"}
            copied.append(Copied(informal.name, informal.title, result["rows"], result["verdicts"]))
        self.facts.copies = Copies(REMOVED, planted.covered, len(people_found), wrongly, planted.not_covered(), copied)

    def collect(self) -> None:
        """Everything that is published, as it is now, in one folder."""
        places = self.facts.places
        shutil.rmtree(places.published, ignore_errors=True)
        collect(self.register, places.ledger, places.policy, places.published, LAST_DAY)

    def check(self) -> None:
        """Register against ledger, the ledger from its bytes, and receipts old and new."""
        facts, store, policy = self.facts, self.outside.store, self.outside.policy
        facts.records = self.register.records()
        facts.people = self.register.status().rows["subject"]
        facts.categories = (len(self.gate.charters[0].categories), len(self.gate.charters[-1].categories))
        facts.discrepancies = sum(1 for _ in check_register(self.register))
        facts.faults = check(store, policy, leaves=self.register).fault_count
        verify(facts.places.receipt.read_bytes(), json.loads(facts.places.record.read_bytes()), policy)
        tree = Tree(store, facts.records)
        for version in list(self.register.versions("item"))[::_ITEMS_FOR_A_RECEIPT]:
            verify(prove(store, version.opened_seq, version.salt, tree), version.body(), policy)
            facts.receipts += 1

    def audit(self) -> None:
        """The register as an inspector finds it four years on, audited as a foreign one would be."""
        facts, places = self.facts, self.facts.places
        facts.audited_on = LAST_DAY
        run = audit(Request(SourceOptions(str(places.register)), ("core",), LAST_DAY, out=places.audit), _Silent())
        for finding in run.findings:
            control, is_breached = finding.control, finding.verdict is Verdict.BREACHED
            facts.verdicts[finding.verdict.value] += 1
            facts.gate_controls += control.gate is Effect.REFUSE
            facts.gate_breached += control.gate is Effect.REFUSE and is_breached
            if is_breached:
                counts = (finding.breached or 0, finding.examined or 0)
                facts.breaches.append(Breach(control.id, control.title, *counts, _WHY.get(control.id, "")))


class _Silent:
    """The audit takes a moment, and nobody has to be told how it is going."""

    def reading(self, table: str, rows: int) -> None: ...
    def planned(self, controls: int, resumed: int) -> None: ...
    def finished(self, finding: Finding) -> None: ...
    def writing(self) -> None: ...


def quarters() -> Iterator[dt.date]:
    """The last day of each quarter."""
    for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
        for month, last in ((3, 31), (6, 30), (9, 30), (12, 31)):
            if FIRST_DAY <= dt.date(year, month, last) <= LAST_DAY:
                yield dt.date(year, month, last)


def at(day: dt.date, hour: int) -> dt.datetime:
    """A moment of a simulated day, in UTC."""
    return dt.datetime.combine(day, dt.time(hour), dt.UTC)
