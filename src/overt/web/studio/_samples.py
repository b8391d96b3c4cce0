"""The samples of a project: folders as `overt sample` writes them, and the marks of their reviewers.

A draft has the marks of a reviewer who has not handed in yet. With handing in it becomes the file of marks that the
commands read, and the draft is gone. History keeps every state of both. Nobody's marks are shown before both reviewers
have handed in.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from overt.audits import SourceOptions, write_reading
from overt.audits import sample as samples
from overt.audits.columns import look_like_names
from overt.encoding import read_json
from overt.private import write_private
from overt.refusals import Refusal
from overt.rows import READING_FILE
from overt.web.studio._history import Texts
from overt.web.studio._kept import MAPPING, SAMPLES
from overt.web.studio._numbered import read_number
from overt.web.studio._project import Edit, Project

REVIEWERS = ("A", "B")
DECIDES = "C"
REPEAT = "repeat.txt"
_FORMAT = 1


@dataclass(frozen=True)
class KeptSample:
    """A drawn sample: where it is, who has handed in, and the drafts of the others, by reviewer and key."""

    number: int
    folder: Path
    sample: samples.Sample
    handed_in: tuple[samples.Marks, ...]
    drafts: Mapping[str, Mapping[str, str]]

    @property
    def is_marked(self) -> bool:
        """Whether two reviewers have handed in, so that what they marked may be shown."""
        return sum(not marks.settles for marks in self.handed_in) >= len(REVIEWERS)

    @property
    def is_decided(self) -> bool:
        """Whether a third person has decided where they differ."""
        return any(marks.settles for marks in self.handed_in)

    def marked(self, reviewer: str) -> Mapping[str, str]:
        """The draft of a reviewer, by key."""
        return self.drafts.get(reviewer, {})

    def may_mark(self, reviewer: str) -> bool:
        """Whether a reviewer may mark rows now."""
        if reviewer == DECIDES:
            return self.is_marked and not self.is_decided
        names = {marks.reviewer for marks in self.handed_in}
        return reviewer in REVIEWERS and reviewer not in names and not self.is_marked

    def keys_for(self, reviewer: str) -> list[str]:
        """The keys of the rows that a reviewer marks, in the order of the worksheet."""
        if reviewer != DECIDES:
            return [row.key for row in self.sample.rows]
        differing = set(samples.estimate(self.folder).unsettled)
        return [row.key for row in self.sample.rows if row.key in differing]


def find_sample(project: Project, number: str) -> KeptSample | None:
    """The sample with a number, as given in an address. Refuses one that was changed since it was drawn."""
    known = read_number(number)
    folder = project.folder / SAMPLES / f"{known or 0:04}"
    if known is None or not (folder / "sample.json").is_file():
        return None
    if folder.is_symlink():
        raise Refusal("project-link", folder.name, "this is a symbolic link", "a folder with files of its own")
    sample = _read(folder, (folder / "sample.json").stat().st_mtime_ns)
    drafts = {name: _draft(folder / f"draft-{name}.json", sample) for name in (*REVIEWERS, DECIDES)}
    handed_in = tuple(samples.read_marks(folder, sample))
    return KeptSample(known, folder, sample, handed_in, drafts)


def sample_numbers(project: Project) -> list[int]:
    """The numbers of the samples that were drawn, the newest first."""
    drawn = (project.folder / SAMPLES).glob("[0-9][0-9][0-9][0-9]/sample.json")
    return sorted((int(path.parent.name) for path in drawn), reverse=True)


@lru_cache(maxsize=8)
def _read(folder: Path, changed: int) -> samples.Sample:
    return samples.read_sample(folder)


def _draft(path: Path, sample: samples.Sample) -> Mapping[str, str]:
    return _marks_of(path.read_text(encoding="utf-8") if path.is_file() else "", path.name, sample)


def _marks_of(text: str, name: str, sample: samples.Sample) -> Mapping[str, str]:
    """The marks in the text of a draft. Refuses one that was changed outside Studio into something else."""
    if not text:
        return {}
    try:
        marks = {str(key): str(mark) for key, mark in read_json(text)["marks"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        marks = {"": ""}
    if not {row.key for row in sample.rows}.issuperset(marks) or not set(samples.MARKS).issuperset(marks.values()):
        remedy = "undo the change on the page History, or remove the file and mark the rows again"
        raise Refusal("marks-unreadable", name, "there are no readable marks here", remedy=remedy)
    return marks


def name_of(kept: KeptSample, file: str) -> str:
    """What history calls a file of a sample."""
    return f"{SAMPLES}/{kept.folder.name}/{file}"


def drafted(kept: KeptSample, reviewer: str, marks: Mapping[str, str]) -> Edit:
    """The change that adds these marks to a reviewer's draft, as it is when the change is made."""
    name = name_of(kept, f"draft-{reviewer}.json")

    def edit(now: Texts) -> Texts:
        before = _marks_of(now.get(name) or "", name, kept.sample)
        content = {"format": _FORMAT, "marks": dict(sorted({**before, **marks}.items()))}
        return {name: json.dumps(content, indent=1, ensure_ascii=False) + "\n"}

    return edit


