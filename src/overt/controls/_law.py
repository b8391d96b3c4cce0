"""The law that controls cite: each citation as the texts that it names, day by day, and what is wrong with one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from overt.controls._control import Authority, Basis, Pack
from overt.law import JURISDICTIONS, Law, LawText, Provision, place_of, speaks_for
from overt.refusals import Refusal

LAW_FILE = "law.toml"
# A law that does not hold where the pack does may be the reason for a rule, or its model; never the rule.
_NOT_THE_RULE = ("as the reason", "by analogy")
_DAY = dt.timedelta(days=1)


def by_text(basis: Basis, law: Law) -> tuple[Basis, ...]:
    """The basis once for each text that its provisions have had, within its own days; as it is where none is known.

    A citation of a section that was amended becomes two: what stood before the amendment, and what stands since.
    """
    cited = law.cited(basis.citation)
    starts = {text.starts_on for each in cited for text in each.texts}
    ends = {text.ends_on + _DAY for each in cited for text in each.texts if text.ends_on}
    inside = sorted(day for day in {*starts, *ends, basis.starts_on} if day and basis.covers(day))
    # Before the first of these days there is a stretch as well, unless the basis begins on it.
    firsts = [*([] if basis.starts_on in inside else [basis.starts_on]), *inside]
    found = []
    for first, following in zip(firsts, [*firsts[1:], None], strict=True):
        last = following - _DAY if following else basis.ends_on
        texts = _texts_on(cited, first, last)
        if texts:
            found.append(replace(basis, starts_on=first, ends_on=last, texts=texts))
    return tuple(found) or (basis,)


def check_law(pack: Pack) -> list[Refusal]:
    """Citations that nothing is known of, that are cited for days on which they were not law, or not law there.

    Of a controller's own policy nobody else need know anything. A variant takes over no law of its base's place, be it
    the rule or the reason for one: it puts its own in its place, or says that it goes by analogy.
    """
    where = str(pack.path / "pack.toml") if pack.path else pack.name
    if pack.jurisdiction not in JURISDICTIONS:
        wanted = ", ".join(JURISDICTIONS)
        return [Refusal("pack-jurisdiction", where, pack.jurisdiction, wanted)]
    refusals: list[Refusal] = list(pack.variant.faults(pack)) if pack.variant else []
    base = pack.variant.base.jurisdiction if pack.variant else ""
    for control in pack.controls:
        holds_in = control.holds_in or pack.jurisdiction
        if holds_in not in JURISDICTIONS or not speaks_for(pack.jurisdiction, holds_in):
            wanted = f"a jurisdiction within {pack.jurisdiction}"
            refusals.append(Refusal("pack-jurisdiction", f"{control.path}, holds in", holds_in, wanted))
            continue
        for basis in control.written or control.basis:
            cited = pack.law.cited(basis.citation)
            if cited or control.kind is not Authority.OWN_POLICY:
                refusals += _faults(basis, cited, f"{control.path}, basis", holds_in, base)
    return refusals


def _texts_on(cited: Sequence[Provision], first: dt.date | None, last: dt.date | None) -> tuple[LawText, ...]:
    """The texts that stood throughout a stretch of days within which none changes."""
    day = first or last
    if day is None:
        return tuple(text for each in cited for text in each.texts if text.starts_on is None and text.ends_on is None)
    if first is None:
        return tuple(text for each in cited for text in each.texts if text.starts_on is None and text.covers(day))
    return tuple(text for each in cited if (text := each.on(day)))


def _faults(basis: Basis, cited: Sequence[Provision], where: str, holds_in: str, base: str) -> Iterator[Refusal]:
    if not cited:
        wanted = f"a provision of the law as data (overt pack law), or of the pack's own {LAW_FILE}"
        yield Refusal("citation-unknown", where, basis.citation, wanted)
    for each in cited:
        is_of_base = bool(base) and each.holds_in(base)
        words = ("by analogy",) if is_of_base else _NOT_THE_RULE
        if not each.holds_in(holds_in) and not any(word in basis.citation for word in words):
            without = [place_of(part) for part in each.not_in]
            place = ", and not of ".join([place_of(each.jurisdiction), *without])
            wanted = f"law that holds in {place_of(holds_in)}, or the words: {', or: '.join(words)}"
            yield Refusal("citation-elsewhere", where, f"{basis.citation}: the law of {place}", wanted)
    if not cited or (basis.starts_on is None and basis.ends_on is None):
        return
    first = min((text.starts_on or dt.date.min for each in cited for text in each.texts), default=dt.date.min)
    last = max((text.ends_on or dt.date.max for each in cited for text in each.texts), default=dt.date.max)
    # A basis that says no first day leaves it to the law; one that says no last day says that it still holds.
    starts_on, ends_on = basis.starts_on or dt.date.min, basis.ends_on or dt.date.max
    if (basis.starts_on and starts_on < first) or ends_on > last or ends_on < first or starts_on > last:
        yield Refusal("citation-outside-period", where, f"{basis.citation} ({_span(basis)})", _period(first, last))


def _span(basis: Basis) -> str:
    return f"{basis.starts_on or ''} .. {basis.ends_on or ''}".strip()


def _period(first: dt.date, last: dt.date) -> str:
    starts, ends = "" if first == dt.date.min else str(first), "" if last == dt.date.max else str(last)
    return f"days within {starts} .. {ends}".strip()
