"""`verify_published`: the whole check of what a register publishes, as a stranger can make it.

1.  The trust policy: yours, the one kept from last time, or else the published one, and then this is said.
2.  The ledger, byte by byte; whether it has only grown since last time; who cosigned it, and when.
3.  The charters that it names, the packs that these name, and what each version changed.
4.  Each release that it names, made again; the ledger, charter and releases that it speaks of.
5.  Letters, audits and statutory records, each made again or compared with what it cites.
6.  `published.json`: nothing is listed that the ledger does not name, and nothing that it names is left out.

Each check is the function that the commands for one part use too. Nothing is written but the state that was asked for.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from overt.charter import Charter
from overt.ledger import Checked, Policy, Survey, read_policy, survey, write_file
from overt.publication import ReleaseDocument
from overt.refusals import Refusal, Refusals
from overt.verification._admitted import admitted, hidden
from overt.verification._answers import check_answers
from overt.verification._audits import check_audits
from overt.verification._charters import check_charters, check_packs
from overt.verification._log import Progress, check_growth, check_ledger, check_witnesses
from overt.verification._published import PublishedIndex, read_index
from overt.verification._records import check_records
from overt.verification._releases import check_against_ledger, check_corrections, check_releases, survey_for
from overt.verification._result import CheckedPart, Verification
from overt.verification._source import INDEX, POLICY, PublishedAddress, PublishedSource

_KEPT_POLICY = "policy"


def verify_published(
    source: PublishedSource,
    policy: Policy | None,
    now: dt.datetime,
    *,
    state: Path | None = None,
    progress: Progress = lambda done, total: None,
) -> Verification:
    """Checks everything that a register publishes; `state` is a folder that remembers what was seen.

    What is published is never refused: a file that is missing, damaged or cannot be read is named in the result.
    """
    trust_part, believed = _policy(source, policy, state)
    parts = [trust_part]
    if believed is None:
        return Verification(source.name, "", None, (), parts, (), ())
    ledger_part, checked = check_ledger(source.log, believed, int(now.timestamp()), progress)
    parts += [ledger_part, check_growth(source.log, believed, state, progress)]
    index_part, index = _index(source, checked)
    log = _survey(source, ledger_part)
    charters, documents = list[Charter](), list[ReleaseDocument]()
    if log is not None:
        documents, more = _documents(source, log, index, charters)
        more.insert(0, check_witnesses(believed, checked.cosignatures, documents, log))
        parts += [*more, check_records(source, index, charters, documents)]
    else:
        index_part.unchecked.append("Charters, releases and responses: the entries of the ledger could not be read.")
    parts.append(index_part)
    if state is not None and all(part.agrees for part in (trust_part, ledger_part)):
        _keep_policy(source, policy, state)
    names = [charter.register.name for charter in charters] + ([index.register] if index else [])
    name = names[-1] if names else ""
    own_policy = policy is not None
    return Verification(
        source.name,
        name,
        checked.checkpoint,
        checked.cosignatures,
        parts,
        tuple(admitted(documents, index, now.date())),
        tuple(hidden(log, bool(believed.witnesses), own_policy, isinstance(source, PublishedAddress))),
        "synthetic" in name.lower() or any(document.synthetic for document in documents),
    )


def _documents(
    source: PublishedSource, log: Survey, index: PublishedIndex | None, charters: list[Charter]
) -> tuple[list[ReleaseDocument], list[CheckedPart]]:
    """The releases, and the parts on all that the ledger names; fills in the charters."""
    charter_part, chain = check_charters(source, log, index)
    charters += chain
    pack_part, packs = check_packs(chain)
    release_part, documents = check_releases(source, log, index)
    check_against_ledger(documents, survey_for(source.log, documents), chain, release_part)
    parts = [
        charter_part,
        pack_part,
        release_part,
        check_corrections(documents),
        check_answers(source, log, index, documents),
        check_audits(documents, chain, packs),
    ]
    return documents, parts


def _policy(source: PublishedSource, policy: Policy | None, state: Path | None) -> tuple[CheckedPart, Policy | None]:
    """Whom to believe, and what is said of it."""
    part = CheckedPart("policy", "Whom to believe")
    try:
        data = source.read(POLICY)
        published = read_policy(data, POLICY) if data is not None else None
    except Refusals as refusals:
        part.refused(refusals)
        data, published = None, None
    except Refusal as refusal:
        if refusal.code == "log-unreachable":
            part.unreadable(refusal)
        else:
            part.refused(refusal)
        data, published = None, None
    if policy is not None:
        part.holds.append("The trust policy is the one that you gave.")
        if published is not None and published != policy:
            part.news.append("The register publishes another trust policy than the one that you gave.")
        return part, policy
    kept = state / _KEPT_POLICY if state else None
    if kept is not None and kept.is_file():
        remembered = read_policy(kept.read_bytes(), str(kept))
        part.holds.append("The trust policy is the one kept from the first visit.")
        if published is not None and published != remembered:
            part.contradicts(
                POLICY,
                f"it is not the policy that was published on the first visit ({kept}). Keys and witnesses may change: "
                "ask the keeper through another channel, then give the new one with --policy",
            )
        return part, remembered
    if published is not None:
        part.unchecked.append(
            "Whether the keys are the register's: its trust policy comes from the same place. Give --policy FILE."
        )
    elif part.agrees:
        part.unreadable(Refusal("policy-absent", POLICY, "no trust policy is published; give --policy or --key"))
    return part, published


def _keep_policy(source: PublishedSource, policy: Policy | None, state: Path) -> None:
    """Remembers the published policy of the first visit, where none of your own was given."""
    kept = state / _KEPT_POLICY
    data = source.read(POLICY) if policy is None and not kept.is_file() else None
    if data is not None:
        write_file(kept, data)


def _index(source: PublishedSource, checked: Checked) -> tuple[CheckedPart, PublishedIndex | None]:
    part = CheckedPart("list", "What the register lists as published")
    try:
        data = source.read(INDEX)
        index = read_index(data) if data is not None else None
    except Refusal as refusal:
        if refusal.code == "log-unreachable":
            part.unreadable(refusal)
        else:
            part.refused(refusal)
        return part, None
    if index is None:
        part.unchecked.append(
            f"Requests that are open, records, and whatever is shown beside the ledger: there is no {INDEX}."
        )
    elif checked.checkpoint is not None and index.origin != checked.checkpoint.origin:
        part.contradicts(INDEX, f"it is the list of the ledger {index.origin}")
    else:
        part.holds.append(f"{INDEX} is the register's own list of {index.as_of}.")
    return part, index


def _survey(source: PublishedSource, part: CheckedPart) -> Survey | None:
    """What the ledger names; none where its entries cannot be read, which its part then says."""
    try:
        return survey(source.log)
    except Refusal as refusal:
        if part.agrees:
            part.unreadable(refusal)
        return None
