"""The test of a keyword list in Studio: the files of the command, and neither a term nor a text on any page.

The texts and their labels are invented; the list has an invented name that no page may show.
"""

from __future__ import annotations

import io
import json
import shlex
import shutil
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.web._work import at_work, write
from overt.web.studio import Studio
from overt.web.studio._project import Project
from tests.command import overt
from tests.studio.conftest import Browser, asks_for_the_whole_page, canaries_in
from tests.waiting import until
from tests.web.pages import errors_that_do_not_help, markup_shown

TERMS = ("quagmire", "drill", "", "lamb shank", "thistlewood*", "women", "<b>bold</b>")
# Parts of texts and terms that stand nowhere else on the pages.
SECRET = ("gossamer", "quagmire", "lamb shank", "bold</b>")
ABOUT = ("builders", "young people", "cooks")
MATCHING = {"where": "word", "case": "fold", "unicode": "nfkc", "patterns": "literal"}


def rows() -> list[dict[str, str]]:
    """Ninety invented texts: half are what the list is meant to find."""
    return [
        {
            "comment": f"gossamer {'Zebedee Quagmire' if number % 5 == 0 else 'the drill'} is in shed {number}",
            "label": "hate" if number % 2 else "neutral",
            "about": ABOUT[number % 3],
            "author": f"Philomena {number}",
        }
        for number in range(90)
    ]


def csv_of(texts: list[dict[str, str]]) -> bytes:
    lines = [",".join(texts[0]), *(",".join(row.values()) for row in texts)]
    return ("\n".join(lines) + "\n").encode()


def parquet_of(texts: list[dict[str, str]]) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(texts), target)
    return target.getvalue()


def json_lines_of(texts: list[dict[str, str]]) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in texts).encode()


@pytest.fixture
def home(project: Project) -> str:
    return f"/p/{project.ident}/"


def page_of(browser: Browser, path: str, status: int = 200) -> str:
    """A page as it should be: without a term, a text, markup of theirs or a name."""
    answer = browser.get(path)
    assert answer.status_code == status, answer.text
    return checked(answer.text)


def checked(text: str) -> str:
    assert [word for word in SECRET if word in text.casefold()] == []
    assert markup_shown(text) == []
    assert canaries_in(text) == []
    assert errors_that_do_not_help(text) == []
    return text


def add(browser: Browser, home: str, kind: str, name: str, content: bytes) -> str:
    """The answer to a file that was added."""
    sent = browser.post(f"{home}words/files/{kind}", files={kind: (name, content)})
    return checked(sent.text) if sent.status_code != 303 else ""


def ready(browser: Browser, home: str, texts: bytes, name: str = "texts.csv", terms: bytes = b"") -> None:
    """Adds the list and the texts, and chooses the columns."""
    assert add(browser, home, "word_list", "terms.txt", terms or "\n".join(TERMS).encode()) == ""
    assert add(browser, home, "word_texts", name, texts) == ""
    sent = browser.post(f"{home}words/columns", text="1", label="2", group="3")
    assert sent.status_code == 303, sent.text


def result_of(browser: Browser, home: str, **fields: str) -> str:
    """The address of a test when it has ended."""
    sent = browser.post(f"{home}words", **{**MATCHING, "yes-1": "yes", **fields})
    assert sent.status_code == 303, sent.text
    place = str(sent.headers["location"])
    until(lambda: "Studio is" not in browser.get(place).text, "the test", every=0.1)
    return place


