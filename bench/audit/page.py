"""The results as Markdown, put between the markers of bench/README.md."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from contenders import BY_NAME, CANNOT, EVERY, KEEPS, ROWS, Contender

BEGIN, END = "<!-- results -->", "<!-- end of results -->"
GIB = 2**20  # peaks are in KiB
SLOWEST = 8
SMALL = 1_000_000


def put(page: Path, result: dict[str, Any], name: str) -> None:
    """Writes the results between the page's markers."""
    whole = page.read_text()
    before, rest = whole.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    page.write_text(f"{before}{BEGIN}\n\n{text(result)}\nAll of it: [results/{name}](results/{name}).\n\n{END}{after}")


def text(result: dict[str, Any]) -> str:
    """The results as Markdown."""
    parts = [_machine(result)]
    for measured in result["measured"]:
        parts += [_heading(measured), _all(measured), _peers(measured), _report(measured), _slowest(measured)]
        parts += [_asides(measured, measured["asked"])]
    parts += [_targets(result), _words()]
    return "\n".join(part for part in parts if part)


def _machine(result: dict[str, Any]) -> str:
    m = result["machine"]
    versions: dict[str, str] = {}
    for measured in result["measured"]:
        for each in measured["versions"].values():
            versions.update({name: version for name, version in each.items() if name != "engine"})
    duckdb = {each["duckdb"] for one in result["measured"] for each in one["versions"].values() if "duckdb" in each}
    versions["duckdb"] = " and ".join(sorted(duckdb))
    listed = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()) if version)
    server = f", {m['postgres']}" if m["postgres"] else ""
    return (
        f"{result['date']}, commit {result['commit']}. {m['processor']}, {m['cores']} cores, {m['memory_gib']} GiB, "
        f"{m['system']}{server}; load {m['load']} before and {m['load_after']} after. Calibration, SHA-256 of a "
        f"million times 65 bytes in Python {m['python']}: {m['calibration_seconds']} s. {listed}.\n"
    )


def _heading(measured: dict[str, Any]) -> str:
    counts = measured["counts"].values()
    examined, breached = (sum(each[place] or 0 for each in counts) for place in (0, 1))
    silent = sum(1 for each in counts if not each[0])
    total = sum(measured["table_rows"].values())
    pack = measured["task"]["pack"]["name"]
    checked = "and with the generator's key " if measured["task"]["planted"] else ""
    return (
        f"### {measured['register']}, {measured['rows']:,} entries\n\n"
        f"{total:,} rows in {len(measured['table_rows'])} tables; {len(measured['counts'])} controls of `{pack}` "
        f"examine {examined:,} rows, of which {breached:,} breach ({silent} controls have nothing in scope). "
        f"All answers below were equal with one another {checked}before anything was timed, and in every run.\n"
    )


def _all(measured: dict[str, Any]) -> str:
    """Everyone who answered every control on DuckDB."""
    examined = sum(each[0] or 0 for each in measured["counts"].values())
    lines = [
        "| all controls | wall, best | median | controls alone | CPU | peak | rows examined "
        "| controls ÷ limit | process ÷ limit |",
        "| --- |" + " --: |" * 8,
    ]
    limit = _runs(measured, "duckdb")
    for contender in _ran(measured, EVERY, server=False):
        runs = _runs(measured, contender.name)
        controls = _middle(runs, "controls")
        lines.append(
            _line(
                contender.title,
                _seconds(min(each["wall"] for each in runs)),
                _seconds(_middle(runs, "wall")),
                _seconds(controls),
                _seconds(_middle(runs, "cpu")),
                _mib(max(each["peak"] for each in runs)),
                f"{examined / (_middle(runs, 'wall') or 1) / 1e6:.1f} M/s",
                _ratio(controls, _middle(limit, "controls")),
                _ratio(_middle(runs, "wall"), _middle(limit, "wall")),
            )
        )
    return "\n".join(lines) + "\n"


