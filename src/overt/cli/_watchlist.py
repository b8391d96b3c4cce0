"""`overt watchlist`: tests a keyword list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.progress import SpinnerColumn, TimeElapsedColumn

from overt.cli._extras import watchlists
from overt.cli._options import JsonOption, Output, OutputOption, QuietOption
from overt.cli._output import bar_columns, chosen, number_of, progress_bar, say, say_json_text, say_rows, talk
from overt.refusals import Exit, Refusal

app = typer.Typer(help="Test a keyword list against labelled texts.", no_args_is_help=True)

TermsArgument = Annotated[
    Path,
    typer.Argument(
        metavar="TERMS",
        help="The keyword list: one term per line, a CSV with categories or weights, or TOML conditions.",
    ),
]
_TEXTS, _MATCHING, _LIST = "Texts", "Matching", "Keyword list"


@app.callback()
def _root() -> None:
    pass


@app.command("test")
def test(
    terms: TermsArgument,
    corpus: Annotated[
        list[Path],
        typer.Option("--corpus", metavar="FILE", rich_help_panel=_TEXTS, help="File of labelled texts (repeatable)."),
    ],
    text: Annotated[str, typer.Option("--text", metavar="COL", rich_help_panel=_TEXTS, help="Column of the texts.")],
    more: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="More files of texts, for example where the shell expands *.csv."),
    ] = None,
    label: Annotated[
        str, typer.Option("--label", metavar="COL", rich_help_panel=_TEXTS, help="Column of the labels.")
    ] = "",
    positive: Annotated[
        list[str] | None,
        typer.Option(
            "--positive",
            metavar="LABEL",
            rich_help_panel=_TEXTS,
            help="Label that the list is meant to find (repeatable).",
        ),
    ] = None,
    harmless: Annotated[
        bool,
        typer.Option(
            "--harmless", rich_help_panel=_TEXTS, help="Treat every text as harmless, if there is no column of labels."
        ),
    ] = False,
    group: Annotated[
        str,
        typer.Option(
            "--group", metavar="COL", rich_help_panel=_TEXTS, help="Column with the group each text is about."
        ),
    ] = "",
    function: Annotated[
        str,
        typer.Option(
            "--function",
            metavar="COL",
            rich_help_panel=_TEXTS,
            help="Column with the behaviour each text is meant to test.",
        ),
    ] = "",
    genre: Annotated[
        str,
        typer.Option("--genre", metavar="COL", rich_help_panel=_TEXTS, help="Column with the genre of each text."),
    ] = "",
    dialect: Annotated[
        str,
        typer.Option("--dialect", metavar="COL", rich_help_panel=_TEXTS, help="Column with the dialect of each text."),
    ] = "",
    drop: Annotated[
        list[str] | None,
        typer.Option("--drop", metavar="COL", rich_help_panel=_TEXTS, help="Column to ignore (repeatable)."),
    ] = None,
    mask_handles: Annotated[
        bool,
        typer.Option(
            "--mask-handles", rich_help_panel=_TEXTS, help="Remove handles, email addresses and links from the texts."
        ),
    ] = False,
    delimiter: Annotated[
        str,
        typer.Option(
            metavar="CHAR", rich_help_panel=_TEXTS, show_default="comma", help="Field delimiter of CSV files."
        ),
    ] = "",
    matching: Annotated[
        Literal["word", "boundary", "substring", "stem"],
        typer.Option(
            "--matching",
            rich_help_panel=_MATCHING,
            help=r"How terms are matched. `boundary` uses regular-expression word boundaries (\b).",
        ),
    ] = "word",
    case: Annotated[
        Literal["fold", "exact"],
        typer.Option("--case", rich_help_panel=_MATCHING, help="How letter case is treated."),
    ] = "fold",
    unicode: Annotated[
        Literal["nfkc", "as-written"],
        typer.Option("--unicode", rich_help_panel=_MATCHING, help="How characters are compared."),
    ] = "nfkc",
    leet: Annotated[
        bool,
        typer.Option("--leet", rich_help_panel=_MATCHING, help="Treat look-alike digits as letters (0 as o, 1 as i)."),
    ] = False,
    patterns: Annotated[
        Literal["literal", "wildcard"],
        typer.Option("--patterns", rich_help_panel=_MATCHING, help="Meaning of * and ? in a term."),
    ] = "literal",
    language: Annotated[
        str, typer.Option("--language", rich_help_panel=_MATCHING, help="Language for comparing stems.")
    ] = "english",
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold",
            rich_help_panel=_MATCHING,
            show_default="any single term",
            help="Total weight at which a text is flagged.",
        ),
    ] = None,
    no_variants: Annotated[
        bool, typer.Option("--no-variants", rich_help_panel=_MATCHING, help="Do not test other matching methods.")
    ] = False,
    term_column: Annotated[
        str, typer.Option(metavar="COL", rich_help_panel=_LIST, help="Column of the terms in a CSV list.")
    ] = "",
    category_column: Annotated[
        str, typer.Option(metavar="COL", rich_help_panel=_LIST, help="Column of the categories in a CSV list.")
    ] = "",
    weight_column: Annotated[
        str, typer.Option(metavar="COL", rich_help_panel=_LIST, help="Column of the weights in a CSV list.")
    ] = "",
    identity: Annotated[
        Path | None,
        typer.Option(
            "--identity", metavar="FILE", rich_help_panel=_LIST, help="File of more identity words, one per line."
        ),
    ] = None,
    ordinary: Annotated[
        Path | None,
        typer.Option(
            "--ordinary", metavar="FILE", rich_help_panel=_LIST, help="File of more ordinary words, one per line."
        ),
    ] = None,
    templates: Annotated[
        Path | None,
        typer.Option(
            "--templates",
            metavar="FILE",
            rich_help_panel=_LIST,
            help="Your own test sentences: a CSV with columns kind and template.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder to write the results to.")] = Path("out"),
    mask: Annotated[
        bool,
        typer.Option("--mask", help="Mask terms in the output, showing only the first letter of each word."),
    ] = False,
    fail_on_fpr: Annotated[
        float | None,
        typer.Option(
            "--fail-on-fpr",
            min=0,
            max=1,
            metavar="SHARE",
            help="Exit with status 1 if the false-positive rate is higher than this.",
        ),
    ] = None,
    quiet: QuietOption = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Measure a list's error rates, overall and for each group of people.

    Examples:
      overt watchlist test terms.txt --corpus suite.csv --text sentence
        --label label --group target --function test --out result
      overt watchlist test terms.csv --corpus suite.parquet --text sentence
        --label label --matching substring --mask --fail-on-fpr 0.05

    The texts must not identify anyone. Columns of authors, handles, email addresses, places, dates or posts are refused
    unless you drop them, and texts that contain handles are refused unless --mask-handles removes those. No text is
    kept.

    Exit status: 0 if the test ran; 1 if --fail-on-fpr is exceeded; 3 if the input was refused.
    """
    _check_labels(label, harmless=harmless, positive=positive)

    by = {"group": group, "function": function, "genre": genre, "dialect": dialect}
    request = watchlists.TrialRequest(
        terms=watchlists.read_terms(terms, term=term_column, category=category_column, weight=weight_column),
        corpus=watchlists.CorpusOptions(
            paths=(*corpus, *(more or ())),
            text=text,
            label=label,
            by={name: column for name, column in by.items() if column},
            drop=tuple(drop or ()),
            positive=tuple(positive or ()),
            delimiter={"tab": "\t"}.get(delimiter, delimiter),
            mask_handles=mask_handles,
        ),
        matching=watchlists.Matching(
            where=watchlists.Where(matching),
            case=watchlists.Case(case),
            form=watchlists.Form(unicode),
            leet=leet,
            patterns=watchlists.Patterns(patterns),
            language=language,
        ),
        threshold=threshold,
        with_variants=not no_variants,
        identity=identity,
        ordinary=ordinary,
        templates=templates,
    )
    with _Telling(quiet) as telling:
        account = watchlists.account(watchlists.try_list(request, telling), masked=mask)
    watchlists.write_trial(account, out)
    _report(account, out, chosen(output, as_json))
    rate = account["overall"]["false_positive_rate"]
    exceeded = fail_on_fpr is not None and rate is not None and rate > fail_on_fpr
    return Exit.BREACHES if exceeded else Exit.CLEAR


