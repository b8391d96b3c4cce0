"""The certificate of a removal: proof that the person can check on any computer, without the register.

A folder with a signed note that says what was erased, who was told and when each confirmed; and, for each of its lines,
the record of the register with its receipt, so that no one has to trust the note.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from overt.files import given_bytes
from overt.ledger import Policy, Reader, Signer, canonical_json, open_note, prove, read_record, sign_note, verify
from overt.model import ERASURE, RECALL
from overt.pages import FactList, Grid, Paper, Paragraph, Part, Points, paper_page, paper_pdf, paper_text
from overt.pages import day as in_words
from overt.private import private_folder, write_private
from overt.refusals import Refusal
from overt.register import Register, RegisterLog, Version
from overt.rights._certificate_note import FORMAT, NOTE, POLICY, Certificate, Confirmed, Erased, read_note
from overt.rights._recall import check_outside
from overt.rights._requests import find_request
from overt.rights._titles import Titles

_LIMIT = 1_000_000


@dataclass(frozen=True)
class Published:
    """A published log and its trust policy, which is a C2SP tlog-policy file."""

    reader: Reader
    policy: bytes


def _own_log(register: Register, now: dt.datetime) -> Published:
    log = RegisterLog(register, now)
    log.check_begun()
    return Published(log.store, log.policy.read_bytes())


def write_certificate(
    register: Register, number: str, signers: Sequence[Signer], out: Path, now: dt.datetime, *, interim: bool = False
) -> Certificate:
    """Writes the folder of a certificate; refuses as `certificate_files`, and a folder with anything in it."""
    check_outside(register, out)
    if out.exists() and any(out.iterdir()):
        raise Refusal("out-not-empty", str(out), "the folder is not empty", "a new or empty folder")
    certificate, files = certificate_files(register, number, signers, now, interim=interim)
    private_folder(out)
    for name, data in files.items():
        write_private(out / name, data)
    return certificate


def certificate_files(
    register: Register,
    number: str,
    signers: Sequence[Signer],
    now: dt.datetime,
    *,
    interim: bool = False,
    published: Published | None = None,
) -> tuple[Certificate, dict[str, bytes]]:
    """A certificate and the content of each of its files by name.

    Refuses where nothing was erased, and where a body has not confirmed; with `interim` it says which bodies have not.
    What it proves must be in the published log: the register's own, or the one given as `published`.
    """
    request = find_request(register, number)
    versions = [*_erasures(register, request.erasures), *_recalls(register, number)]
    if not request.erasures or not any(version.table == "erasure" for version in versions):
        raise Refusal(
            "removal-absent",
            number,
            "nothing was erased for this request",
            "a request for which `overt rights erase` was run",
        )
    certificate = _certificate(register, number, versions, now)
    if not certificate.is_finished and not interim:
        left = [body.title for body in certificate.told if body.is_open]
        remedy = "overt rights confirm records each answer; --interim writes a certificate that says who is left"
        raise Refusal(
            "removal-open", number, f"not confirmed: {', '.join(left)}", "a confirmation from each recipient", remedy
        )
    log = published or _own_log(register, now)
    files: dict[str, bytes] = {}
    for version in versions:
        name = _file(version)
        files[name] = canonical_json(version.body())
        files[f"{name}.tlog-proof"] = prove(log.reader, version.opened_seq, version.salt)
    files[POLICY] = log.policy
    files[NOTE] = sign_note(_note(certificate, files), signers, int(now.timestamp()))
    paper = certificate_paper(certificate, synthetic="synthetic" in register.settings.name.lower())
    files |= {"certificate.html": paper_page(paper), "certificate.txt": paper_text(paper)}
    return certificate, {**files, "certificate.pdf": paper_pdf(paper)}


def verify_certificate(folder: Path, policy: Policy) -> Certificate:
    """What the certificate in a folder says, once all of it is verified; refuses whatever does not fit.

    1. A log of the policy signed the note.
    2. The record that each line names is there, and has the digest that the note says.
    3. Its receipt proves it to be in a log that the policy believes.
    4. It says what the line says.
    """
    path = folder / NOTE
    keys = [party.key for party in policy.logs]
    certificate, digests = read_note(open_note(_bytes(path), keys, str(path)).text, str(path))  # 1
    bodies: list[Confirmed] = []
    lines: list[Erased | Confirmed] = [*certificate.erased, *certificate.told]
    for line in lines:
        data = _bytes(folder / line.file)
        where = str(folder / line.file)
        if sha256(data).hexdigest() != digests[line.file]:  # 2
            raise _differs(where, "another digest than the note says")
        record = read_record(data, where)
        proven = verify(_bytes(folder / f"{line.file}.tlog-proof"), record, policy, f"{where}.tlog-proof")  # 3
        if proven.signed.checkpoint.origin != certificate.register:
            raise _differs(where, f"a receipt of {proven.signed.checkpoint.origin}")
        if not _says(record, line, certificate.request):  # 4
            raise _differs(where, "it does not say what the certificate says")
        if isinstance(line, Confirmed):
            key = record.get(RECALL.signed_with)
            bodies.append(replace(line, key=str(key) if key else None))
    return replace(certificate, told=tuple(bodies))


def _says(record: dict[str, object], line: Erased | Confirmed, request: str) -> bool:
    if isinstance(line, Erased):
        wanted = {
            "@table": "erasure",
            ERASURE.erasure_id: line.number,
            ERASURE.erased_on: line.on,
            ERASURE.kind: line.kind,
        }
        return all(record.get(name) == value for name, value in wanted.items())
    wanted = {
        "@table": "recall",
        RECALL.request_id: request,
        RECALL.recipient: line.recipient,
        RECALL.asks: "delete",
        RECALL.sent_on: line.told_on,
    }
    answered = (record.get(RECALL.confirmed_on, "open"), record.get(RECALL.confirmed_as, "open"))
    same = answered == (line.confirmed_on, line.confirmed_as)
    same = same and line.how in (record.get(RECALL.confirmation, "open"), "unsaid")
    return same and all(_plain(str(record.get(name))) == value for name, value in wanted.items())


def _differs(where: str, problem: str) -> Refusal:
    return Refusal("certificate-differs", where, problem, "the files as `overt rights certificate` wrote them")


def _erasures(register: Register, numbers: Sequence[str]) -> list[Version]:
    marks = ", ".join("?" * len(numbers))
    # An erasure of the first edition has a second version, which names its leaves.
    condition = f"x.erasure_id in ({marks}) and x.change = 'collect'"
    return list(register.versions("erasure", condition, numbers)) if numbers else []


def _recalls(register: Register, number: str) -> list[Version]:
    condition = "x.request_id = ? and x.asks = 'delete' and x.closed_seq is null"
    return list(register.versions("recall", condition, (number,)))


def _file(version: Version) -> str:
    return f"{version.table}-{version.opened_seq}.json"


def _certificate(register: Register, number: str, versions: Sequence[Version], now: dt.datetime) -> Certificate:
    titles = Titles(register.charters())
    register_named = titles.at(now.date()).register
    erased, bodies = [], []
    for version in versions:
        values = version.values
        if version.table == "erasure":
            said_of = (ERASURE.erasure_id, ERASURE.erased_on, ERASURE.kind)
            erasure_id, on, kind = (str(values[column]) for column in said_of)
            erased.append(Erased(erasure_id, on, kind, _file(version)))
        else:
            answered = (str(values[RECALL.confirmed_on] or "open"), str(values[RECALL.confirmed_as] or "open"))
            name, sent_on = _plain(str(values[RECALL.recipient])), str(values[RECALL.sent_on])
            title = _plain(titles.recipient(name, now.date()))
            how = str(values[RECALL.confirmation] or "open")
            key = str(values[RECALL.signed_with]) if values[RECALL.signed_with] else None
            bodies.append(Confirmed(name, title, sent_on, *answered, how, _file(version), key))
    return Certificate(
        register.settings.origin,
        _plain(register_named.name),
        _plain(register_named.controller),
        number,
        str(now.date()),
        tuple(erased),
        tuple(bodies),
    )


def _note(certificate: Certificate, files: dict[str, bytes]) -> bytes:
    lines = [
        FORMAT,
        f"register {certificate.register}",
        f"name {certificate.name}",
        f"controller {certificate.controller}",
        f"request {certificate.request}",
    ]
    lines += [f"made {certificate.made_on}", f"finished {'yes' if certificate.is_finished else 'no'}"]
    for erasure in certificate.erased:
        lines += ["", f"erased {erasure.number}", f"on {erasure.on}", f"kind {erasure.kind}"]
        lines += _record(erasure.file, files)
    for line in certificate.told:
        lines += ["", f"recipient {line.recipient}", f"title {line.title}", f"told {line.told_on}"]
        lines += [f"confirmed {line.confirmed_on}", f"as {line.confirmed_as}", f"how {line.how}"]
        lines += _record(line.file, files)
    return ("\n".join(lines) + "\n").encode()


def _record(name: str, files: dict[str, bytes]) -> list[str]:
    return [f"record {name}", f"sha256 {sha256(files[name]).hexdigest()}"]


def certificate_paper(certificate: Certificate, *, synthetic: bool) -> Paper:
    """The certificate in words, for the person."""
    rows = tuple(
        (body.title, in_words(body.told_on), "not yet" if body.is_open else in_words(body.confirmed_on), body.shown)
        for body in certificate.told
    )
    erased = tuple((f"Erasure {gone.number}", f"{in_words(gone.on)}: {gone.went}") for gone in certificate.erased)
    organisations = (
        Grid(("Organisation", "Told on", "Confirmed on", "What is known"), rows) if rows else Paragraph(_NOBODY)
    )
    signed = tuple((f"{body.title} signed with", body.key) for body in certificate.told if body.key)
    keys = (FactList(signed),) if signed else ()
    gone = _ALL_GONE if certificate.is_whole else _SOME_GONE
    parts = (
        Part(
            "What was erased",
            (FactList(erased), Paragraph(gone), Paragraph(_ERASED)),
        ),
        Part("Who was told", (organisations, *map(Paragraph, _explained(certificate)), *keys)),
        Part(
            "How to check this certificate",
            (Paragraph(_CHECK), Points((f"overt rights verify FOLDER --policy {POLICY}",)), Paragraph(_EACH)),
        ),
    )
    top = FactList(
        (
            ("Register", certificate.name),
            ("Its ledger", certificate.register),
            ("Your request", certificate.request),
            ("Made on", in_words(certificate.made_on)),
        )
    )
    mark = "SYNTHETIC: everything here is invented." if synthetic else ""
    day = dt.date.fromisoformat(certificate.made_on)
    return Paper(
        certificate.controller, "Certificate of removal", day, (top, Paragraph(certificate.state)), parts, mark
    )


def _explained(certificate: Certificate) -> Iterator[str]:
    """When a removal is finished and when it is proved; and what a note of an officer is worth, where there is one."""
    if certificate.told:
        yield _WHEN_FINISHED
    if any(body.how == "recorded" for body in certificate.told):
        yield _NOTED


_WHEN_FINISHED = (
    "The removal is complete when your data has been deleted here and each organisation has said that it did the same, "
    "or that it held nothing. It is proved when each of them has signed its answer. The key that it signed with is "
    "shown: ask the organisation whether the key is its own."
)
_NOTED = (
    "An organisation that did not sign told us by letter or telephone, and our officer made a note of it. "
    "The note shows that we recorded it. It does not show that it is true."
)
_NOBODY = "We have no record of sharing your data with anyone else."
_ALL_GONE = "The information about you has been destroyed."
_SOME_GONE = (
    "What was erased has been destroyed. The register may still hold other information about you: the letter says what."
)
_ERASED = (
    "All that remains in the log is a reference that reveals nothing. "
    "This certificate does not name you, so you can choose who to show it to."
)
_CHECK = (
    "You do not have to take our word for it. Anyone can check this certificate, using the files that came with it, "
    "without contacting us:"
)
_EACH = (
    "Each record has a receipt, which overt ledger verify also checks. Get the policy file from a source you trust, "
    "such as the register's public website, and do not rely only on the one in this folder."
)


def _bytes(path: Path) -> bytes:
    return given_bytes(path, _LIMIT)


def _plain(text: str) -> str:
    return " ".join(text.split())
