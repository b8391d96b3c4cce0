"""`overt watchlist`: a keyword list on trial."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from overt.cli._output import JsonOption, Output, OutputOption, chosen, say, say_json_text, say_rows, talk
from overt.refusals import Exit, Refusal

app = typer.Typer(help="Put a keyword list on trial, on labelled sentences.", no_args_is_help=True)

TermsArgument = Annotated[
    Path, typer.Argument(metavar="TERMS", help="The list: lines, a CSV with categories or weights, or TOML conditions.")
]
TermColumnOption = Annotated[str, typer.Option(help="The column of a CSV list that holds the terms.")]
CategoryColumnOption = Annotated[str, typer.Option(help="The column of a CSV list that holds their categories.")]
WeightColumnOption = Annotated[str, typer.Option(help="The column of a CSV list that holds their weights.")]


@app.callback()
def _root() -> None:
    pass


@app.command("test")
def test(
    terms: TermsArgument,
    corpus: Annotated[
        list[Path],
        typer.Option("--corpus", metavar="FILE", help="Labelled texts (repeatable)."),
    ],
    text: Annotated[str, typer.Option("--text", metavar="COL", help="The column of the texts.")],
    more: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="More files of texts, as a shell writes out *.csv.")
    ] = None,
    group: Annotated[str, typer.Option("--group", metavar="COL", help="Whom each text is about.")] = "",
    label: Annotated[str, typer.Option("--label", metavar="COL", help="The column of the labels.")] = "",
    harmless: Annotated[
        bool, typer.Option("--harmless", help="Take every text as harmless; there is no column of labels.")
    ] = False,
    mask_handles: Annotated[
        bool, typer.Option("--mask-handles", help="Take handles, e-mail addresses and links out of the texts.")
    ] = False,
    function: Annotated[str, typer.Option("--function", metavar="COL", help="What each text is there to test.")] = "",
    genre: Annotated[str, typer.Option("--genre", metavar="COL", help="What kind of text it is.")] = "",
    dialect: Annotated[str, typer.Option("--dialect", metavar="COL", help="In which dialect it is written.")] = "",
    positive: Annotated[
        list[str] | None,
        typer.Option("--positive", metavar="LABEL", help="A label that is sought (repeatable)."),
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option("--drop", metavar="COL", help="Never read this column (repeatable).")
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The result folder.")] = Path("out"),
    matching: Annotated[
        Literal["word", "boundary", "substring", "stem"],
        typer.Option("--matching", help=r"What counts as found; boundary is \b of regular expressions."),
    ] = "word",
    case: Annotated[Literal["fold", "exact"], typer.Option("--case", help="Whether capitals matter.")] = "fold",
    unicode: Annotated[
        Literal["nfkc", "as-written"], typer.Option("--unicode", help="How characters are compared.")
    ] = "nfkc",
    leet: Annotated[bool, typer.Option("--leet", help="Read digits as letters.")] = False,
    patterns: Annotated[
        Literal["literal", "wildcard"], typer.Option("--patterns", help="What * and ? in a term mean.")
    ] = "literal",
    language: Annotated[str, typer.Option("--language", help="The language whose stems are compared.")] = "english",
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", help="Sum of weights that flags a text; any term if not given."),
    ] = None,
    no_variants: Annotated[
        bool, typer.Option("--no-variants", help="Leave the other ways of matching unmeasured.")
    ] = False,
    identity: Annotated[
        Path | None, typer.Option("--identity", metavar="FILE", help="More identity words, one a line.")
    ] = None,
    ordinary: Annotated[
        Path | None, typer.Option("--ordinary", metavar="FILE", help="More ordinary words, one a line.")
    ] = None,
    templates: Annotated[
        Path | None,
        typer.Option("--templates", metavar="FILE", help="Own probes: CSV with kind and template."),
    ] = None,
    mask: Annotated[bool, typer.Option("--mask", help="Show only the first letter of each word of a term.")] = False,
    fail_on_fpr: Annotated[
        float | None,
        typer.Option(
            "--fail-on-fpr", min=0, max=1, metavar="SHARE", help="Exit with status 1 when more is flagged wrongly."
        ),
    ] = None,
    term_column: TermColumnOption = "",
    category_column: CategoryColumnOption = "",
    weight_column: WeightColumnOption = "",
    delimiter: Annotated[str, typer.Option(help="What stands between fields, where it is no comma.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on the way.")] = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Measure what a list gets wrong, and whose words it takes.

    Examples:
      overt watchlist test terms.txt --corpus suite.csv --text sentence
        --label label --group target --function test --out result
      overt watchlist test terms.csv --corpus suite.parquet --text sentence
        --label label --matching substring --mask --fail-on-fpr 0.05

    The corpus must lead to nobody: columns of authors, handles, e-mails,
    places, dates or posts are refused unless they are dropped, and texts that
    hold handles unless --mask-handles takes those out. No text and nothing
    about a text is kept.

    Exits with status 0, with 1 when --fail-on-fpr is exceeded, with 3 when the
    input was refused.
    """
    _check_installed()
    _check_labels(label, harmless=harmless, positive=positive)
    from overt import watchlists as watchlist  # noqa: PLC0415  an extra, and slow to import

    by = {"group": group, "function": function, "genre": genre, "dialect": dialect}
    request = watchlist.Request(
        terms=watchlist.read_terms(terms, term=term_column, category=category_column, weight=weight_column),
        corpus=watchlist.CorpusOptions(
            paths=(*corpus, *(more or ())),
            text=text,
            label=label,
            by={name: column for name, column in by.items() if column},
            drop=tuple(drop or ()),
            positive=tuple(positive or ()),
            delimiter={"tab": "\t"}.get(delimiter, delimiter),
            mask_handles=mask_handles,
        ),
        matching=watchlist.Matching(
            where=watchlist.Where(matching),
            case=watchlist.Case(case),
            form=watchlist.Form(unicode),
            leet=leet,
            patterns=watchlist.Patterns(patterns),
            language=language,
        ),
        threshold=threshold,
        with_variants=not no_variants,
        identity=identity,
        ordinary=ordinary,
        templates=templates,
    )
    with _Telling(quiet) as telling:
        made = watchlist.account(watchlist.try_list(request, telling), masked=mask)
    watchlist.write_trial(made, out)
    _report(made, out, chosen(output, as_json))
    rate = made["overall"]["false_positive_rate"]
    exceeded = fail_on_fpr is not None and rate is not None and rate > fail_on_fpr
    return Exit.BREACHES if exceeded else Exit.CLEAR