def handed_in(kept: KeptSample, taken: samples.Marks, worksheet_digest: str) -> Texts:
    """The texts of files when a reviewer has handed in: the marks as `overt sample mark` keeps them, and no draft."""
    return {
        name_of(kept, f"marks-{taken.reviewer}.json"): samples.marks_text(taken, kept.sample, worksheet_digest),
        name_of(kept, f"draft-{taken.reviewer}.json"): None,
    }


def check_no_names(sample: samples.Sample) -> None:
    """Refuses a sample with a number or reference that seems to be the names of people: Overt keeps no names."""
    for place, column in enumerate(sample.columns):
        values = {row.cells[place] for row in sample.rows if row.cells[place]}
        if column.endswith("_id") and look_like_names(values):
            problem = "most of its values look like names of people, and Overt keeps no names"
            remedy = "number the people or the rows instead"
            raise Refusal("sample-names", f"{sample.table}.{column}", problem, "numbers or references", remedy)


def keep_command(folder: Path, sample: samples.Sample, options: SourceOptions, mapping: str) -> None:
    """Writes beside a drawn sample what draws it again: the command, the mapping, and how the source is read."""
    words = ["overt", "sample", "draw", sample.register]
    if mapping:
        write_private(folder / MAPPING, mapping.encode())
        words += ["--map", MAPPING]
    reading = replace(options.reading, file=READING_FILE)
    if reading.needs_file:
        write_private(folder / READING_FILE, write_reading(reading).encode())
    of_source = {**reading.options, **options.server.options}
    words += [word for option, values in of_source.items() for value in values for word in (option, value)]
    words += ["--table", sample.table, "--question", sample.question]
    words += ["--size", str(sample.size), "--seed", str(sample.seed)]
    for column in sample.by:
        words += ["--by", column]
    words += ["--where", sample.where] if sample.where else []
    words += ["--copy"] if options.server.copy else []
    write_private(folder / REPEAT, f"{shlex.join([*words, '--out', 'again'])}\n".encode())


def parts_of_samples(project: Project, source_digest: str) -> list[tuple[str, bytes | Path]]:
    """The samples of one source that both reviewers have marked, by names for a ZIP: what was drawn, marked, found."""
    parts: list[tuple[str, bytes | Path]] = []
    for number in sample_numbers(project):
        kept = find_sample(project, str(number))
        if kept is None or kept.sample.source_digest != source_digest or not kept.is_marked:
            continue
        name = f"{SAMPLES}/{kept.folder.name}"
        parts += [(f"{name}/{path.name}", path) for path in sorted(kept.folder.iterdir()) if _is_kept(path)]
        parts += [(f"{name}/{file}", content) for file, content in results_of(kept).items()]
    return parts


def _is_kept(path: Path) -> bool:
    return path.is_file() and not path.name.startswith((".", "draft-"))


def results_of(kept: KeptSample) -> dict[str, bytes]:
    """The files of results, as the commands print them; none before both reviewers have handed in."""
    if not kept.is_marked:
        return {}
    estimate = samples.estimate(kept.folder)
    files = {
        "estimate.txt": f"{estimate.as_text()}\n".encode(),
        "estimate.json": f"{json.dumps(estimate.as_json(), indent=2, ensure_ascii=False, default=str)}\n".encode(),
    }
    for marks in kept.handed_in:
        files[f"marks-{marks.reviewer}.csv"] = samples.filled_sheet(kept.folder, kept.sample, marks.marks, marks.notes)
    return files
