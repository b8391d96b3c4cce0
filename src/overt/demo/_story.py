"""The demonstration as a newcomer reads it: short paragraphs, dates, numbers, and how to check each of them."""

from __future__ import annotations

import datetime as dt
import shlex
import textwrap
from collections.abc import Iterator
from pathlib import Path

from overt.demo._facts import Fork, StoryFacts, StoryPlaces
from overt.pages import day as in_words

_WIDTH = 100


def tell(facts: StoryFacts) -> str:
    """The story from the first charter to the audit, and to the fork where there is one."""
    lines = [*_beginning(facts), *_gate(facts), *_doubling(facts), *_ledger(facts), *_copies(facts), *_audit(facts)]
    if facts.fork:
        return "\n".join([*lines, *_forked(facts, facts.fork), *_again_forked(facts.places)])
    return "\n".join([*lines, *_again(facts.places)])


def _beginning(facts: StoryFacts) -> Iterator[str]:
    yield from _headed("Four years of a police register, kept in the open")
    yield from _told(f"""
        Everything here is invented. No one in this register exists, and its keys come from the seed {facts.seed}, so
        they protect nothing. It replays press reports on Project Alpha, a police unit that collects what young people
        post online: the categories of data it may record grew from 16 to 34 within a year, and the public learned of
        it afterwards (Byline Times, 25 October 2021). This is how it could have been done openly.""")
    adopted, line = _charter_news(facts)[0]
    yield from _headed(f"{in_words(adopted)}: the rules come first")
    yield from _told("""
        The unit publishes its charter: what may be recorded and why, about whom, for how long, and with whom it is
        shared. Each category of data needs a reason and an assessment signed in advance, and the rules take effect four
        weeks later, not immediately. A monitor, which could run on anyone's computer, prints:""")
    yield from _quoted(line)
    early = facts.attempts[0]
    yield from _told(
        f"On {in_words(early.day)} someone already tries to list a person. The gate refuses: {early.says}."
    )


def _gate(facts: StoryFacts) -> Iterator[str]:
    yield from _headed("September 2020 to June 2024: the gate")
    yield from _told(f"""
        Every record must pass the gate. {facts.admitted:,} records about {facts.people + facts.erased:,} people were
        admitted, and {facts.outcomes["refused"]} attempts refused. The first of each kind, with the rules it broke:""")
    yield from _first_of_each(facts, "refused")
    child = next(attempt for attempt in facts.attempts if "OV-34" in attempt.codes)
    yield from _told(f"""
        A refusal gives all reasons together, with the law and how to fix it. For {child.words}, it states that
        {child.says}. Anything that names a person is refused, and the name is not recorded anywhere, even in the
        refusal: a register under Overt holds keyed pseudonyms and no names.""")
    yield from _told(f"""
        {facts.outcomes["held"]} attempts are not plainly wrong. The gate holds them for a named person, who cannot be
        the person who recorded them. {facts.decided["admitted"]} are admitted and {facts.decided["refused"]} refused,
        each with a recorded reason:""")
    yield from _first_of_each(facts, "held")


def _first_of_each(facts: StoryFacts, outcome: str) -> Iterator[str]:
    words: set[str] = set()
    for attempt in facts.attempts[1:]:
        if attempt.outcome == outcome and attempt.words not in words:
            words.add(attempt.words)
            yield f"    {attempt.day}  {attempt.words} ({', '.join(attempt.codes)})"
    yield ""


def _doubling(facts: StoryFacts) -> Iterator[str]:
    day, line = _charter_news(facts)[1]
    before, after = facts.categories
    yield from _headed(f"{in_words(day)}: the day the categories doubled")
    yield from _told(f"""
        The unit adopts a second charter: {after} categories of data instead of {before}. It is free to do so, but not
        in secret. The change is public on the date it is adopted, four weeks before it takes effect. That evening the
        monitor, which has only the register's public key, prints:""")
    yield from _quoted(line)