def _check_labels(label: str, *, harmless: bool, positive: list[str] | None) -> None:
    if harmless and (label or positive):
        combination = "--harmless beside " + ("--label" if label else "--positive")
        raise Refusal("watchlist-label", "--harmless", combination, "one of the two")
    if not harmless and not label:
        raise Refusal(
            "watchlist-label", "--label", "no column of labels was given",
            "the column that shows which texts the list is meant to find",
            "give it with --label, or add --harmless if every text is harmless",
        )  # fmt: skip


_KINDS = (("identity", "bare identity"), ("ordinary", "ordinary"))


class _Telling:
    """Shows on standard error how many texts have been looked at and searched."""

    def __init__(self, quiet: bool) -> None:
        self._progress = progress_bar(quiet, SpinnerColumn(), *bar_columns(), TimeElapsedColumn())
        self._task = self._progress.add_task("Reading the texts", total=None)

    def __enter__(self) -> _Telling:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def surveying(self, rows: int) -> None:
        """So many rows have been looked at."""
        self._progress.update(self._task, completed=rows)

    def measuring(self, rows: int, of: int) -> None:
        """So many of all rows have been searched."""
        self._progress.update(self._task, description="Testing the list", completed=rows, total=of)


def _report(account: dict[str, Any], out: Path, form: Output) -> None:
    if form is Output.JSON:
        say_json_text((out / "watchlist.json").read_text(encoding="utf-8").rstrip("\n"))
    elif form is Output.CSV:
        say((out / "levels.csv").read_text(encoding="utf-8").rstrip("\r\n"))
    else:
        rows = [_row("all texts", "", account["overall"])]
        for name in ("group", "function", "genre", "dialect"):
            rows += [_row(name, level, measures) for level, measures in (account[f"by_{name}"] or {}).items()]
        say_rows(rows, list(rows[0]), form)
        if form is Output.TEXT:
            say(_sums(account))
    talk.print(f"Report: {out / 'report.html'}", markup=False)


