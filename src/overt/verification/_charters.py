"""The chain of charters: the ledger's documents, what each version changed, and the files that are served."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise

from overt.charter import Charter, PackFacts, check_against_packs, check_chain, difference, read_charter
from overt.controls import Pack, find_pack, read_pack, shipped_packs
from overt.gate import CHARTER_KIND
from overt.ledger import DOCUMENT_LIMIT, Survey, document_path
from overt.pages import day
from overt.refusals import Refusal, Refusals
from overt.verification._published import PublishedIndex
from overt.verification._result import CheckedPart
from overt.verification._source import CHARTERS, PublishedSource


def check_charters(
    source: PublishedSource, log: Survey, index: PublishedIndex | None
) -> tuple[CheckedPart, list[Charter]]:
    """The charters that the ledger names, in its order, and the part on them."""
    part = CheckedPart("charters", "The charter and what changed")
    charters: list[Charter] = []
    for entry, leaf in log.of_kind(CHARTER_KIND):
        data = source.log.read(document_path(leaf.digest), DOCUMENT_LIMIT)
        if data is None or sha256(data).hexdigest() != leaf.digest:
            continue  # the ledger's part names it
        try:
            charter = read_charter(data, leaf.name)
        except (Refusal, Refusals) as refusal:
            part.refused(refusal, f"charter of entry {entry}")
            continue
        charters.append(charter)
        _served(source, charter, data, part)
        if charter.register.origin != log.head.origin:
            part.contradicts(leaf.name, f"it is the charter of the ledger {charter.register.origin}")
    try:
        check_chain(charters)
    except (Refusal, Refusals) as refusal:
        part.refused(refusal)
    if not charters:
        part.unchecked.append("There is no charter in the ledger, so nothing says what may be recorded.")
    for charter in charters[:1]:
        part.news.append(f"Version {charter.version}, in force from {day(charter.effective_on)}.")
    for old, new in pairwise(charters):
        part.news.append(f"Version {new.version}, in force from {day(new.effective_on)}, changed:")
        part.news += [f"    {sentence}" for sentence in difference(old, new).sentences()]
    _listed(source, charters, index, part)
    if charters and part.agrees:
        part.holds.append(f"Versions of the charter: {len(charters)}. They follow one another without a gap.")
    return part, charters


def _served(source: PublishedSource, charter: Charter, data: bytes, part: CheckedPart) -> None:
    path = f"{CHARTERS}/{charter.version:04}"
    served = source.read(path)
    if served is None:
        part.contradicts(path, f"the ledger names version {charter.version} of the charter, and it is not served")
    elif served != data:
        part.contradicts(path, _other_words(charter, served))


def _other_words(charter: Charter, served: bytes) -> str:
    """What a served charter says other than the one in the ledger, in words where both can be read."""
    try:
        lines = difference(charter, read_charter(served)).sentences()
    except (Refusal, Refusals):
        lines = []
    return "it is not the charter in the ledger" + (f": {'; '.join(lines)}" if lines else "")


def _listed(
    source: PublishedSource, charters: Sequence[Charter], index: PublishedIndex | None, part: CheckedPart
) -> None:
    known = {charter.version: charter.digest for charter in charters}
    for row in index.charters if index else ():
        if known.get(row.version) != row.digest:
            part.contradicts("published.json", f"version {row.version} of the charter is not so in the ledger")
    listed_versions = {row.version for row in index.charters} if index else set(known)
    for version in sorted(set(known) - listed_versions):
        part.contradicts("published.json", f"version {version} of the charter is in the ledger and not listed")
    for name in source.names(CHARTERS) or ():
        if name not in {f"{version:04}" for version in known}:
            part.contradicts(f"{CHARTERS}/{name}", "it is no charter that the ledger names")


def check_packs(charters: Sequence[Charter]) -> tuple[CheckedPart, dict[str, Pack]]:
    """The packs that each charter names: their digests and thresholds, and the packs that could be had here."""
    part = CheckedPart("packs", "Packs of controls and their digests")
    packs: dict[str, Pack] = {}
    for name in dict.fromkeys(name for charter in charters for name in charter.packs):
        if name in shipped_packs():
            packs[name] = read_pack(find_pack(name))
    for charter in charters:
        same = {
            name: pin for name, pin in charter.packs.items() if name in packs and packs[name].version == pin.version
        }
        for name, pin in charter.packs.items():
            if name not in same:
                part.unchecked.append(
                    f"Pack {name} {pin.version} of version {charter.version} of the charter: "
                    "it does not come with this version of Overt."
                )
            elif packs[name].digest != pin.digest:
                part.contradicts(
                    f"charter, version {charter.version}",
                    f"its digest of pack {name} {pin.version} is not that of the pack",
                )
        if same.keys() == charter.packs.keys():
            try:
                check_against_packs(charter, {name: _facts(packs[name]) for name in same})
            except (Refusal, Refusals) as refusal:
                part.refused(refusal)
    if charters and part.agrees and packs:
        part.holds.append(f"The digests that the charter gives for {', '.join(packs)} are those of the packs.")
    return part, packs


def _facts(pack: Pack) -> PackFacts:
    thresholds = {name: threshold.value for name, threshold in pack.thresholds.items()}
    return PackFacts(pack.version, pack.digest, thresholds)
