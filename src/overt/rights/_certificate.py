"""The certificate of a removal: proof that the person can check on any computer, without the register.

A folder with a signed note that says what was erased, who was told and when each confirmed; and, for each of its lines,
the record of the register with its receipt, so that no one has to trust the note.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from overt.files import given_bytes
from overt.ledger import Policy, Signer, canonical_json, open_note, prove, read_record, sign_note, verify
from overt.model import ERASURE, RECALL
from overt.pages import Facts, Grid, Paper, Part, Points, Words, paper_page, paper_pdf, paper_text
from overt.pages import day as in_words
from overt.private import private_folder, write_private
from overt.refusals import Refusal
from overt.register import Register, RegisterLog, Version
from overt.rights._recall import check_outside
from overt.rights._requests import find_request
from overt.rights._titles import Titles

FORMAT, FIRST_FORMAT = "overt-removal/2", "overt-removal/1"
NOTE, POLICY = "certificate.note", "policy"
_LIMIT = 1_000_000


@dataclass(frozen=True)
class Erased:
    """One erasure: its number, day, what went, and the file of its record."""

    number: str
    on: str
    kind: str
    file: str

    @property
    def went(self) -> str:
        """What was erased, in words."""
        return _WENT.get(self.kind, self.kind)


_WENT = {
    "entry": "an entry and everything in it",
    "entry and subject": "an entry and everything in it, and what was held about the person",
    "closed versions": "earlier versions of an entry",
}


@dataclass(frozen=True)
class Confirmed:
    """One organisation: when it was told, when it confirmed, as what and how, if it did.

    `how` is `signed` where the register checked a signature of its own, `recorded` where an officer noted what
    it said, `open` where it has not confirmed, and `unsaid` in a certificate of the first edition. `key` is the public
    key that signed: whether it is the organisation's, the organisation says.
    """

    recipient: str
    title: str
    told_on: str
    confirmed_on: str
    confirmed_as: str
    how: str
    file: str
    key: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has not confirmed."""
        return self.confirmed_on == "open"

    @property
    def shown(self) -> str:
        """What is known of its copy, claiming no more than is."""
        if self.is_open:
            return "has not confirmed yet"
        held = "nothing held" if self.confirmed_as == "nothing_held" else "deleted it"
        return f"{held}: {_HOW[self.how]}"


_HOW = {
    "signed": "confirmed by its signature",
    "recorded": "noted by our officer, without its signature",
    "unsaid": "how it confirmed is not recorded",
}


@dataclass(frozen=True)
class Certificate:
    """What a certificate says. It names no person.

    `register` is the origin of the register's log, and `name` what the register is called: the origin in a certificate
    that says no name.
    """

    register: str
    name: str
    controller: str
    request: str
    made_on: str
    erased: tuple[Erased, ...]
    told: tuple[Confirmed, ...]

    @property
    def is_finished(self) -> bool:
        """Whether something was erased and every organisation that was told has answered."""
        return bool(self.erased) and not any(each.is_open for each in self.told)

    @property
    def is_whole(self) -> bool:
        """Whether the person went with the last entry, so that the register holds nothing of them."""
        return any(each.kind == "entry and subject" for each in self.erased)

    @property
    def is_proved(self) -> bool:
        """Whether it is finished, and every organisation told confirmed with a signature by its own key."""
        return self.is_finished and all(each.how == "signed" for each in self.told) and not self.shared

    @property
    def shared(self) -> int:
        """How many organisations signed with a key that signed for another too, so that it is not theirs alone."""
        used = Counter(each.key for each in self.told if each.key)
        return sum(number for number in used.values() if number > 1)

    @property
    def state(self) -> str:
        """How far the removal is, in sentences that claim no more than the records show."""
        if not self.told:
            return "The removal is complete. We have no record of sharing the data with anyone else."
        every, left = len(self.told), sum(each.is_open for each in self.told)
        if left:
            return f"The removal is not complete: {left} of the {every} organisations told have not yet confirmed."
        signed = sum(each.how == "signed" for each in self.told)
        if self.is_proved:
            return f"The removal is complete: every organisation has confirmed by signature ({every} of {every})."
        if self.shared:
            return (
                f"The removal is complete here. {self.shared} of the {every} organisations told signed with the same "
                "key, so the signatures do not prove that any one of them signed."
            )
        told = "1 organisation told" if every == 1 else f"{every} organisations told"
        return (
            f"The removal is complete here. Of {told}, {signed} confirmed by signature. "
            f"For {every - signed}, the register has only a note of what was said, which proves nothing."
        )