def test_the_files_are_those_of_the_command(browser: Browser, home: str, project: Project, tmp_path: Path) -> None:
    """To the byte, by the command beside them; the page has plots with intervals, and terms by their line."""
    page_of(browser, f"{home}words")
    ready(browser, home, csv_of(rows()))
    page = page_of(browser, f"{home}words")
    assert "6 terms" in page
    assert "Never read" in page
    assert "<bdi>author</bdi> (an author)" in page
    assert "(45 texts)" in page
    # A list of nothing to find, and a list of nothing harmless, say nothing.
    for ticks in ({}, {"yes-1": "yes", "yes-2": "yes"}):
        wrong = browser.post(f"{home}words", **MATCHING, **ticks)
        assert wrong.status_code == 422
        assert "Tick the labels" in checked(wrong.text)
    place = result_of(browser, home)
    result = page_of(browser, place)
    assert "Line 2" in result
    assert "Precision by group" in result
    assert "Recall of single terms" in result
    assert "young people" in result
    assert "matches no text" in result or "match no text" in result
    assert "1 columns" not in result
    folder = project.folder / "words" / "0001"
    command = shlex.split((folder / "repeat.txt").read_text("utf-8"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for kind, name in (("word_list", "terms.txt"), ("word_texts", "texts.csv")):
        shutil.copy(project.folder / "words" / kind / name, elsewhere)
    assert overt(*command[1:], "--quiet", cwd=elsewhere).returncode == 0
    names = sorted(path.name for path in (elsewhere / "again").iterdir())
    assert {*names, "repeat.txt"} == {path.name for path in folder.iterdir()}
    for name in names:
        assert (folder / name).read_bytes() == (elsewhere / "again" / name).read_bytes(), name
        assert browser.get(f"{place}/files/{name}").content == (folder / name).read_bytes()
    with zipfile.ZipFile(io.BytesIO(browser.get(f"{place}/everything.zip").content)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert [word for word in ("gossamer", "quagmire", "Philomena") if word in whole] == []
    for nowhere in ("9", "x", "1/files/asked.json", "1/files/%2e%2e%2fstudio.toml", "9/everything.zip"):
        assert browser.get(f"{home}words/{nowhere}").status_code == 404


@pytest.mark.parametrize(("name", "of"), [("texts.parquet", parquet_of), ("texts.jsonl", json_lines_of)])
def test_other_files_give_the_same_figures(
    name: str, of: object, browser: Browser, home: str, project: Project
) -> None:
    """Parquet and JSON lines; with everything harmless and the terms in full, as was asked for."""
    ready(browser, home, of(rows()), name)  # type: ignore[operator]
    assert browser.post(f"{home}words/columns", text="1", group="3").status_code == 303
    assert "Every text counts as harmless" in page_of(browser, f"{home}words")
    sent = browser.post(f"{home}words", **{**MATCHING, "patterns": "wildcard", "in_full": "yes"})
    place = str(sent.headers["location"])
    until(lambda: "Studio is" not in browser.get(place).text, "the test", every=0.1)
    assert "recall and precision are not known" in page_of(browser, place)
    assert "lamb shank" in browser.get(f"{place}/files/terms.csv").text


def test_files_can_be_removed_and_choices_undone(browser: Browser, home: str, project: Project, tmp_path: Path) -> None:
    """A removed copy is gone; an undo brings the choice back and says that the file is not there."""
    ready(browser, home, csv_of(rows()))
    copies = project.folder / "words"
    assert sorted(path.name for path in copies.rglob("*") if path.is_file()) == ["terms.txt", "texts.csv"]
    assert {oct(path.stat().st_mode & 0o077) for path in copies.rglob("*")} == {"0o0"}
    assert "Remove the file that is there first" in add(browser, home, "word_list", "b.txt", b"drill\n")
    seen = project.history.last
    assert browser.post(f"{home}words/remove/word_texts").status_code == 303
    assert sorted(path.name for path in copies.rglob("*") if path.is_file()) == ["terms.txt"]
    clash = browser.post(f"{home}words/remove/word_texts", at=seen)
    assert clash.status_code in (303, 409)
    assert browser.post(f"{home}history/undo", number=str(seen + 1)).status_code == 303
    assert "watchlist-corpus-unreadable" in page_of(browser, f"{home}words")
    assert browser.post(f"{home}words/remove/word_texts").status_code == 303
    (tmp_path / "there.csv").write_bytes(csv_of(rows()))
    placed = browser.post(f"{home}words/place/word_texts", word_texts_place="there.csv")
    assert placed.status_code == 303
    assert "read where it is" in page_of(browser, f"{home}words")
    assert browser.post(f"{home}words/remove/word_texts").status_code == 303
    assert (tmp_path / "there.csv").is_file()
    for name in ("Keyword list: terms.txt", "Removed texts.csv"):
        assert name in page_of(browser, f"{home}history")


def test_a_test_is_stopped_and_goes_on(browser: Browser, home: str, project: Project, studio: Studio) -> None:
    """Also one that the machine ended; and two tabs with different choices are asked which counts."""
    ready(browser, home, csv_of(rows()))
    seen = project.history.last
    place = result_of(browser, home)
    assert browser.post(f"{home}words", at=seen, **MATCHING, **{"yes-2": "yes"}).status_code == 409
    job = project.work / "words" / "0001"
    asked = json.loads((job / "asked.json").read_text("utf-8"))
    until(lambda: not at_work(project.work / "words"), "the end of the first process")
    stopped = project.work / "words" / "0002"
    stopped.mkdir()
    write(stopped / "asked.json", {**asked, "out": asked["out"].replace("0001", "0002")})
    assert "Going on starts it again" in page_of(browser, f"{home}words/2")
    assert asks_for_the_whole_page(browser, f"{home}words/2", "running")
    assert browser.post(f"{home}words/2/resume").status_code == 303
    until(lambda: "Studio is" not in browser.get(f"{home}words/2").text, "the test", every=0.1)
    first, second = (project.folder / "words" / number for number in ("0001", "0002"))
    assert (first / "run.json").read_bytes() == (second / "run.json").read_bytes()
    assert "2 tests" in page_of(browser, home)
    assert page_of(browser, place)


def test_nothing_live_is_read(browser: Browser, home: str) -> None:
    """A stream, a device and a folder are refused, as by the command."""
    for place in ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "."):
        sent = browser.post(f"{home}words/place/word_list", word_list_place=place)
        assert sent.status_code == 422, place
        assert "watchlist-" in checked(sent.text), place
    assert browser.post(f"{home}words/place/word_list", word_list_place="no.txt").status_code == 422
    assert browser.post(f"{home}words/place/else", else_place="x").status_code in (400, 404, 422)
    assert "watches nobody" in page_of(browser, f"{home}words")


def test_a_file_without_headings_shows_none_of_its_texts(browser: Browser, home: str, project: Project) -> None:
    """In the place of the names of columns there would be a text."""
    for first in (b"gossamer Zebedee Quagmire is in the shed.,1\n", b"a,2024-01-01\n", b"a,17\n"):
        content = first + b"the drill,0\n" * 20
        assert "watchlist-corpus-headings" in add(browser, home, "word_texts", "texts.csv", content)
        assert not list((project.folder / "words" / "word_texts").iterdir())


def test_a_column_of_texts_or_names_is_not_shown(browser: Browser, home: str) -> None:
    """Chosen as the label it is refused; chosen as the group its values go by number, or are refused as texts."""
    texts = [
        {"comment": f"gossamer {number}", "label": "hate" if number % 2 else "neutral",
         "about": "Zebedee Quagmire" if number % 3 else "Philomena Thistlewood", "said": "shed " * 30 + str(number)}
        for number in range(90)
    ]  # fmt: skip
    ready(browser, home, csv_of(texts))
    place = result_of(browser, home)
    assert "number 1" in page_of(browser, place)
    assert browser.post(f"{home}words/columns", text="1", label="4").status_code == 303
    assert "watchlist-corpus-levels" in page_of(browser, f"{home}words")
    same = browser.post(f"{home}words/columns", text="1", label="1")
    assert "this one is the text" in checked(same.text)
    browser.post(f"{home}words/columns", text="1", label="2", group="4")
    assert "watchlist-corpus-levels" in page_of(browser, result_of(browser, home))


def test_hostile_lists_and_texts_end_in_time(browser: Browser, home: str, project: Project) -> None:
    """A million terms, terms that keep a regular expression busy for years, and a text of ten megabytes."""
    many = "".join(f"t{number}\n" for number in range(1_000_000)).encode()
    assert "watchlist-terms-many" in add(browser, home, "word_list", "terms.txt", many)
    hard = "\n".join(("a*" * 40 + "b", "(a+)+$", "*a*a*a*a*b*", r"\w?" * 18 + "xyz", "a?" * 25, "[a-z]+" * 9)).encode()
    long = [{"comment": "b" + "a" * 5_000, "label": "hate" if n % 2 else "neutral", "about": "x"} for n in range(4)]
    ready(browser, home, csv_of(long), terms=hard)
    assert "terms were tested" in page_of(browser, result_of(browser, home))
    browser.post(f"{home}words/remove/word_texts")
    huge = csv_of([{"comment": "gossamer " * 1_200_000, "label": "hate", "about": "x"}])
    assert add(browser, home, "word_texts", "huge.csv", huge) == ""
    assert "field-too-long" in page_of(browser, f"{home}words")


def test_names_of_files_are_cleaned(browser: Browser, home: str, project: Project) -> None:
    """No path and no markup of theirs; a second file and a file of another kind are refused."""
    assert add(browser, home, "word_list", "../../<b>list</b>.txt", b"drill\n") == ""
    assert [path.name for path in (project.folder / "words" / "word_list").iterdir()] == ["b.txt"]
    for name in ("texts.xlsx", "texts"):
        assert "Choose" in add(browser, home, "word_texts", name, b"x")
    page_of(browser, f"{home}words")
