"""One table as it lies: which row has the headings, where it ends, and how the text of its file is read."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException

from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio.pages.source import asked, look, stated_of, with_reading

_DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}
_WORDS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_NAMES = {mark: word for word, mark in _WORDS.items()}
_NONE = "0"


def _top(ask: StudioAsk) -> tuple[int, dict[str, Any]]:
    """The table that the address names by its number, and its first rows."""
    number = ask.path["table"]
    tables = look(ask)["tables"]
    if not number.isdecimal() or len(number) > 4 or not 1 <= int(number) <= len(tables):
        raise HTTPException(404)
    return int(number), ask.engine.ask("top", table=int(number) - 1, **asked(ask))


def _fields(ask: StudioAsk) -> tuple[FormField, ...]:
    return _fields_of(_top(ask)[1])


def _fields_of(top: dict[str, Any]) -> tuple[FormField, ...]:
    """The fields of this table: its own rows, encodings and delimiters are all that can be chosen."""
    rows = [(str(row["number"]), f"Row {row['number']}") for row in top["rows"] if not row["blank"]]
    none = (_NONE, "There are none: name the columns A, B, C")
    fields = [
        FormField("header", "Headings", Input.CHOICE, choices=(none, *rows), noun="the row that has the headings"),
        FormField(
            "last", "The table ends at row", hint="Leave it empty for the end of the sheet or file", optional=True,
            longest=9, noun="the number of a row",
        ),
    ]  # fmt: skip
    if top["text"]:
        encodings = tuple((tried["name"], _encoding_words(tried)) for tried in top["text"]["encodings"])
        delimiters = tuple((_NAMES[tried["delimiter"]], _delimiter_words(tried)) for tried in top["text"]["delimiters"])
        fields += [
            FormField("encoding", "Encoding", Input.CHOICE, choices=encodings, noun="an encoding"),
            FormField("delimiter", "Fields are separated by", Input.CHOICE, choices=delimiters, noun="a separator"),
            FormField("quoted", "Quotation marks enclose fields", Input.YES_OR_NO),
        ]
    fields.append(FormField("sure", "Use the row although it looks like data", Input.TICK, optional=True))
    return tuple(fields)


def _encoding_words(tried: dict[str, Any]) -> str:
    if tried["fault"]:
        return f"{tried['name']}: cannot be, {tried['fault']}"
    letters = ", ".join(f"{letter} {count:,}" for letter, count in tried["characters"])
    return f"{tried['name']}: {letters or 'only unaccented letters'}"


def _delimiter_words(tried: dict[str, Any]) -> str:
    columns = "1 column" if tried["columns"] == 1 else f"{tried['columns']} columns"
    return f"{_DELIMITERS[tried['delimiter']]}: {columns} in {tried['even']:,} of the first {tried['rows']:,} rows"


def _show(ask: StudioAsk) -> Page:
    number, top = _top(ask)
    about = top["about"]
    given = {
        "header": "" if about["header"] is None else str(about["header"]),
        "last": str(about["last"] or ""),
        "encoding": about["encoding"] or "",
        "delimiter": _NAMES.get(about["delimiter"] or "", ""),
        "quoted": "yes" if about["quoted"] else "no",
    }
    data = {
        "number": number, "top": top, "about": about, "fields": _fields_of(top), "given": given,
        "width": max((len(row["cells"]) for row in top["rows"]), default=0),
    }  # fmt: skip
    return Page("studio/table.html", data)


def _keep(ask: StudioAsk) -> Sent:
    _, top = _top(ask)
    about, form = top["about"], ask.form
    header = int(form["header"])
    doubt = top["doubts"].get(form["header"], "")
    if doubt and form.get("sure") != "yes":
        raise NotTaken(FormFault("sure", f"{doubt}. Tick to use it"))
    stated = {name: value for name, value in stated_of(ask, about["origin"]).items() if name == "use"}
    stated["header_row"] = header
    if last := form.get("last"):
        if not (last.isascii() and last.isdecimal()) or int(last) < max(1, header):
            raise NotTaken(FormFault("last", "Enter the number of a row at or below the headings"))
        stated["last_row"] = int(last)
    if top["text"]:
        tried = {each["name"]: each for each in top["text"]["encodings"]}
        if tried[form["encoding"]]["fault"]:
            raise NotTaken(FormFault("encoding", "The file cannot be in this encoding: choose another"))
        stated |= {"encoding": form["encoding"], "delimiter": _WORDS[form["delimiter"]]}
        if form["quoted"] == "no":
            stated["quoted"] = False
    words = f"{about['origin'].replace('#', ', ')}: headings in row {header}" if header else "Columns without headings"
    ask.project.set(
        words, [f"reading.{about['origin']}"], seen=ask.seen, reading=with_reading(ask, {about["origin"]: stated})
    )
    return Sent(f"{ask.home}source/{ask.path['table']}")


_PATH = "/p/{project}/source/{table}"
ACTIONS = (StudioAction(_PATH, _show), StudioAction(_PATH, _keep, "POST", _fields))