def write_certificate(
    register: Register, number: str, signers: Sequence[Signer], out: Path, now: dt.datetime, *, interim: bool = False
) -> Certificate:
    """Writes the folder of a certificate; refuses where nothing was erased, and where a body has not confirmed.

    With `interim` it says which bodies have not. What it proves must be in the published log.
    """
    check_outside(register, out)
    if out.exists() and any(out.iterdir()):
        raise Refusal("out-not-empty", str(out), "the folder is not empty", "a new or empty folder")
    request = find_request(register, number)
    versions = [*_erasures(register, request.erasures), *_recalls(register, number)]
    if not request.erasures or not any(each.table == "erasure" for each in versions):
        raise Refusal(
            "removal-absent",
            number,
            "nothing was erased for this request",
            "a request for which `overt rights erase` was run",
        )
    made = _certificate(register, number, versions, now)
    if not made.is_finished and not interim:
        left = [each.title for each in made.told if each.is_open]
        remedy = "overt rights confirm records each answer; --interim writes a certificate that says who is left"
        raise Refusal(
            "removal-open", number, f"not confirmed: {', '.join(left)}", "a confirmation from each recipient", remedy
        )
    log = RegisterLog(register, now)
    log.check_begun()
    files: dict[str, bytes] = {}
    for version in versions:
        name = _file(version)
        files[name] = canonical_json(version.body())
        files[f"{name}.tlog-proof"] = prove(log.store, version.opened_seq, version.salt)
    files[POLICY] = log.policy.read_bytes()
    files[NOTE] = sign_note(_note(made, files), signers, int(now.timestamp()))
    paper = certificate_paper(made, synthetic="synthetic" in register.settings.name.lower())
    files |= {"certificate.html": paper_page(paper), "certificate.txt": paper_text(paper)}
    files["certificate.pdf"] = paper_pdf(paper)
    private_folder(out)
    for name, data in files.items():
        write_private(out / name, data)
    return made


def verify_certificate(folder: Path, policy: Policy) -> Certificate:
    """What the certificate in a folder says, once all of it is verified; refuses whatever does not fit.

    1. A log of the policy signed the note.
    2. The record that each line names is there, and has the digest that the note says.
    3. Its receipt proves it to be in a log that the policy believes.
    4. It says what the line says.
    """
    path = folder / NOTE
    keys = [party.key for party in policy.logs]
    made, digests = _read_note(open_note(_bytes(path), keys, str(path)).text, str(path))  # 1
    told: list[Confirmed] = []
    lines: list[Erased | Confirmed] = [*made.erased, *made.told]
    for line in lines:
        data = _bytes(folder / line.file)
        where = str(folder / line.file)
        if sha256(data).hexdigest() != digests[line.file]:  # 2
            raise _differs(where, "another digest than the note says")
        record = read_record(data, where)
        found = verify(_bytes(folder / f"{line.file}.tlog-proof"), record, policy, f"{where}.tlog-proof")  # 3
        if found.signed.checkpoint.origin != made.register:
            raise _differs(where, f"a receipt of {found.signed.checkpoint.origin}")
        if not _says(record, line, made.request):  # 4
            raise _differs(where, "it does not say what the certificate says")
        if isinstance(line, Confirmed):
            key = record.get(RECALL.signed_with)
            told.append(replace(line, key=str(key) if key else None))
    return replace(made, told=tuple(told))


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


def _differs(where: str, found: str) -> Refusal:
    return Refusal("certificate-differs", where, found, "the files as `overt rights certificate` wrote them")


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
    said = titles.at(now.date()).register
    erased, told = [], []
    for each in versions:
        values = each.values
        if each.table == "erasure":
            said_of = (ERASURE.erasure_id, ERASURE.erased_on, ERASURE.kind)
            erasure_id, on, kind = (str(values[column]) for column in said_of)
            erased.append(Erased(erasure_id, on, kind, _file(each)))
        else:
            answered = (str(values[RECALL.confirmed_on] or "open"), str(values[RECALL.confirmed_as] or "open"))
            name, sent_on = _plain(str(values[RECALL.recipient])), str(values[RECALL.sent_on])
            title = _plain(titles.recipient(name, now.date()))
            how = str(values[RECALL.confirmation] or "open")
            key = str(values[RECALL.signed_with]) if values[RECALL.signed_with] else None
            told.append(Confirmed(name, title, sent_on, *answered, how, _file(each), key))
    return Certificate(
        register.settings.origin,
        _plain(said.name),
        _plain(said.controller),
        number,
        str(now.date()),
        tuple(erased),
        tuple(told),
    )


