"""Lists are read to the last line, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from overt.refusals import Refusal, Refusals
from overt.watchlists import Condition, Term, read_terms


def written(tmp_path: Path, name: str, content: str | bytes) -> Path:
    """A file of that content."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_lines_are_terms_and_hashtags_are_no_comments(tmp_path: Path) -> None:
    """Blank lines and white space at the ends aside."""
    path = written(tmp_path, "list.txt", "\ufeffdrill\n\n #drill \r\ntwo words\n🖕\n")
    assert [each.text for each in read_terms(path).terms] == ["drill", "#drill", "two words", "🖕"]


def test_a_table_has_categories_and_weights(tmp_path: Path) -> None:
    """Told by the usual names of columns."""
    path = written(tmp_path, "list.csv", 'Word,category,weight\ndrill,music,0.5\n"a, b",,2\n')
    read = read_terms(path)
    assert read.terms == (Term("drill", "music", 0.5), Term("a, b", "", 2.0))
    assert read.weighted


def test_columns_can_be_named(tmp_path: Path) -> None:
    """Where they have no usual name."""
    path = written(tmp_path, "list.tsv", "slang\tw\ndrill\t3\n")
    assert read_terms(path, term="slang", weight="w").terms == (Term("drill", "", 3.0),)


def test_conditions_are_read(tmp_path: Path) -> None:
    """All of, one of, none of, not near."""
    text = '[[condition]]\nname = "talk"\none_of = ["shank"]\nnot_near = ["lamb"]\nwithin = 3\n'
    expected = Term("talk", condition=Condition(one_of=("shank",), not_near=("lamb",), within=3))
    assert read_terms(written(tmp_path, "list.toml", text)).terms == (expected,)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("list.txt", "", "watchlist-terms-empty"),
        ("list.txt", b"caf\xe9\n", "watchlist-terms-encoding"),
        ("list.txt", "x" * 501, "watchlist-term"),
        ("list.txt", "a\0b", "watchlist-term"),
        ("list.txt", "# people we look for\ndrill\n", "watchlist-term"),
        ("list.txt", "drill\n# opps\n", "watchlist-term"),
        ("list.txt", "drill\n##\n", "watchlist-term"),
        ("list.csv", "#drill\n#opps\n", "watchlist-terms-column"),
        ("list.csv", "colour\nred\n", "watchlist-terms-column"),
        ("list.csv", "term,weight\nred,heavy\n", "watchlist-terms-weight"),
        ("list.csv", "term,weight\nred,-1\n", "watchlist-terms-weight"),
        ("list.csv", "term,weight\nred\n", "csv-ragged"),
        ("list.csv", 'term\n"red\n', "csv-unclosed-quote"),
        ("list.csv", "term,x\n,1\n", "watchlist-term"),
        ("list.toml", "[[condition]]\n", "watchlist-condition"),
        ("list.toml", "x = 1\n", "watchlist-condition"),
        ("list.toml", '[[condition]]\none_of = ["a"]\nnot_near = ["b"]\n', "watchlist-condition"),
        ("list.toml", '[[condition]]\none_of = ["a"]\nfoo = 1\n', "watchlist-condition"),
        ("list.toml", '[[condition]]\none_of = "a"\n', "watchlist-condition"),
        ("list.toml", "nonsense", "watchlist-condition"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path, name: str, content: str | bytes, code: str) -> None:
    """With a code that the documentation explains."""
    with pytest.raises(Refusal) as refused:
        read_terms(written(tmp_path, name, content))
    assert refused.value.code == code


def test_every_faulty_condition_is_named_at_once(tmp_path: Path) -> None:
    """So that nobody fixes one to learn of the next."""
    text = "[[condition]]\n[[condition]]\none_of = 3\n"
    with pytest.raises(Refusals) as refused:
        read_terms(written(tmp_path, "list.toml", text))
    assert {each.where for each in refused.value.refusals} == {"list.toml, condition 1", "list.toml, condition 2"}


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """And a folder too."""
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(Refusal, match="watchlist-terms-unreadable"):
            read_terms(path)


def test_a_list_of_hashtags_alone_is_read_in_every_form(tmp_path: Path) -> None:
    """None of them is taken for a comment, the first line neither."""
    lines = read_terms(written(tmp_path, "list.txt", "#drill\n##opps\n#1\n")).terms
    assert [each.text for each in lines] == ["#drill", "##opps", "#1"]
    table = read_terms(written(tmp_path, "list.csv", "hashtag,remark\n#drill,# a remark\n#opps,\n")).terms
    assert [each.text for each in table] == ["#drill", "#opps"]
    conditions = '# a comment of TOML\n[[condition]]\nname = "#talk"\none_of = ["#shank"]\n'
    assert read_terms(written(tmp_path, "list.toml", conditions)).terms == (
        Term("#talk", condition=Condition(one_of=("#shank",))),
    )


def test_what_looks_like_a_comment_is_refused_with_its_line(tmp_path: Path) -> None:
    """So that it neither counts as a term nor hides one."""
    with pytest.raises(Refusal) as refused:
        read_terms(written(tmp_path, "list.txt", "drill\n\n# opps\n"))
    assert refused.value.where == "list.txt, line 3"
    assert "write the hashtag as one word" in str(refused.value)
