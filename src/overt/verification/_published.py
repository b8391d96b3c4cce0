"""What a register publishes, in one list and one folder: `published.json`, and the files that it names.

A portal serves the same files at the same paths, so that what is verified of a folder can be verified of an address.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from overt.encoding import read_json
from overt.ledger import FolderStore, Reader, survey
from overt.publication import (
    Answer,
    answers,
    folder_of_answer,
    published,
    site_files,
)
from overt.publication.records import RECORDS, gather, record_files
from overt.refusals import Refusal
from overt.register import CHARTERS_FOLDER, Register
from overt.verification._source import ANSWERS, CHARTERS, INDEX, LEDGER, POLICY, RELEASES
from overt.verification._source import RECORDS as RECORDS_FOLDER

FORMAT = 1
# A DPIA is a draft for the controller to complete, and is not published by itself.
PUBLISHED_RECORDS = tuple(kind for kind in RECORDS if kind != "dpia")


@dataclass(frozen=True)
class ListedCharter:
    """A version of the charter, at charters/VERSION."""

    version: int
    digest: str


@dataclass(frozen=True)
class ListedRelease:
    """A release, at figures/RELEASE."""

    release: str
    day: str
    digest: str


@dataclass(frozen=True)
class ListedAnswer:
    """A request for information; once it was answered, with the digest of the letter at answers/NUMBER/answer.txt."""

    number: str
    received_on: str
    due_on: str | None
    sent_on: str | None
    digest: str | None


@dataclass(frozen=True)
class ListedRecord:
    """A statutory record, at records/KIND.json and in its other forms beside it.

    `late` are the tables of which something was recorded after the release of its period; only the keeper can know.
    """

    kind: str
    digest: str
    late: tuple[str, ...]


@dataclass(frozen=True)
class PublishedIndex:
    """published.json: everything that a register says it publishes beside its ledger."""

    register: str
    origin: str
    as_of: str
    charters: tuple[ListedCharter, ...]
    releases: tuple[ListedRelease, ...]
    answers: tuple[ListedAnswer, ...]
    records: tuple[ListedRecord, ...]
    format: int = FORMAT

    def as_bytes(self) -> bytes:
        """The file; the same register gives the same bytes."""
        return (json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n").encode()


def read_index(data: bytes) -> PublishedIndex:
    """The list out of published.json; refuses what is none."""
    try:
        content = read_json(data)
        lists: Mapping[str, Any] = {
            "charters": tuple(ListedCharter(**row) for row in content.pop("charters")),
            "releases": tuple(ListedRelease(**row) for row in content.pop("releases")),
            "answers": tuple(ListedAnswer(**row) for row in content.pop("answers")),
            "records": tuple(
                ListedRecord(**{**row, "late": tuple(map(str, row["late"]))}) for row in content.pop("records")
            ),
        }
        index = PublishedIndex(**content, **lists)
        dt.date.fromisoformat(index.as_of)
        for answer in index.answers:
            for on in (answer.received_on, answer.due_on, answer.sent_on):
                dt.date.fromisoformat(on or index.as_of)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        wanted = "the list as docs/formats/verification.md has it"
        raise Refusal("published-malformed", INDEX, "the file cannot be read", wanted) from error
    if index.format != FORMAT or index.as_bytes() != data:
        wanted = f"format {FORMAT}, as Overt writes it"
        raise Refusal("published-malformed", INDEX, "the file is not as Overt writes it", wanted)
    return index


def collect(register: Register, ledger: Path, policy: Path, out: Path, today: dt.date) -> PublishedIndex:
    """Copies everything that a register publishes into a new folder, which any web server can serve.

    Refuses a folder with something in it, and a ledger that was not published yet.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refusal("out-not-empty", str(out), "there is something there already", "a new or empty folder")
    files = Publications(register, FolderStore(ledger), today)
    shutil.copytree(ledger, out / LEDGER, ignore=shutil.ignore_patterns(".*"), dirs_exist_ok=True)
    for name, data in [(POLICY, policy.read_bytes()), *files.all()]:
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return files.index


class Publications:
    """The files of a register that its published ledger names, and the `index` of them.

    What was adopted, released or answered since the ledger was last published is not there before the ledger has it.
    Reads the whole ledger, and tables of the register.
    """

    def __init__(self, register: Register, ledger: Reader, today: dt.date) -> None:
        self._register, self._today = register, today
        log = survey(ledger)
        there = {leaf.digest for _, leaf in log.public}
        self._charters = [one for one in register.charters() if one.digest in there]
        self._releases = [one for one in published(register) if one.digest in there]
        self._answers = [(one, _letter(register, one, there)) for one in answers(register)]
        self._records = self._made_records()
        self.index = PublishedIndex(
            register.settings.name,
            log.head.origin,
            str(today),
            tuple(ListedCharter(one.version, one.digest) for one in self._charters),
            tuple(ListedRelease(one.release, one.day, one.digest) for one in self._releases),
            tuple(_listed(one, letter) for one, letter in self._answers),
            tuple(
                ListedRecord(kind, sha256(files[f"{kind}.json"]).hexdigest(), late)
                for kind, (files, late) in self._records.items()
            ),
        )

    def _made_records(self) -> dict[str, tuple[dict[str, bytes], tuple[str, ...]]]:
        if not self._releases or not self._charters:
            return {}
        newest = max(self._releases, key=lambda one: (one.day, one.release))
        sources = gather(self._register, newest.release, self._today)
        late = tuple(sorted(sources.late))
        return {kind: (record_files(kind, sources), late) for kind in PUBLISHED_RECORDS}

    def records(self) -> dict[str, bytes]:
        """Every form of every record, by its name."""
        return {name: data for files, _ in self._records.values() for name, data in files.items()}

    def all(self) -> Iterator[tuple[str, bytes]]:
        """Path and content of every file but those of the ledger."""
        yield INDEX, self.index.as_bytes()
        for charter in self._charters:
            name = f"{charter.version:04}"
            yield f"{CHARTERS}/{name}", (self._register.folder / CHARTERS_FOLDER / f"{name}.toml").read_bytes()
        for document in self._releases:
            for name, data in site_files(document).items():
                yield f"{RELEASES}/{document.release}/{name}", data
        for answer, letter in self._answers:
            if letter is not None:
                yield f"{ANSWERS}/{answer.number}/answer.txt", letter
        for name, data in self.records().items():
            yield f"{RECORDS_FOLDER}/{name}", data


def _letter(register: Register, answer: Answer, there: set[str]) -> bytes | None:
    path = folder_of_answer(register, answer.number) / "answer.txt"
    data = path.read_bytes() if answer.sent_on and path.is_file() else None
    return data if data is not None and sha256(data).hexdigest() in there else None


def _listed(answer: Answer, letter: bytes | None) -> ListedAnswer:
    digest = None if letter is None else sha256(letter).hexdigest()
    due_on = None if answer.waits else answer.due_on
    return ListedAnswer(answer.number, answer.received_on, due_on, answer.sent_on if letter else None, digest)
