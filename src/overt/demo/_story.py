"""The demonstration as a newcomer reads it: short paragraphs, days, numbers, and how to see each of them again."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterator

from overt.demo._facts import Facts, Fork, Places

_WIDTH = 100


def tell(facts: Facts) -> str:
    """The story from the first charter to the audit, and to the fork where there is one."""
    return "\n".join(_lines(facts))


def _lines(facts: Facts) -> Iterator[str]:
    yield from _beginning(facts)
    yield from _gate(facts)
    yield from _doubling(facts)
    yield from _ledger(facts)
    yield from _audit(facts)
    if facts.fork:
        yield from _forked(facts, facts.fork)
    yield from _again(facts.places, forked=facts.fork is not None)


def _beginning(facts: Facts) -> Iterator[str]:
    yield from _headed("Four years of a police register, kept in the open")
    yield from _told(
        f"Everything here is invented. Nobody in this register exists, and its keys come from the seed {facts.seed}:"
        " they are worthless. It replays what was reported of Project Alpha, a police unit that collects what young people"
        " post online: the kinds of data it may record went from 16 to 34 within a year, and the public learned of it"
        " later, from the press (Byline Times, 25 October 2021). This is how it would have gone in the open."
    )
    adopted, line = facts.news[0]
    yield from _headed(f"{_day(adopted)}: the rules come first")
    yield from _told(
        "The unit publishes its charter: what may be recorded, why, about whom, for how long and who is sent it. Each"
        " kind of data needs a reason and an assessment signed beforehand, and the rules bind four weeks later, not"
        " at once. An outsider's watcher prints:"
    )
    yield _quoted(line)
    early = facts.attempts[0]
    yield from _told(f"On {_day(early.day)} somebody already tries to list a person. Refused: {early.says}.")


def _gate(facts: Facts) -> Iterator[str]:
    yield from _headed("September 2020 to June 2024: the gate")
    yield from _told(
        f"Every record has to pass one gate. {facts.admitted:,} do, about {facts.people + facts.erased:,} people."
        f" {facts.refused_attempts} attempts are refused, with every reason at once and what to do about it. The first"
        " of each kind:"
    )
    told: set[str] = set()
    for each in facts.attempts[1:]:
        if each.outcome == "refused" and each.words not in told:
            told.add(each.words)
            yield f"    {each.day}  {each.words}"
            yield f"                {each.says} ({', '.join(each.codes)})"
    yield from _held(facts)
    yield from _told(
        "What names a person is refused too, and is written nowhere, not even in the refusal: a register under Overt"
        " holds keyed pseudonyms and no names."
    )


def _held(facts: Facts) -> Iterator[str]:
    yield ""
    yield from _told(
        f"{facts.held} more are neither right nor plainly wrong. The gate holds them until somebody else than who"
        f" recorded them decides: {facts.decided['admitted']} are let in and {facts.decided['refused']} turned away,"
        " each with a name and a reason on record."
    )
    told: set[str] = set()
    for each in facts.attempts:
        if each.outcome == "held" and each.words not in told:
            told.add(each.words)
            yield f"    {each.day}  {each.words}"
            yield f"                {each.says} ({', '.join(each.codes)})"
    yield ""


def _doubling(facts: Facts) -> Iterator[str]:
    day, line = facts.news[1]
    before, after = facts.categories
    yield from _headed(f"{_day(day)}: the day the categories doubled")
    yield from _told(
        f"The unit adopts a second charter. It may hide nothing in it: from {before} kinds of data to {after}, the"
        " change is public on the day it is adopted, four weeks before it binds. The watcher, which holds nothing but"
        " the register's public key, prints:"
    )
    yield _quoted(line)


def _ledger(facts: Facts) -> Iterator[str]:
    yield from _headed("The ledger: nothing is changed or dropped in silence")
    names = " and ".join(f"the {name}" for name in sorted(facts.cosigned))
    yield from _told(
        f"For every record one line goes into a public ledger that can only grow: {facts.leaves:,} lines now. A line is"
        f" a fingerprint and gives nothing away. The unit has published {len(facts.published)} times. Each time {names}"
        " proved that the ledger had only grown before they countersigned."
    )
    yield from _told(
        f"{facts.erased} people were erased on the way. What the register said of them is destroyed, and with it the"
        " only key to their lines, which stay and say nothing. The proofs of everybody else hold as before."
    )
    receipt = facts.places.receipt.name
    yield from _told(
        f"On 31 March 2021 one person, listed as a victim, was given a receipt ({receipt}). It still proves what the"
        f" unit recorded. So do {facts.receipts - 1} others, drawn from the whole register. Register against ledger:"
        f" {_counted(facts.discrepancies, 'difference')}. The ledger from its bytes: {_counted(facts.faults, 'fault')}."
    )


def _audit(facts: Facts) -> Iterator[str]:
    yield from _headed(f"{_day(facts.audited_on)}: the audit")
    verdicts = facts.verdicts
    yield from _told(
        f"An inspector is handed the tables as they stand and puts {verdicts.total()} questions to them, as to any"
        f" register: {verdicts['met']} duties are met, {verdicts['breached']} breached, {verdicts['not applicable']}"
        f" have nothing to be asked of, and {verdicts['cannot be shown']} cannot be shown, because the register keeps"
        " no such table."
    )
    yield from _told(
        f"Of the {facts.gate_controls} questions by which the gate refuses, {facts.gate_breached or 'none'}"
        f" {'is' if facts.gate_breached < 2 else 'are'} breached: what would have breached them never came in. What a"
        " gate cannot do is make people do their work in time. So there are breaches, and they are said:"
    )
    for each in facts.breaches:
        yield f"    {each.control:7} {each.title}: {each.breached:,} of {each.examined:,}"
        yield from textwrap.wrap(each.why, _WIDTH - 12, initial_indent=" " * 12, subsequent_indent=" " * 12)
    yield ""
    yield from _told(f"The report: {facts.places.audit / 'report.html'}")


def _forked(facts: Facts, fork: Fork) -> Iterator[str]:
    yield from _headed("The morning after: the operator rewrites history")
    yield from _told(
        "Somebody who owns the database and the signing key makes a suspect of the person with the receipt, as if it"
        f" had never been otherwise (line {fork.changed_leaf:,} of the ledger). Rows, lines, tiles and signature are"
        " made anew. Seen from inside, nothing is wrong: register and ledger agree. Outside, everybody notices."
    )
    yield from _told("The witnesses are asked to countersign, and refuse:")
    for each in fork.witnesses:
        yield _quoted(each)
    yield from _told("The operator publishes all the same. The watcher looks, and prints:")
    yield _quoted(fork.contradiction)
    yield f"    seen before  {fork.seen_root}"
    yield f"    served now   {fork.served_root}"
    yield ""
    yield from _told(
        "The same key signed both, and they cannot both be true. The two signed heads are kept as evidence, which"
        f" anybody can verify who has the register's public key: {fork.evidence}"
    )
    yield from _told(
        "The person asks the new ledger to prove the old record. It cannot"
        f" ({fork.receipt}). The receipt of 31 March 2021 still proves what was recorded then: a victim."
    )


def _again(places: Places, *, forked: bool) -> Iterator[str]:
    yield from _headed("See for yourself")
    check = f"overt ledger check {places.ledger} --policy {places.policy}"
    verify = f"overt ledger verify {places.receipt} --record {places.record} --policy {places.policy}"
    if forked:
        yield from _command("The watcher's look, once more (leaves with 1)", _watch(places, places.watcher))
        yield from _command("The ledger's countersignatures are gone (leaves with 1)", check)
        yield from _command("The person's receipt, which still holds", verify)
        return
    yield from _command("Every line, tile and signature of the ledger, from the bytes", check)
    yield from _command("Begin to watch, as an outsider who knows nothing yet", _watch(places, places.out / "mine"))
    yield from _command("The person's receipt", verify)
    yield from _command("Every row of the register against its line", f"overt register check {places.register}")
    again = f"overt audit {places.snapshot} --as-of 2024-09-03 --out {places.out / 'my-audit'}"
    yield from _command("The audit, which leaves with 1 as something is breached", again)
    yield from _command("What the charter became", f"overt charter history {places.register / 'charters'}/*.toml")
    yield from _told("And what happens when the operator cheats: overt demo --cheat --out another-folder")


def _watch(places: Places, state: object) -> str:
    return f"overt ledger watch {places.ledger} --state {state} --policy {places.watcher_policy}"


def _command(words: str, command: str) -> Iterator[str]:
    yield f"{words}:"
    yield f"    {command}"
    yield ""


def _headed(words: str) -> Iterator[str]:
    yield words
    yield "-" * len(words)


def _told(words: str) -> Iterator[str]:
    yield from textwrap.wrap(words, _WIDTH, break_long_words=False, break_on_hyphens=False)
    yield ""


def _quoted(line: str) -> str:
    return f"    {line}\n"


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _counted(count: int, word: str) -> str:
    return f"{count or 'no'} {word}{'' if count == 1 else 's'}"