def _peers(measured: dict[str, Any]) -> str:
    """Each peer beside Overt on the controls that the peer answered."""
    rows = []
    for contender in [*_ran(measured, EVERY), *_ran(measured, ROWS)]:
        if not contender.peer and not contender.server:
            continue
        runs = _runs(measured, contender.name)
        wall = _middle(runs, "wall")
        prefix = "overt-rows" if contender.controls == ROWS else "overt"
        beside = [_middle(_runs(measured, f"{prefix}-{kind}"), "wall") for kind in ("counts", "keys")]
        beside.append(_middle(_runs(measured, f"{prefix}-keys"), "controls"))
        cells = [cell for each in beside for cell in (_seconds(each), _ratio(wall, each))]
        served = _middle(runs, "served") or 0
        cpu = _seconds(_middle(runs, "cpu")) + (f" + {_seconds(served)} server" if served else "")
        answered = len(measured["answered"][contender.name])
        rows.append(_line(contender.title, str(answered), _seconds(wall), cpu, _mib(_most(runs)), *cells))
    if not rows:
        return ""
    head = [
        "| peer | controls | its process | CPU | peak | Overt, counts | ratio | Overt, keys and digest | ratio "
        "| of that, controls alone | ratio |",
        "| --- |" + " --: |" * 10,
    ]
    say = (
        "Each peer beside `overt audit` on the same controls; wall seconds of whole processes (median), start and "
        "imports included. Overt's process also digests and checks the source, counts what its columns hold and "
        "writes the result folder; the peers' do not. A ratio above 1 is in Overt's favour.\n"
    )
    return "\n".join([say, *head, *rows]) + "\n"


def _report(measured: dict[str, Any]) -> str:
    report = measured["report"]
    if not report:
        return ""
    return (
        f"Report: {report['bytes'] / 1000:.0f} kB, rendered in {report['seconds'][0]:.2f} s the first time and "
        f"{statistics.median(report['seconds']):.2f} s after; the whole result folder is "
        f"{report['folder_bytes'] / 1e6:.1f} MB.\n"
    )


def _slowest(measured: dict[str, Any]) -> str:
    names = ("duckdb", "overt-counts", "overt-keys")
    spent = {name: _by_control(_runs(measured, name)) for name in names}
    order = sorted(spent["overt-keys"], key=lambda each: -spent["overt-keys"][each])[:SLOWEST]
    if not order:
        return ""
    lines = ["| slowest controls | examined | breached | limit | counts | keys and digest |", "| --- |" + " --: |" * 5]
    for control in order:
        examined, breached, _ = measured["counts"][control]
        cells = [_seconds(spent[name].get(control), 2) for name in names]
        title = measured["task"]["titles"][control]
        lines.append(_line(f"{control} {title}", f"{examined:,}", f"{breached:,}", *cells))
    return "\n".join(lines) + "\n"


def _asides(measured: dict[str, Any], runs: int) -> str:
    lines = [f"- {BY_NAME[name].title}: left out, {why}." for name, why in measured["left_out"].items()]
    lines += [
        f"- {BY_NAME[name].title}: {len(each)} of {runs} runs, since it took {each[0]['wall']:,.0f} s."
        for name, each in measured["runs"].items()
        if len(each) < runs
    ]
    for name, refused in measured["refused"].items():
        if refused:
            lines.append(f"- {BY_NAME[name].title}: gave no answer to {', '.join(sorted(refused))}.")
    return "\n".join(lines) + "\n" if lines else ""


def _walls(measured: dict[str, Any], one: str, other: str) -> float | None:
    """The wall seconds of one contender's process in those of another's."""
    return _over(_wall(measured, one), _wall(measured, other))