def _check_labels(label: str, *, harmless: bool, positive: list[str] | None) -> None:
    if harmless and (label or positive):
        found = "--harmless beside " + ("--label" if label else "--positive")
        raise Refusal("watchlist-label", "--harmless", found, "one or the other")
    if not harmless and not label:
        raise Refusal(
            "watchlist-label", "--label", "no column of labels", "the column that says which texts are sought",
            "name it with --label, or add --harmless where every text is harmless",
        )  # fmt: skip


def _check_installed() -> None:
    lacking = [
        name for name in ("ahocorasick_rs", "scipy", "snowballstemmer") if importlib.util.find_spec(name) is None
    ]
    if lacking:
        raise Refusal(
            "watchlist-not-installed", "overt watchlist", f"without {', '.join(lacking)}", "the extra `watchlist`",
            "pip install 'overt[watchlist]'",
        )  # fmt: skip


_KINDS = (("identity", "bare identity"), ("ordinary", "ordinary"))


class _Telling:
    """Shows on standard error how many texts have been looked at and searched."""

    def __init__(self, quiet: bool) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=talk,
            transient=True,
            disable=quiet or not talk.is_terminal,
        )
        self._task = self._progress.add_task("looking at the texts", total=None)

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
        self._progress.update(self._task, description="trying the list", completed=rows, total=of)


def _report(made: dict[str, Any], out: Path, form: Output) -> None:
    if form is Output.JSON:
        say_json_text((out / "watchlist.json").read_text(encoding="utf-8").rstrip("\n"))
    elif form is Output.CSV:
        say((out / "levels.csv").read_text(encoding="utf-8").rstrip("\r\n"))
    else:
        rows = [_row("all texts", "", made["overall"])]
        for name in ("group", "function", "genre", "dialect"):
            rows += [_row(name, level, each) for level, each in (made[f"by_{name}"] or {}).items()]
        say_rows(rows, list(rows[0]), form)
        if form is Output.TEXT:
            say(_sums(made))
    talk.print(f"Report: {out / 'report.html'}", markup=False)


def _sums(made: dict[str, Any]) -> str:
    lines = [""]
    for each in made["at_prevalence"]:
        wrong = each["wrong_of_1000_warnings"]
        if wrong is not None:
            most = "more than 999" if 0.9995 < each["wrong_share"] < 1 else f"{wrong:,}"
            lines.append(f"Where 1 text in {each['one_in']:,} is sought, {most} of 1,000 warnings are wrong.")
    if (without := made["at_prevalence"][0]["without"]) is not None:
        lines.append(f"How many warnings would be wrong in use cannot be told: {without}.")
    words = [_count(len(made[f"{kind}_terms"]), f"{name} word") for kind, name in _KINDS]
    silent = f"{len(made['silent_terms']):,} of {made['terms']:,} terms never fire"
    return "\n".join([*lines, f"{', '.join(words)}; {silent}."])


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _row(by: str, level: str, each: dict[str, Any]) -> dict[str, object]:
    return {
        "by": by,
        "level": level,
        "harmless_flagged": f"{each['false_positives']:,} of {each['negatives']:,}",
        "false_positive_rate": _percent(each["false_positive_rate"]),
        "recall": _percent(each["recall"]),
        "precision": _percent(each["precision"]),
    }


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
