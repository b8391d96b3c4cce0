"""Words: a keyword list is tested on labelled texts. The list is tested and never used: nothing live is watched.

No page shows a term or a text. Files are read where they are, or from a copy that can be deleted at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from overt.private import private_folder
from overt.refusals import Refusal, Refusals
from overt.rows import kind_of
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web._work import State, begin
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._kept import AskedWords, KeptSource
from overt.web.studio._numbered import WORKER, home_of, next_out
from overt.web.studio._steps import Progress, Step, StepState
from overt.web.studio.pages.words_result import FOLDER, every_test, summary

_PAGE = "/p/{project}/words"
_LIST, _TEXTS = "word_list", "word_texts"
_KEYS = {_LIST: "words.list", _TEXTS: "words.texts"}
_NOUNS = {_LIST: "Keyword list", _TEXTS: "Texts"}
_TEXT_KINDS = frozenset(("csv", "tsv", "json lines", "parquet"))
_DIVISIONS = {
    "group": "Group that a text is about",
    "function": "Behaviour that a text is meant to test",
    "genre": "Genre of a text",
    "dialect": "Dialect of a text",
}
_PLACES = {
    kind: FormField(f"{kind}_place", f"{noun}: a file on this computer", hint="Nothing is copied", longest=1_000,
                    noun="where the file is")
    for kind, noun in _NOUNS.items()
}  # fmt: skip
_MATCHING = (
    FormField("where", "A term is found", Input.CHOICE, choices=(
        ("word", "as a whole word"), ("boundary", "between two word boundaries, as in a regular expression"),
        ("substring", "anywhere, also inside words"), ("stem", "as a word of the same stem (English)"),
    ), noun="how a term is found"),
    FormField("case", "Capitals", Input.CHOICE, choices=(("fold", "do not matter"), ("exact", "must be the same"))),
    FormField("unicode", "Characters", Input.CHOICE, choices=(
        ("nfkc", "that Unicode holds to be the same are the same"), ("as-written", "must be the same"))),
    FormField("patterns", "* and ? in a term", Input.CHOICE, choices=(
        ("literal", "are these signs"), ("wildcard", "stand for other characters"))),
    FormField("leet", "Read digits as the letters they look like, 0 as o and 1 as i", Input.TICK, optional=True),
    FormField("mask_handles", "Take handles, email addresses and links out of the texts first", Input.TICK,
              optional=True),
    FormField("in_full", "Write the terms into the files as they are",
              Input.TICK, "They may be slurs. Without this, files have the first letter of each word", optional=True),
)  # fmt: skip


def _kept(ask: StudioAsk, kind: str) -> KeptSource | None:
    return ask.project.settings.word_list if kind == _LIST else ask.project.settings.word_texts


def _path(ask: StudioAsk, source: KeptSource) -> Path:
    return ask.project.folder / source.copied if source.copied else Path(source.path)


def _look(ask: StudioAsk, kind: str, **more: str) -> dict[str, Any]:
    """What the engine says of the list or of the texts."""
    source = _kept(ask, kind)
    if source is None:
        raise NotTaken(FormFault("text", f"{_NOUNS[kind]}: choose a file first"))
    name = "word_labels" if more else kind
    return ask.engine.ask(name, path=str(_path(ask, source)), **more)


# --- the page ---------------------------------------------------------------------------------------------------------


def _show(ask: StudioAsk) -> Page:
    data: dict[str, Any] = {
        "own_files": True,
        "files": [_file_data(ask, kind) for kind in (_LIST, _TEXTS)],
        "columns": (), "dropped": (), "labels": (), "label_refusals": (), "matching": (), "given": {}, "chosen": None,
        "earlier": [summary(job) for job in reversed(every_test(ask))],
    }  # fmt: skip
    if all(file["source"] is not None and not file["refusals"] for file in data["files"]):
        data |= _column_form(ask)
        chosen = ask.project.settings.word_test
        if chosen is not None and chosen.text in {column["name"] for column in _columns(ask)}:
            data |= _test_form(ask, chosen, data)
    return Page("studio/words.html", data)


def _file_data(ask: StudioAsk, kind: str) -> dict[str, Any]:
    """A file as the page lists it: its name, what it holds, or why it cannot be read."""
    source = _kept(ask, kind)
    data = {"kind": kind, "noun": _NOUNS[kind], "source": source, "place": _PLACES[kind], "refusals": (), "holds": ""}
    if source is None:
        return data
    try:
        seen = _look(ask, kind)
    except Refusal as refusal:
        return {**data, "refusals": (refusal,)}
    except Refusals as several:
        return {**data, "refusals": tuple(several.refusals)}
    holds = f"{seen['terms']:,} terms" if kind == _LIST else f"{len(seen['columns'])} columns"
    return {**data, "holds": holds}


def _columns(ask: StudioAsk) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = _look(ask, _TEXTS)["columns"]
    return columns


def _column_fields(ask: StudioAsk) -> tuple[FormField, ...]:
    """The choice of columns, each by its place: a name in a form could be changed into another."""
    columns = list(enumerate(_columns(ask), 1))
    texts = tuple((str(place), column["name"]) for place, column in columns if column["may_be_text"])
    others = tuple((str(place), column["name"]) for place, column in columns if not column["told"])
    label = FormField("label", "Label of each text", Input.CHOICE, _HARMLESS, others, optional=True)
    divisions = [FormField(name, words, Input.CHOICE, choices=others, optional=True)
                 for name, words in _DIVISIONS.items()]  # fmt: skip
    return (FormField("text", "Text", Input.CHOICE, choices=texts, noun="the column of the texts"), label, *divisions)


_HARMLESS = "Without a label every text counts as harmless"


def _column_form(ask: StudioAsk) -> dict[str, Any]:
    columns, chosen = _columns(ask), ask.project.settings.word_test
    place_of = {column["name"]: str(place) for place, column in enumerate(columns, 1)}
    given = {name: place_of.get(getattr(chosen, name), "") for name in ("text", "label", *_DIVISIONS)} if chosen else {}
    text = chosen.text if chosen else ""
    return {
        "columns": _column_fields(ask),
        "dropped": [column for column in columns if column["told"] and column["name"] != text],
        "given": given,
    }


def _test_form(ask: StudioAsk, chosen: AskedWords, data: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: getattr(chosen, name) for name in ("where", "case", "unicode", "patterns")}
    given |= {name: "yes" for name in ("leet", "mask_handles", "in_full") if getattr(chosen, name)}
    given |= {f"yes-{place}": "yes" for place in chosen.yes}
    form = {"matching": _MATCHING, "given": {**data["given"], **given}, "chosen": chosen}
    try:
        labels = _look(ask, _TEXTS, column=chosen.label)["labels"] if chosen.label else []
    except (Refusal, Refusals) as error:
        return {**form, "matching": (), "label_refusals": error.refusals if isinstance(error, Refusals) else (error,)}
    return {**form, "labels": list(enumerate(labels, 1))}


def _set_columns(ask: StudioAsk) -> Sent:
    columns = _columns(ask)
    names = {name: columns[int(ask.form[name]) - 1]["name"] if name in ask.form else "" for name in
             ("text", "label", *_DIVISIONS)}  # fmt: skip
    faults = [
        FormFault(name, "Choose another column: this one is the text")
        for name in ("label", *_DIVISIONS)
        if names[name] and names[name] == names["text"]
    ]
    if faults:
        raise NotTaken(*faults)
    before = ask.project.settings.word_test
    kept = before.model_dump() if before else {}
    # Places of labels are of one column alone.
    yes = kept.get("yes", ()) if kept.get("label") == names["label"] else ()
    wanted = AskedWords.model_validate({**kept, **names, "yes": yes})
    words = f"Texts in “{names['text']}”, " + (f"labels in “{names['label']}”" if names["label"] else "all harmless")
    ask.project.set(words, ["words.columns"], seen=ask.seen, word_test=wanted.model_dump())
    return Sent(f"{ask.home}words")


def _test_fields(ask: StudioAsk) -> tuple[FormField, ...]:
    chosen = ask.project.settings.word_test
    labels = _look(ask, _TEXTS, column=chosen.label)["labels"] if chosen and chosen.label else []
    ticks = [FormField(f"yes-{place}", f"Label {place}", Input.TICK, optional=True) for place in
             range(1, len(labels) + 1)]  # fmt: skip
    return (*ticks, *_MATCHING)


def _begin(ask: StudioAsk) -> Sent:
    settings = ask.project.settings
    chosen, terms, texts = settings.word_test, settings.word_list, settings.word_texts
    if chosen is None or terms is None or texts is None:
        raise NotTaken(FormFault("text", "Choose the list, the texts and their columns first"))
    labels = _look(ask, _TEXTS, column=chosen.label)["labels"] if chosen.label else []
    yes = tuple(place for place in range(1, len(labels) + 1) if ask.form.get(f"yes-{place}") == "yes")
    if labels and not 0 < len(yes) < len(labels):
        raise NotTaken(FormFault("yes-1", "Tick the labels that the list is meant to find, and leave out at least one"))
    form = ask.form
    wanted = chosen.model_copy(
        update={
            "yes": yes,
            **{name: form[name] for name in ("where", "case", "unicode", "patterns")},
            **{name: form.get(name) == "yes" for name in ("leet", "mask_handles", "in_full")},
        }
    )
    ask.project.set(f"Test of {terms.name}", ["words"], seen=ask.seen, word_test=wanted.model_dump())
    out = next_out(ask.project, FOLDER)
    asked = {
        "what": "words",
        "list": str(_path(ask, terms)),
        "texts": str(_path(ask, texts)),
        "names": [terms.name, texts.name],
        "choices": wanted.model_dump(mode="json"),
        "out": str(out),
    }
    begin(home_of(ask.project, FOLDER), WORKER, asked)
    return Sent(f"{ask.home}words/{int(out.name)}")


# --- the files --------------------------------------------------------------------------------------------------------


def _kind(ask: StudioAsk) -> str:
    kind = ask.path["kind"]
    if kind not in _KEYS:
        raise NotTaken()
    return kind


def _take_file(ask: StudioAsk) -> Sent:
    kind = _kind(ask)
    _check_none(ask, kind, kind)
    if len(ask.uploads) != 1:
        raise NotTaken(FormFault(kind, "Choose one file, or enter where it is"))
    upload = ask.uploads[0]
    _check_kind(kind, upload.name, kind)
    folder = private_folder(private_folder(ask.project.folder / FOLDER) / kind)
    for left in folder.iterdir():
        left.unlink()
    copied = upload.keep(folder)
    source = KeptSource(name=upload.name, copy=copied.relative_to(ask.project.folder).as_posix(), bytes=upload.size,
                        sha256=upload.sha256)  # fmt: skip
    try:
        return _keep(ask, kind, source)
    except BaseException:
        copied.unlink(missing_ok=True)
        raise


def _take_place(ask: StudioAsk) -> Sent:
    kind = _kind(ask)
    field = _PLACES[kind].name
    _check_none(ask, kind, field)
    path = (ask.studio.here / Path(ask.form[field]).expanduser()).absolute()
    if not path.exists():
        raise NotTaken(FormFault(field, "There is no such file"))
    _check_kind(kind, path.name, field)
    return _keep(ask, kind, KeptSource(name=path.name, path=str(path)))


def _keep(ask: StudioAsk, kind: str, source: KeptSource) -> Sent:
    """Takes a file that the bench can read. Refuses any other, and what is no finished file."""
    ask.engine.ask(kind, path=str(_path(ask, source)))
    ask.project.set(f"{_NOUNS[kind]}: {source.name}", [_KEYS[kind]], seen=ask.seen, **{kind: source.model_dump()})
    return Sent(f"{ask.home}words")


def _check_none(ask: StudioAsk, kind: str, field: str) -> None:
    if _kept(ask, kind) is not None:
        raise NotTaken(FormFault(field, "Remove the file that is there first"))


def _check_kind(kind: str, name: str, field: str) -> None:
    found = kind_of(Path(name))
    if kind == _TEXTS and found not in _TEXT_KINDS:
        raise NotTaken(FormFault(field, "Choose a file of CSV, TSV, JSON lines or Parquet"))
    if kind == _LIST and found not in (None, "csv", "tsv"):
        raise NotTaken(FormFault(field, "Choose a list with one term a line, a CSV or a TOML file"))


def _remove(ask: StudioAsk) -> Sent:
    """Lets a file go, and deletes the copy of it."""
    kind = _kind(ask)
    source = _kept(ask, kind)
    if source is not None:
        ask.project.set(f"Removed {source.name}", [_KEYS[kind]], seen=ask.seen, **{kind: None})
        if source.copied:
            (ask.project.folder / source.copied).unlink(missing_ok=True)
    return Sent(f"{ask.home}words")


def _state(ask: StudioAsk) -> StepState:
    every = every_test(ask)
    if every and every[-1].state is State.AT_WORK:
        return StepState(Progress.RUNNING)
    done = sum(job.state is State.DONE for job in every)
    if done:
        return StepState(Progress.DONE, f"{done} {'test' if done == 1 else 'tests'}")
    return StepState(Progress.NOT_STARTED, "Needs a keyword list and labelled texts, and no source")


STEP = Step("Words", "words", _state, further=True)
ACTIONS = (
    StudioAction(_PAGE, _show),
    StudioAction(_PAGE, _begin, "POST", _test_fields),
    StudioAction(f"{_PAGE}/columns", _set_columns, "POST", _column_fields, page=_PAGE),
    StudioAction(f"{_PAGE}/files/{{kind}}", _take_file, "POST", uploads=True, page=_PAGE),
    StudioAction(f"{_PAGE}/place/{{kind}}", _take_place, "POST", lambda ask: (_PLACES[_kind(ask)],), page=_PAGE),
    StudioAction(f"{_PAGE}/remove/{{kind}}", _remove, "POST", page=_PAGE),
)