def _ledger(facts: StoryFacts) -> Iterator[str]:
    yield from _headed("The ledger: nothing is changed or removed silently")
    names = " and the ".join(sorted(facts.witnesses))
    yield from _told(f"""
        For every record, decision and erasure an entry is added to a public, append-only ledger: {facts.records:,}
        entries so far. An entry is a fingerprint and reveals nothing. The ledger was published
        {len(facts.published)} times. Each time two witnesses, the {names}, checked that it had only been added to, and
        cosigned it.""")
    yield from _told(f"""
        {facts.erased} people were erased during this time. Their data is destroyed, and with it anything that could
        link their ledger entries to a person. The entries remain and reveal nothing, and all other proofs are still
        valid.""")
    yield from _told(f"""
        On {in_words(facts.receipt_on)} one person, listed as a victim, was given a receipt. It still proves what the
        unit recorded. So do {facts.receipts} others, drawn from the whole register. Register compared with ledger:
        {_counted(facts.discrepancies, "difference")}. A full check of the ledger:
        {_counted(facts.faults, "fault")}.""")


def _copies(facts: StoryFacts) -> Iterator[str]:
    copies = facts.copies
    if copies is None:
        return
    yield from _headed("Copies: the lists that the register did not know about")
    yield from _told(f"""
        Three officers keep their own lists, as officers using a real gangs database did (ICO, November 2018). The lists
        have names; the register has none. {copies.planted} people who were removed from the register are still on them,
        with names in the usual variety of spellings. Each list owner has the list compared with the register:
        pseudonyms are calculated with the unit's key, compared and discarded. Nothing from a list is stored, and the
        register logs who did it and why.""")
    for informal in copies.lists:
        verdicts = ", ".join(f"{count} {verdict}" for verdict, count in informal.verdicts.items() if count)
        yield from textwrap.wrap(
            f"{informal.name}: {informal.rows} rows; {verdicts}",
            _WIDTH,
            initial_indent="    ",
            subsequent_indent="        ",
        )
    yield ""
    wrongly = f"{copies.wrongly} rows get" if copies.wrongly else "No row gets"
    yield from _told(f"""
        Of the {copies.planted}, {copies.found} are found; the matching rule covers the spelling of {copies.covered} of
        them. {wrongly} a wrong answer: a twin, a namesake and a person with another middle name are distinguished. The
        rule does not cover the other {len(copies.not_covered)}, and the report says why:
        {"; ".join(copies.not_covered)}.""")
    yield f"The reports: {facts.places.reconciled}"
    yield ""


def _audit(facts: StoryFacts) -> Iterator[str]:
    yield from _headed(f"{in_words(facts.audited_on)}: the audit")
    verdicts = facts.verdicts
    yield from _told(f"""
        An inspector checks the register against {verdicts.total()} questions, the same as for any other.
        {verdicts["met"]} duties are met and {verdicts["breached"]} breached; {verdicts["not applicable"]} do not apply;
        {verdicts["cannot be shown"]} cannot be shown, because the register does not hold the data.""")
    yield from _told(f"""
        Of the {facts.gate_controls} questions on which the gate refuses, {facts.gate_breached or "none"} is breached:
        records that would have breached them were never admitted. But a gate cannot make people do their work on time,
        or undo a person's decision. So there are breaches, and they are reported:""")
    for breach in facts.breaches:
        yield f"    {breach.control:7} {breach.title}: not met for {breach.breached:,} of {breach.examined:,}"
        yield from textwrap.wrap(breach.why, _WIDTH, initial_indent=" " * 12, subsequent_indent=" " * 12)
    yield ""
    yield f"The report: {facts.places.audit / 'report.html'}"
    yield ""