def _sums(account: dict[str, Any]) -> str:
    lines = [""]
    for sample in account["at_prevalence"]:
        wrong = sample["wrong_of_1000_warnings"]
        if wrong is not None:
            most = "more than 999" if 0.9995 < sample["wrong_share"] < 1 else f"{wrong:,}"
            lines.append(
                f"If 1 text in {sample['one_in']:,} is a true match, {most} of every 1,000 warnings would be wrong."
            )
    if (without := account["at_prevalence"][0]["without"]) is not None:
        lines.append(f"It is not known how many alerts would be false in practice: {without}.")
    words = [number_of(len(account[f"{kind}_terms"]), f"{name} word", f"{name} words") for kind, name in _KINDS]
    silent = f"{len(account['silent_terms']):,} of {account['terms']:,} terms never matched"
    return "\n".join([*lines, f"{', '.join(words)}; {silent}."])


def _row(by: str, level: str, measures: dict[str, Any]) -> dict[str, object]:
    return {
        "by": by,
        "level": level,
        "harmless_flagged": f"{measures['false_positives']:,} of {measures['negatives']:,}",
        "false_positive_rate": _percent(measures["false_positive_rate"]),
        "recall": _percent(measures["recall"]),
        "precision": _percent(measures["precision"]),
    }


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
