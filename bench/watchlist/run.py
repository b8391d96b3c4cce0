"""Measures the watch-list bench beside a regular expression and pandas, and the whole command; writes README.md.

    python run.py [--texts 1000000] [--slow-texts 2000]

Texts and terms are made up of random letters. Contenders run one after the other, each in a fresh process, on the
same texts; the slow ones on the first few thousand of them, where their answers are compared with Overt's.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import random
import re
import subprocess
import sys
import time
from itertools import accumulate
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "audit"))
import machine  # noqa: E402

WORK = HERE.parent / ".work"
PANDAS = HERE.parent / ".venvs" / "pandas" / "bin" / "python"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SIZES = (1_000, 10_000)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--texts", type=int, default=1_000_000)
    arguments.add_argument("--slow-texts", type=int, default=2_000)
    chosen = arguments.parse_args()
    WORK.mkdir(exist_ok=True)
    make(chosen.texts)
    lines = [table_head()]
    whole = []
    for size in SIZES:
        lines += contend(size, chosen.texts, chosen.slow_texts)
        whole.append(command(size, chosen.texts))
    write(lines, whole, chosen.texts)
    return 0


def make(texts: int) -> None:
    """A million sentences of 14 words, drawn as words are in a language: few often, many seldom."""
    draw = random.Random(1)
    words = sorted({"".join(draw.choices(LETTERS, k=draw.randint(3, 10))) for _ in range(60_000)})
    draw.shuffle(words)
    chances = list(accumulate(1 / (place + 5) for place in range(len(words))))
    for size in SIZES:
        (WORK / f"terms-{size}.txt").write_text("\n".join(draw.sample(words, size)), encoding="utf-8")
    with (WORK / "texts.txt").open("w") as plain, (WORK / "corpus.csv").open("w", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(["text", "label", "group", "function"])
        for place in range(texts):
            text = " ".join(draw.choices(words, cum_weights=chances, k=14))
            plain.write(text + ("\n" if place < texts - 1 else ""))
            rows.writerow(
                [text, draw.choice(["hateful", "non-hateful"]), f"group {place % 7}", f"function {place % 29}"]
            )


def contend(size: int, texts: int, slow: int) -> list[str]:
    """Overt on all texts and on the few; the others on the few."""
    ours = run("overt", sys.executable, size, texts)
    same = run("overt", sys.executable, size, slow)
    rate = ours["texts"] / ours["search"]
    lines = [row("Overt, every term of every text", size, ours, rate, 1)]
    for name, python, what in (
        ("regex", sys.executable, "one `re` alternation, first term of a text"),
        ("pandas", str(PANDAS), "pandas `str.contains`, the same alternation"),
    ):
        if not Path(python).exists():
            lines.append(f"| {what} | {size:,} | not installed | | | |")
            continue
        other = run(name, python, size, slow)
        if other["digest"] != same["digest"]:
            raise SystemExit(f"{name} flags {other['flagged']} texts, Overt {same['flagged']}")
        theirs = other["texts"] / other["search"]
        lines.append(row(what, size, other, theirs, rate / theirs))
    return lines


def run(name: str, python: str, size: int, limit: int) -> dict[str, Any]:
    """One contender in a process of its own."""
    command = [
        python,
        str(HERE / "contender.py"),
        name,
        str(WORK / "texts.txt"),
        str(WORK / f"terms-{size}.txt"),
        str(limit),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    print(name, size, done.stdout.strip(), file=sys.stderr)
    return json.loads(done.stdout)


def command(size: int, texts: int) -> str:
    """The whole command with all measures and variants: wall clock, CPU and peak of its process."""
    overt = Path(sys.executable).with_name("overt")
    words = ["watchlist", "test", str(WORK / f"terms-{size}.txt"), "--corpus", str(WORK / "corpus.csv")]
    words += ["--text", "text", "--label", "label", "--group", "group", "--function", "function"]
    words += ["--out", str(WORK / "watchlist"), "-q"]
    started = time.perf_counter()
    process = subprocess.Popen([str(overt), *words], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if status:
        raise SystemExit(f"overt left with {status}")
    print("command", size, wall, file=sys.stderr)
    return f"| {texts:,} | {size:,} | {wall:.1f} | {used.ru_utime + used.ru_stime:.1f} | {used.ru_maxrss / 1024:,.0f} |"


def table_head() -> str:
    return "| | terms | texts | seconds | texts/s | Overt is faster |\n| --- | ---: | ---: | ---: | ---: | ---: |"


def row(what: str, size: int, made: dict[str, Any], rate: float, times: float) -> str:
    faster = "" if times == 1 else f"{times:,.0f} times"
    return f"| {what} | {size:,} | {made['texts']:,} | {made['search']:.2f} | {rate:,.0f} | {faster} |"


def write(lines: list[str], whole: list[str], texts: int) -> None:
    """Puts the figures between the marks of README.md."""
    about = machine.describe()
    parts = [
        f"{dt.date.today().isoformat()}; {about['processor']}, {about['cores']} cores; {about['system']}; "  # noqa: DTZ011
        f"Python {about['python']}; load {about['load']}; {texts:,} texts of 14 words.",
        "\n".join(lines),
        "`overt watchlist test`, the whole command: strict reading (twice), six ways of matching beside the one\n"
        "chosen, all measures, limits and the report:",
        "| texts | terms | seconds | CPU seconds | peak MiB |\n| ---: | ---: | ---: | ---: | ---: |\n"
        + "\n".join(whole),
    ]
    page = HERE / "README.md"
    text = page.read_text(encoding="utf-8")
    body = "\n\n".join(parts)
    between = re.compile(r"(<!-- results -->\n).*(\n<!-- end)", re.DOTALL)
    page.write_text(between.sub(lambda match: f"{match[1]}\n{body}\n{match[2]}", text), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
