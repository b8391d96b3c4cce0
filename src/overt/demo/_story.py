"""The demonstration as a newcomer reads it: short paragraphs, days, numbers, and how to see each of them again."""

from __future__ import annotations

import datetime as dt
import shlex
import textwrap
from collections.abc import Iterator
from pathlib import Path

from overt.demo._facts import Facts, Fork, Places
from overt.pages import day as in_words

_WIDTH = 100


def tell(facts: Facts) -> str:
    """The story from the first charter to the audit, and to the fork where there is one."""
    told = [*_beginning(facts), *_gate(facts), *_doubling(facts), *_ledger(facts), *_copies(facts), *_audit(facts)]
    if facts.fork:
        return "\n".join([*told, *_forked(facts, facts.fork), *_again_forked(facts.places)])
    return "\n".join([*told, *_again(facts.places)])


def _beginning(facts: Facts) -> Iterator[str]:
    yield from _headed("Four years of a police register, kept in the open")
    yield from _told(f"""
        Everything here is invented. Nobody in this register exists, and its keys come from the seed {facts.seed}: they
        are worthless. It replays what the press reported of Project Alpha, a police unit that collects what young
        people post online: the kinds of data it may record went from 16 to 34 within a year, and the public learned of
        it afterwards (Byline Times, 25 October 2021). This is how it could have gone in the open.""")
    adopted, line = _charter_news(facts)[0]
    yield from _headed(f"{in_words(adopted)}: the rules come first")
    yield from _told("""
        The unit publishes its charter: what may be recorded and why, about whom, for how long, and who is sent it. Each
        kind of data needs a reason and an assessment signed beforehand, and the rules bind four weeks later, not at
        once. A watcher, which could be anybody's computer, prints:""")
    yield from _quoted(line)
    early = facts.attempts[0]
    yield from _told(f"On {in_words(early.day)} somebody already tries to list a person. Refused: {early.says}.")


def _gate(facts: Facts) -> Iterator[str]:
    yield from _headed("September 2020 to June 2024: the gate")
    yield from _told(f"""
        Every record has to pass one gate. {facts.admitted:,} do, about {facts.people + facts.erased:,} people.
        {facts.outcomes["refused"]} attempts are refused. The first of each kind, with the rules that it broke:""")
    yield from _first_of_each(facts, "refused")
    child = next(each for each in facts.attempts if "OV-34" in each.codes)
    yield from _told(f"""
        A refusal gives every reason at once, with the law and what to do about it: of {child.words}, it says that
        {child.says}. What names somebody is refused too, and written down nowhere, not even in the refusal: a
        register under Overt holds keyed pseudonyms and no names.""")
    yield from _told(f"""
        {facts.outcomes["held"]} attempts are not plainly wrong. The gate holds them for a named person, who must not be
        who recorded them. {facts.decided["admitted"]} are let in and {facts.decided["refused"]} turned away, each with
        a reason on record:""")
    yield from _first_of_each(facts, "held")


def _first_of_each(facts: Facts, outcome: str) -> Iterator[str]:
    told: set[str] = set()
    for each in facts.attempts[1:]:
        if each.outcome == outcome and each.words not in told:
            told.add(each.words)
            yield f"    {each.day}  {each.words} ({', '.join(each.codes)})"
    yield ""


def _doubling(facts: Facts) -> Iterator[str]:
    day, line = _charter_news(facts)[1]
    before, after = facts.categories
    yield from _headed(f"{in_words(day)}: the day the categories doubled")
    yield from _told(f"""
        The unit adopts a second charter: {after} kinds of data instead of {before}. It may want that, but it cannot do
        it quietly. The change is public on the day it is adopted, four weeks before it binds. That evening the watcher,
        which holds nothing but the register's public key, prints:""")
    yield from _quoted(line)


def _ledger(facts: Facts) -> Iterator[str]:
    yield from _headed("The ledger: nothing is changed or dropped in silence")
    names = " and the ".join(sorted(facts.witnesses))
    yield from _told(f"""
        For every record, decision and erasure a line goes into a public ledger that can only grow: {facts.records:,}
        lines by now. A line is a fingerprint, and tells nothing. The ledger was published {len(facts.published)} times.
        Each time two witnesses, the {names}, had it proved to them that it had only grown, and countersigned.""")
    yield from _told(f"""
        {facts.erased} people were erased on the way. What the register said of them is destroyed, and with it what
        could tie their lines to anybody. The lines stay and say nothing, and the proofs of all others still hold.""")
    yield from _told(f"""
        On {in_words(facts.receipt_on)} one person, listed as a victim, was given a receipt. It still proves what the
        unit recorded. So do {facts.receipts} others, drawn from the whole register. Register against ledger:
        {_counted(facts.discrepancies, "difference")}. The ledger from its bytes: {_counted(facts.faults, "fault")}.""")


