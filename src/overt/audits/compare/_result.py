"""Read a result folder back into memory, with the parts that a comparison needs."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overt.controls import Severity, Verdict
from overt.encoding import read_json
from overt.refusals import Refusal

KNOWN_VERSIONS = ("1.0",)
LARGEST_FILE = 200_000_000
_REMEDY = "name a folder that overt audit wrote"


@dataclass(frozen=True)
class ControlResult:
    """One control's answer. A count is `None` where there is none or where it was withheld."""

    control: str
    title: str
    severity: Severity
    verdict: Verdict
    examined: int | None
    breached: int | None
    unknown: int | None
    accepted: int | None
    keys: tuple[str, ...]
    digest: str | None
    thresholds: tuple[str, ...]
    without: tuple[str, ...] = ()
    pack: str = ""
    control_digest: str | None = None

    @property
    def complete(self) -> bool:
        """Whether the keys name every row that breaches."""
        return self.breached is not None and self.breached <= len(self.keys)


@dataclass(frozen=True)
class ComparedResult:
    """The rules, the source and the answers of one audit."""

    folder: Path
    register: str
    source_digest: str | None
    mapping_digest: str | None
    as_of: dt.date
    packs: Mapping[str, tuple[str, str]]
    thresholds: Mapping[str, str]
    version: str
    publishable: bool
    answers: Mapping[str, ControlResult]


def read_result(folder: Path) -> ComparedResult:
    """The audit whose results lie in the folder.

    Refuses what is not a result folder, one that was left half-written or altered, and a format
    this version does not know. Of the other files in the folder nothing is said.
    """
    content = _read(folder / "findings.json")
    listed = _listed_digest(folder)
    body = _parsed(content, folder / "findings.json")
    version = body.get("schema_version") if isinstance(body, dict) else None
    if version not in KNOWN_VERSIONS:
        version_found = "no schema_version" if version is None else f"schema_version {version}"
        wanted = f"schema_version {' or '.join(KNOWN_VERSIONS)}"
        raise Refusal("not-a-result", str(folder / "findings.json"), version_found, wanted, _REMEDY)
    if listed != hashlib.sha256(content).hexdigest():
        raise Refusal(
            "not-a-result",
            str(folder / "findings.json"),
            "this is not the file that run.json lists",
            "an unmodified folder",
        )
    try:
        return _result(folder, body["run"], body["findings"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refusal(
            "not-a-result", str(folder / "findings.json"), "it does not have the fields of its format", "", _REMEDY
        ) from error


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Refusal(
                "not-a-result",
                str(path),
                "the file is larger than any findings file",
                f"at most {LARGEST_FILE:,} bytes",
            )
        return path.read_bytes()
    except OSError as error:
        raise Refusal("not-a-result", str(path.parent), f"no {path.name} can be read here", "", _REMEDY) from error


def _parsed(content: bytes, path: Path) -> Any:
    try:
        return read_json(content)
    except ValueError as error:
        raise Refusal("not-a-result", str(path), "the file is not JSON", "", _REMEDY) from error


def _listed_digest(folder: Path) -> str | None:
    """The digest that run.json gives of findings.json; run.json is written last, so a half-written folder has none."""
    run = _parsed(_read(folder / "run.json"), folder / "run.json")
    files = run.get("files") if isinstance(run, dict) else None
    digest = files.get("findings.json") if isinstance(files, dict) else None
    return digest if isinstance(digest, str) else None


def _result(folder: Path, run: Mapping[str, Any], findings: list[Mapping[str, Any]]) -> ComparedResult:
    answers = [_answer(finding) for finding in findings]
    by_control = {answer.control: answer for answer in answers}
    if len(by_control) != len(answers):
        raise ValueError("a control answers twice")
    return ComparedResult(
        folder=folder,
        register=_text(run["register"]),
        source_digest=None if run["source_digest"] is None else _text(run["source_digest"]),
        mapping_digest=None if run["mapping_digest"] is None else _text(run["mapping_digest"]),
        as_of=dt.date.fromisoformat(run["as_of"]),
        packs={_text(pack["name"]): (_text(pack["version"]), _text(pack["digest"])) for pack in run["packs"]},
        thresholds={_text(name): str(threshold["value"]) for name, threshold in run["thresholds"].items()},
        version=_text(run["version"]),
        publishable=bool(run["publishable"]),
        answers=by_control,
    )


def _answer(finding: Mapping[str, Any]) -> ControlResult:
    return ControlResult(
        control=_text(finding["control"]),
        title=_text(finding["title"]),
        severity=Severity(finding["severity"]),
        verdict=Verdict(finding["verdict"]),
        examined=_count(finding["examined"]),
        breached=_count(finding["breached"]),
        unknown=_count(finding.get("unknown")),
        accepted=_count(finding["accepted"]),
        keys=tuple(sorted("" if key is None else _text(key) for key in finding["keys"])),
        digest=None if finding["digest"] is None else _text(finding["digest"]),
        thresholds=tuple(_text(name) for name in finding["thresholds"]),
        # Results of the first edition answered no control in part.
        without=tuple(_text(name) for name in finding.get("without", ())),
        pack=_text(finding["pack"]),
        # Nor did they say which text was asked.
        control_digest=_text(finding["control_digest"]) if "control_digest" in finding else None,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _count(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError("not a count")
    return value