def _targets(result: dict[str, Any]) -> str:
    """What was promised, what was measured, and whether it holds."""
    lines = ["### What was promised\n", "| promise | measured | holds |", "| --- | --- | --- |"]
    for measured in result["measured"]:
        where = f"{measured['register']}, {measured['rows']:,}"
        counts, keys = (_runs(measured, name) for name in ("overt-counts", "overt-keys"))
        # Pandera holds whole tables in memory, which pays as long as they are small.
        pandera = 1.5 if measured["rows"] <= SMALL else 1.0
        checks: list[tuple[str, float | None, float, str]] = []
        if measured["task"]["pack"]["name"] == "core":
            checks += [
                (f"whole process, {what}, at most {most} times {name}", _walls(measured, one, other), most, "times")
                for what, one, name, other, most in (
                    ("counts", "overt-counts", "Soda Core, which counts failing rows alone", "soda", 0.95),
                    ("counts", "overt-counts", "the limit", "duckdb", 1.0),
                    ("keys and digest", "overt-keys", "the limit", "duckdb", 1.3),
                    ("row controls", "overt-rows-counts", "Pandera on Polars", "pandera", pandera),
                )
            ]
        checks.append(("under 1 GiB", _most([*counts, *keys]) / GIB if counts or keys else None, 1, "GiB"))
        if measured["report"]:
            checks += [
                ("report under 1 MB", measured["report"]["bytes"] / 1e6, 1, "MB"),
                ("rendered in half a second", measured["report"]["seconds"][0], 0.5, "s"),
            ]
        lines += [
            _line(f"{where}: {promise}", f"{value:.2f} {unit}", "yes" if value <= most else "**no**")
            for promise, value, most, unit in checks
            if value is not None
        ]
        for promise, peer, beside, least in (
            ("8 times faster than Pointblank over our selects", "pointblank-100", "overt-keys", 8),
            ("8 times faster than Pointblank on DuckDB, narrow rows", "pointblank-rows-duckdb", "overt-rows-keys", 8),
            ("8 times faster than Pointblank on DuckDB, whole rows", "pointblank-table", "overt-rows-keys", 8),
            ("8 times faster than Pointblank on Polars", "pointblank-rows", "overt-rows-keys", 8),
            ("20 times faster than Pandera, every failing row", "pandera", "overt-rows-keys", 20),
            ("20 times faster than Great Expectations", "gx", "overt-keys", 20),
        ):
            whole = _over(_wall(measured, peer), _wall(measured, beside))
            alone = _over(_alone(measured, peer), _alone(measured, beside))
            if whole is not None and alone is not None:
                times = f"{whole:.1f} times; controls alone {alone:.1f} times"
                holds = "yes" if whole >= least else "controls alone" if alone >= least else "**no**"
                lines.append(_line(f"{where}: {promise}", times, holds))
    return "\n".join(lines) + "\n\n" + "".join(map(_reach, result["measured"]))


def _reach(measured: dict[str, Any]) -> str:
    """How far anybody on DuckDB could be ahead of a peer: what the limit itself takes."""
    spent = _by_control(_runs(measured, "duckdb"))
    rows = sum(seconds for control, seconds in spent.items() if control in measured["task"]["row_controls"])
    if not rows:
        return ""
    where = f"{measured['register']}, {measured['rows']:,}"
    return (
        f"{where}: bare DuckDB, which keeps nothing, takes {sum(spent.values()):.1f} s for all controls and "
        f"{rows:.1f} s for the row controls. Whoever needs less than eight times that cannot be outrun eight times.\n"
    )


def _words() -> str:
    lines = ["### What each says, keeps and cannot say\n", "| | it counts | of a breach it keeps | it cannot say |"]
    lines.append("| --- | --- | --- | --- |")
    lines += [_line(name, counts, keeps, CANNOT.get(name, "")) for name, (counts, keeps) in KEEPS.items()]
    return "\n".join(lines) + "\n"


def _ran(measured: dict[str, Any], controls: str, server: bool | None = None) -> list[Contender]:
    chosen: Iterable[Contender] = (BY_NAME[name] for name in BY_NAME if measured["runs"].get(name))
    return [each for each in chosen if each.controls == controls and server in (None, each.server)]


def _runs(measured: dict[str, Any], name: str) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = measured["runs"].get(name, [])
    return runs


def _wall(measured: dict[str, Any], name: str) -> float | None:
    return _middle(_runs(measured, name), "wall")


def _alone(measured: dict[str, Any], name: str) -> float | None:
    """Seconds of its controls; of its process, where it does not tell them apart."""
    return _middle(_runs(measured, name), "controls") or _wall(measured, name)


def _middle(runs: list[dict[str, Any]], what: str) -> float | None:
    values = [each[what] for each in runs if each[what] is not None]
    return statistics.median(values) if values else None


def _most(runs: list[dict[str, Any]]) -> float:
    return max(each["peak"] for each in runs)


def _by_control(runs: list[dict[str, Any]]) -> dict[str, float]:
    names = runs[0]["seconds"] if runs else {}
    return {name: statistics.median(each["seconds"][name] for each in runs) for name in names}


def _over(value: float | None, other: float | None) -> float | None:
    return value / other if value and other else None


def _ratio(value: float | None, other: float | None) -> str:
    times = _over(value, other)
    return f"{times:.2f}" if times is not None else ""


def _seconds(value: float | None, digits: int = 1) -> str:
    return f"{value:,.{digits}f} s" if value is not None else ""


def _mib(kib: float) -> str:
    return f"{kib / 1024:,.0f} MiB"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