def _copies(facts: Facts) -> Iterator[str]:
    copies = facts.copies
    if copies is None:
        return
    yield from _headed("Copies: the lists that nobody told the register about")
    yield from _told(f"""
        Three officers keep lists of their own, as officers of a real gangs database did (ICO, November 2018). The
        lists have names; the register has none. {copies.planted} people who were removed from the register are still
        on them, written as people write names. Each owner has the list held against the register: pseudonyms are
        computed under the unit's key, compared and forgotten. Nothing of a list is stored, and the register logs who
        did it and why.""")
    for each in copies.lists:
        said = ", ".join(f"{count} {verdict}" for verdict, count in each.verdicts.items() if count)
        yield from textwrap.wrap(
            f"{each.name}: {each.rows} rows; {said}", _WIDTH, initial_indent="    ", subsequent_indent="        "
        )
    yield ""
    wrongly = f"{copies.wrongly} rows get" if copies.wrongly else "No row gets"
    yield from _told(f"""
        Of the {copies.planted}, {copies.found} are found, of {copies.covered} whose spelling the rule covers. {wrongly}
        a wrong answer: a twin, a namesake and somebody with another middle name are told apart. The other
        {len(copies.not_covered)} the rule does not see, and says of which kinds: {"; ".join(copies.not_covered)}.""")
    yield f"The reports: {facts.places.reconciled}"
    yield ""


def _audit(facts: Facts) -> Iterator[str]:
    yield from _headed(f"{in_words(facts.audited_on)}: the audit")
    verdicts = facts.verdicts
    yield from _told(f"""
        An inspector puts {verdicts.total()} questions to the register as it stands, the same as to any other.
        {verdicts["met"]} duties are met and {verdicts["breached"]} breached; {verdicts["not applicable"]} have nothing
        to be asked of; {verdicts["cannot be shown"]} cannot be shown, because the register keeps nothing that would
        show them.""")
    yield from _told(f"""
        Of the {facts.gate_controls} questions on which the gate refuses, {facts.gate_breached or "none"} is breached:
        what would have breached them never came in. But a gate cannot make people do their work in time, nor undo what
        a person decided. So there are breaches, and they are said:""")
    for each in facts.breaches:
        yield f"    {each.control:7} {each.title}: {each.breached:,} of {each.examined:,}"
        yield from textwrap.wrap(each.why, _WIDTH, initial_indent=" " * 12, subsequent_indent=" " * 12)
    yield ""
    yield f"The report: {facts.places.audit / 'report.html'}"
    yield ""


def _forked(facts: Facts, fork: Fork) -> Iterator[str]:
    yield from _headed("The morning after: the operator rewrites history")
    inside = "everything fits" if fork.seen_inside == 0 else _counted(fork.seen_inside, "difference")
    yield from _told(f"""
        Somebody who owns the database and the signing key makes a suspect of the victim with the receipt, as if it had
        never been otherwise: line {fork.changed_leaf:,} of the ledger. Rows, lines and tiles are made anew and signed
        with the right key. Checked from inside, {inside}. Outside, everybody notices.""")
    yield from _told("The witnesses are asked to countersign, and refuse:")
    yield from _quoted(*fork.witnesses)
    yield from _told("The operator publishes without them. The watcher looks, and prints:")
    yield from _quoted(fork.contradiction, f"seen before  {fork.seen_root}", f"served now   {fork.served_root}")
    yield from _told("""
        One key signed both, and both cannot be true. The two signed heads are kept as evidence. Whoever has the
        register's public key can verify it, and nobody else could have made it:""")
    yield from _quoted(str(fork.evidence))
    yield from _told(f"""
        Asked to prove the person's record, the rewritten ledger fails ({fork.receipt}). The old receipt, countersigned
        by both witnesses, still proves what was recorded on {in_words(facts.listed_on)}: a victim.""")


def _charter_news(facts: Facts) -> list[tuple[dt.date, str]]:
    return [(day, line) for day, line in facts.watcher if line.startswith("the charter")]


def _again(places: Places) -> Iterator[str]:
    yield from _headed("See for yourself")
    yield from _command("Every line, tile and signature of the ledger", _check(places))
    yield from _command("Begin to watch, as an outsider who knows nothing yet", _watch(places, places.out / "mine"))
    yield from _command("The person's receipt", _verify(places))
    yield from _command("Every row of the register against its line", "overt register check", places.register)
    out = ("--as-of 2024-09-03 --out", places.out / "my-audit")
    yield from _command(
        "The audit, which exits with status 1 because something is breached", "overt audit", places.register, *out
    )
    lists = (
        "--key",
        places.key,
        "--passphrase-file",
        places.passphrase,
        "--by P1001 --reason 'a look at an informal list of the north desk'",
    )
    held = ("overt reconcile", places.lists / "north-desk.csv", "--with", places.register, "--dates day-first", *lists)
    yield from _command("An informal list, which exits with status 1 because removed people are on it", *held)
    charters = [places.register / "charters" / f"{version:04}.toml" for version in (1, 2)]
    yield from _command("What the charter became", "overt charter history", *charters)
    yield from _command("What happens when the operator cheats", "overt demo --cheat --out", f"{places.out}-cheated")


def _again_forked(places: Places) -> Iterator[str]:
    yield from _headed("See for yourself")
    yield from _command("The watcher's look, which exits with status 1", _watch(places, places.watcher))
    yield from _command("The countersignatures are missing, which exits with status 1", _check(places))
    yield from _command("The person's receipt, which still holds", _verify(places))


def _check(places: Places) -> str:
    return _joined("overt ledger check", places.ledger, "--policy", places.policy)


def _watch(places: Places, state: Path) -> str:
    return _joined("overt ledger watch", places.ledger, "--state", state, "--policy", places.watcher_policy)


def _verify(places: Places) -> str:
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