def _note(made: Certificate, files: dict[str, bytes]) -> bytes:
    lines = [
        FORMAT,
        f"register {made.register}",
        f"name {made.name}",
        f"controller {made.controller}",
        f"request {made.request}",
    ]
    lines += [f"made {made.made_on}", f"finished {'yes' if made.is_finished else 'no'}"]
    for each in made.erased:
        lines += ["", f"erased {each.number}", f"on {each.on}", f"kind {each.kind}", *_record(each.file, files)]
    for line in made.told:
        lines += ["", f"recipient {line.recipient}", f"title {line.title}", f"told {line.told_on}"]
        lines += [f"confirmed {line.confirmed_on}", f"as {line.confirmed_as}", f"how {line.how}"]
        lines += _record(line.file, files)
    return ("\n".join(lines) + "\n").encode()


def _record(name: str, files: dict[str, bytes]) -> list[str]:
    return [f"record {name}", f"sha256 {sha256(files[name]).hexdigest()}"]


def _read_note(text: bytes, where: str) -> tuple[Certificate, dict[str, str]]:
    """The certificate that a note says, and the digest of each record; refuses what is not exactly one."""
    head, *rest = text.decode().rstrip("\n").split("\n\n")
    first, *lines = head.split("\n")
    said = _pairs(lines, where)
    erased, told, digests = [], [], {}
    try:
        for block in rest:
            found = _pairs(block.split("\n"), where)
            file = found["record"]
            digests[file] = found["sha256"]
            if "erased" in found:
                erased.append(Erased(found["erased"], found["on"], found["kind"], file))
            else:
                told.append(_told_line(found, first, file))
        name = said.get("name", said["register"])
        named = (said["register"], name, said["controller"], said["request"], said["made"])
        made = Certificate(*named, tuple(erased), tuple(told))
    except KeyError:
        raise _malformed(where) from None
    odd = any(Path(file).name != file for file in digests)
    if first not in (FORMAT, FIRST_FORMAT) or odd or said.get("finished") != ("yes" if made.is_finished else "no"):
        raise _malformed(where)
    return made, digests


def _told_line(found: dict[str, str], kind: str, file: str) -> Confirmed:
    name, confirmed_on = found["recipient"], found["confirmed"]
    if kind == FIRST_FORMAT:
        title, how = name, "open" if confirmed_on == "open" else "unsaid"
    else:
        title, how = found["title"], found["how"]
    if how not in (*_HOW, "open") or (how == "open") != (confirmed_on == "open"):
        raise KeyError("how")
    return Confirmed(name, title, found["told"], confirmed_on, found["as"], how, file)


def _pairs(lines: Sequence[str], where: str) -> dict[str, str]:
    pairs = dict(line.partition(" ")[::2] for line in lines)
    if len(pairs) < len(lines):
        raise _malformed(where)
    return pairs


def _malformed(where: str) -> Refusal:
    return Refusal(
        "certificate-malformed", where, f"not {FORMAT}", "a certificate as described in docs/formats/recall.md"
    )


def certificate_paper(made: Certificate, *, synthetic: bool) -> Paper:
    """The certificate in words, for the person."""
    rows = tuple(
        (each.title, in_words(each.told_on), "not yet" if each.is_open else in_words(each.confirmed_on), each.shown)
        for each in made.told
    )
    erased = tuple((f"Erasure {each.number}", f"{in_words(each.on)}: {each.went}") for each in made.erased)
    told = Grid(("Organisation", "Told on", "Confirmed on", "What is known"), rows) if rows else Words(_NOBODY)
    signed = tuple((f"{each.title} signed with", each.key) for each in made.told if each.key)
    keys = (Facts(signed),) if signed else ()
    parts = (
        Part("What was erased", (Facts(erased), Words(_ALL_GONE if made.is_whole else _SOME_GONE), Words(_ERASED))),
        Part("Who was told", (told, *map(Words, _explained(made)), *keys)),
        Part(
            "How to check this certificate",
            (Words(_CHECK), Points((f"overt rights verify FOLDER --policy {POLICY}",)), Words(_EACH)),
        ),
    )
    top = Facts(
        (
            ("Register", made.name),
            ("Its ledger", made.register),
            ("Your request", made.request),
            ("Made on", in_words(made.made_on)),
        )
    )
    mark = "SYNTHETIC: everything here is invented." if synthetic else ""
    day = dt.date.fromisoformat(made.made_on)
    return Paper(made.controller, "Certificate of removal", day, (top, Words(made.state)), parts, mark)


def _explained(made: Certificate) -> Iterator[str]:
    """When a removal is finished and when it is proved; and what a note of an officer is worth, where there is one."""
    if made.told:
        yield _WHEN_FINISHED
    if any(each.how == "recorded" for each in made.told):
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
