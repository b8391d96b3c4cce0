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
from overt.encoding import read_json
from overt.refusals import Refusal

RECORD_FILE = "published.private.json"
_REASON = (
    "Figures from this source have been published before, by an audit with other questions, and two sets of figures"
)


def published_otherwise(record: Path, run: Run, question: str) -> str:
    """Why only verdicts may be published now, or nothing. Refuses a record that cannot be read."""
    known = _read(record).get(run.source_digest)
    if known is None or known == question:
        return ""
    return f"{_REASON} could be compared"


def remember(record: Path, run: Run, question: str) -> None:
    """Puts down that figures of this source were published in answer to this question."""
    known = _read(record)
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


def _read(record: Path) -> dict[str, str]:
    try:
        questions = read_json(record.read_bytes())["published"]
        return {str(source): str(question) for source, question in questions.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        remedy = "put it back, or name another with --record if nothing was published of this source"
        raise Refusal("publishable-record", str(record), "it cannot be read", "the record as it was", remedy) from error
