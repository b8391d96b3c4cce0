"""Of which sources figures were published, and in answer to which question.

Two publishable results of the same source that ask something else can be held against one another: what one
suppresses, the other may show. So the auditor keeps a record, and a second question about a source that figures were
published of gets verdicts and no counts. The same question again gives the same result.

The record holds digests of sources, which can be guessed: it is the auditor's alone, is readable by nobody else
(mode 0600), lies outside the result folder, and must not be published.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from overt.audits._run import Run
from overt.controls import Settings
from overt.encoding import read_json
from overt.refusals import Refusal

_RECORD_FILE = "published.private.json"
_REASON = (
    "Figures from this source have been published before, by an audit with other questions, and two sets of figures"
    " could be compared"
)
_OWN_REGISTER = (
    "Overt keeps this register, and its releases publish figures of it, made safe together with all earlier ones"
)


def record_beside(out: Path) -> Path:
    """Where the record lies, unless the auditor says otherwise: beside the result folder."""
    return out.absolute().parent / _RECORD_FILE


def why_verdicts_only(run: Run, record: Path) -> str:
    """Why only verdicts may be published of a run now, or nothing. Refuses a record that cannot be read."""
    if run.own:
        return _OWN_REGISTER
    known = _read(record).get(run.source_digest)
    return "" if known is None or known == _question(run) else _REASON


def remember(record: Path, run: Run) -> None:
    """Puts down that figures of this run's source were published in answer to its question."""
    known, question = _read(record), _question(run)
    if known.get(run.source_digest) == question:
        return
    content = json.dumps({"published": {**known, run.source_digest: question}}, indent=1, sort_keys=True) + "\n"
    part = record.with_name(f".{record.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(record)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise Refusal(
            "publishable-record", str(record), problem, "a file that can be written, for the auditor"
        ) from error


def _question(run: Run) -> str:
    """What was asked of the source, however the answers are shown."""
    as_of = run.recipe.as_of
    accepted = {each.control: each.keys for each in run.acceptances if as_of <= each.expires_on}
    thresholds = {name: threshold.value for name, threshold in run.thresholds.items()}
    settings = Settings(as_of, thresholds, accepted=accepted)
    return run.recipe.question_digest([pack.digest for pack in run.packs], settings, run.mapping_digest)


def _read(record: Path) -> dict[str, str]:
    try:
        questions = read_json(record.read_bytes())["published"]
        return {str(source): str(question) for source, question in questions.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        remedy = "put it back, or name another with --record if nothing was published of this source"
        raise Refusal("publishable-record", str(record), "it cannot be read", "the record as it was", remedy) from error