def _forked(facts: StoryFacts, fork: Fork) -> Iterator[str]:
    yield from _headed("The morning after: the operator rewrites history")
    inside = "everything matches" if fork.seen_inside == 0 else _counted(fork.seen_inside, "difference")
    yield from _told(f"""
        Someone who controls the database and the signing key changes the victim who holds the receipt into a suspect,
        as if they had always been one: entry {fork.changed_leaf:,} of the ledger. Rows, entries and tiles are generated
        again and signed with the right key. Checked from inside, {inside}. Outside, everyone notices.""")
    yield from _told("The witnesses are asked to cosign, and refuse:")
    yield from _quoted(*fork.witnesses)
    yield from _told("The operator publishes without them. The monitor checks, and prints:")
    yield from _quoted(fork.contradiction, f"seen before  {fork.seen_root}", f"served now   {fork.served_root}")
    yield from _told("""
        One key signed both, and both cannot be true. The two signed checkpoints are kept as evidence. Anyone with the
        register's public key can verify it, and no one else could have produced it:""")
    yield from _quoted(str(fork.evidence))
    yield from _told(f"""
        Asked to prove the person's record, the rewritten ledger fails ({fork.receipt}). The old receipt, cosigned by
        both witnesses, still proves what was recorded on {in_words(facts.listed_on)}: a victim.""")


def _charter_news(facts: StoryFacts) -> list[tuple[dt.date, str]]:
    return [(day, line) for day, line in facts.watcher if line.startswith("the charter")]


def _again(places: StoryPlaces) -> Iterator[str]:
    yield from _headed("Check it yourself")
    yield from _command("Check every entry, tile and signature of the ledger", _check(places))
    verify = ("--policy", places.policy)
    yield from _command("Verify everything that is published", "overt verify", places.published, *verify)
    yield from _command("Start watching the ledger as an outsider", _watch(places, places.out / "mine"))
    yield from _command("Verify the person's receipt", _verify(places))
    yield from _command(
        "Check every row of the register against its ledger entry", "overt register check", places.register
    )
    out = ("--as-of 2024-09-03 --out", places.out / "my-audit")
    yield from _command(
        "Run the audit (exits with status 1 because duties are breached)", "overt audit", places.register, *out
    )
    lists = (
        "--key",
        places.key,
        "--passphrase-file",
        places.passphrase,
        "--by P1001 --reason 'a look at an informal list of the north desk'",
    )
    held = ("overt reconcile", places.lists / "north-desk.csv", "--with", places.register, "--dates day-first", *lists)
    yield from _command("Check an informal list (exits with status 1 because removed people are on it)", *held)
    charters = [places.register / "charters" / f"{version:04}.toml" for version in (1, 2)]
    yield from _command("Show how the charter changed", "overt charter history", *charters)
    yield from _command(
        "Show what happens when the operator cheats", "overt demo --cheat --out", f"{places.out}-cheated"
    )


def _again_forked(places: StoryPlaces) -> Iterator[str]:
    yield from _headed("Check it yourself")
    yield from _command("Run the monitor's check (exits with status 1)", _watch(places, places.watcher))
    yield from _command("See that the cosignatures are missing (exits with status 1)", _check(places))
    yield from _command("Verify the person's receipt, which is still valid", _verify(places))


def _check(places: StoryPlaces) -> str:
    return _joined("overt ledger check", places.ledger, "--policy", places.policy)


def _watch(places: StoryPlaces, state: Path) -> str:
    return _joined("overt ledger watch", places.ledger, "--state", state, "--policy", places.watcher_policy)


def _verify(places: StoryPlaces) -> str:
    return _joined("overt ledger verify", places.receipt, "--record", places.record, "--policy", places.policy)


def _joined(*parts: str | Path) -> str:
    """A command line; paths are quoted where a shell needs it."""
    return " ".join(part if isinstance(part, str) else shlex.quote(str(part)) for part in parts)


def _command(words: str, *parts: str | Path) -> Iterator[str]:
    yield from (f"{words}:", f"    {_joined(*parts)}", "")


def _headed(words: str) -> Iterator[str]:
    yield from (words, "-" * len(words))


def _told(words: str) -> Iterator[str]:
    yield from textwrap.wrap(" ".join(words.split()), _WIDTH, break_long_words=False, break_on_hyphens=False)
    yield ""


def _quoted(*lines: str) -> Iterator[str]:
    yield from (f"    {line}" for line in lines)
    yield ""


def _counted(count: int, word: str) -> str:
    return f"{count or 'no'} {word}{'' if count == 1 else 's'}"
