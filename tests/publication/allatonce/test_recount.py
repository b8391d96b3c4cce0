"""Every figure that is said of the register is the one that plain SQL gives, on five days: see `recount`."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from tests.attempts import Count
from tests.conftest import ROOT
from tests.publication.allatonce.conftest import Evening
from tests.publication.allatonce.looks import PAST, by_command
from tests.publication.allatonce.recount import COLUMNS, FLOWS, PARTS_OF, Key, Recount, audited, published
from tests.publication.allatonce.story import BEFORE_LATE, IN_CLOSURE, LAST
from tests.publication.allatonce.world import World

Figures = dict[Key, dict[str, Any]]
CHARTER = tomllib.loads((ROOT / "examples/alpha/charters/2-2021-07-28.toml").read_text())
RECORDS = ("dpia", "s61", "atrs", "catalogue")
# What stands in place of a number.
WORDS = {"suppressed": "withheld", "unknown": "not known", "not asked": "not asked"}


def figures(release: Mapping[str, Any]) -> Figures:
    """Every figure of a release by its place."""
    return {
        (table["name"], row["attribute"], row["group"], column): figure
        for table in release["tables"]
        for row in table["rows"]
        for column, figure in row["figures"].items()
    }


def said(figure: Mapping[str, Any]) -> str:
    """A figure as pages have it."""
    return WORDS.get(figure["mark"], f"{figure.get('value', ''):,}" if "value" in figure else "")


def exact_of(exact: Mapping[Key, int | None], key: Key) -> int | None:
    """The number of a place; none where it is not asked: of the first release, and of groups in the bridge."""
    table, _, group, column = key
    if table == "people" and (
        exact["people", "all", "all", column] is None or (column in COLUMNS[3:] and group != "all")
    ):
        return None
    return exact.get(key, 0)


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Every leaf of a JSON document that is a number, with its path."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, (*path, name))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from leaves(each, (*path, place))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value


# --- the release ----------------------------------------------------------------------------------------------------


Path_ = tuple[str | int, ...]


@dataclass
class Compared:
    """What became of holding every figure of a release against its recount, at its own place in the file."""

    tried: int = 0
    wrong: list[tuple[Key, int | None, object]] = field(default_factory=list)
    # How many were withheld for no reason of their own.
    hidden: int = 0
    # Where a number stands that is the recounted one.
    right: set[Path_] = field(default_factory=set)


def compare(release: Mapping[str, Any], evening: Evening, exact: Mapping[Key, int | None]) -> Compared:
    """Shown, zero, not asked and withheld; each by the published rule of the exact number."""
    made = Compared()
    for place, table in enumerate(release["tables"]):
        for at, row in enumerate(table["rows"]):
            for column, figure in row["figures"].items():
                key = (table["name"], row["attribute"], row["group"], column)
                number = exact_of(exact, key)
                made.tried += 1
                wanted: int | str | None = "not asked" if number is None else number
                if isinstance(number, int) and (table["protected"] or key[0] == "gate"):
                    wanted = published(number, release["rule"], 10 if key[0] == "gate" else 1)
                found = figure.get("value", figure["mark"])
                if found == "suppressed" and isinstance(number, int):
                    made.hidden += not own_reason(evening, exact, key, number)
                elif found != wanted:
                    made.wrong.append((key, number, found))
                elif "value" in figure:
                    made.right.add(("tables", place, "rows", at, "figures", column, "value"))
    return made


def test_every_figure_of_every_release_is_the_recounted_one(evenings: list[Evening], attempts: Count) -> None:
    """All of them, and as many withheld for others as the keeper was told."""
    wrong, tried = [], 0
    for evening in evenings:
        made = compare(evening.release, evening, evening.exact)
        # What is withheld for no reason of its own is withheld for others: the keeper knows how many these are.
        assert made.hidden == evening.read("release/office.json")["withheld_for_others"], evening.day
        wrong += [(evening.day, *each) for each in made.wrong]
        tried += made.tried
    attempts("figures of releases counted again apart", tried)
    assert wrong == []


def own_reason(evening: Evening, exact: Mapping[Key, int | None], key: Key, number: int) -> bool:
    """Whether a figure is withheld by a rule that speaks of itself: small, under a small total, or two people's."""
    table, attribute, group, column = key
    rule, times = evening.release["rule"], 10 if table == "gate" else 1
    threshold = rule["safe_threshold"] * times
    total = exact.get((table, "all", "all", column)) or 0
    if table == "gate" and attribute != "outcome" and group != "all":
        total = sum(count or 0 for place, count in exact.items() if place[:2] == ("gate", attribute))
    # Whoever was added is among those listed in the group: what is under a small number is withheld with it.
    above = exact_of(exact, (table, attribute, group, "listed")) or 0 if column == "added" else 0
    small = any(0 < each < threshold for each in (number, total, above))
    if small or table not in FLOWS or table in ("authorities", "platform-requests"):
        return small
    return number > 0 and evening.recount.two_largest(table, attribute, group) > rule["safe_nk_k"] * number


def test_nothing_that_was_counted_is_missing(evenings: list[Evening]) -> None:
    """A group that has people has its row, unless the row itself would tell."""
    for evening in evenings:
        release, exact = evening.release, evening.exact
        there = figures(release)
        for key, number in exact.items():
            if number and key not in there:
                total = exact["gate", "outcome", "refused", "records"] if key[1] == "reason to refuse" else None
                few = exact[key[0], "all", "all", key[3]] if total is None else total
                shown = there.get(("gate", "outcome", "refused", "records"), {}).get("mark") == "shown"
                assert (few or 0) < release["rule"]["safe_threshold"] or (key[0] == "gate" and not shown), key


def unlooked(release: Mapping[str, Any], evening: Evening, world: World) -> list[Path_]:
    """Where a number stands in a release that no comparison with a recount has found right."""
    touched = compare(release, evening, evening.exact).right
    wanted: dict[Path_, object] = {
        ("charter_version",): CHARTER["version"],
        ("format",): 3,
        ("rule", "safe_nk_n"): 2,
        ("rule", "safe_nk_k"): 0.9,
        ("made_from", "leaves"): leaves_behind(release, world),
    }
    rule = CHARTER["publication"]
    for name, of_charter in (
        ("threshold", "safe_threshold"), ("round_base", "round_base"), ("percent_base", "percent_base"),
    ):  # fmt: skip
        wanted["rule", f"safe_{name}"] = rule[of_charter]
    found = dict(leaves(release))
    touched |= {path for path, value in wanted.items() if path in found and found[path] == value}
    return [path for path in found if path not in touched]


def leaves_behind(release: Mapping[str, Any], world: World) -> int:
    """How many records the ledger held when a release was made: its own leaf is the next."""
    rows = world.register.store.rows("select seq, bytes from leaf where kind = 'public'")
    (at,) = [seq for seq, data in rows if f"{release['release']}.json".encode() in bytes(data)]
    return int(at)


def test_every_number_in_a_release_was_recounted(evenings: list[Evening], world: tuple[World, Path]) -> None:
    """Whatever number a release has and nobody recounts fails here, so that no new figure slips in."""
    before: dict[str, Figures] = {}
    for evening in evenings:
        release = evening.release
        assert unlooked(release, evening, world[0]) == []
        check_changes(release, figures(release), before)
        before[release["release"]] = figures(release)


def test_a_number_that_nobody_recounts_is_found(evenings: list[Evening], world: tuple[World, Path]) -> None:
    """Each number of a release, made another: the guard names just that; and so it does with one that is added."""
    evening = evenings[-1]
    whole = json.dumps(evening.release)
    for path, value in leaves(evening.release):
        if path == ("format",) or path[0] == "rule":
            # What is published is worked out by the rule that is printed with it.
            continue
        changed = json.loads(whole)
        holder = changed
        for name in path[:-1]:
            holder = holder[name]
        assert isinstance(value, int | float)
        holder[path[-1]] = value + 5
        assert unlooked(changed, evening, world[0]) == [path]
    changed = json.loads(whole)
    row = changed["tables"][0]["rows"][0]
    changed["tables"][0]["rows"].insert(1, {**row, "figures": {"listed": {"mark": "shown", "value": 985}}})
    changed["tables"][0]["rows"][0]["figures"]["listed"]["low"] = 3
    changed["made_from"]["people"] = 143
    assert set(unlooked(changed, evening, world[0])) == {
        ("tables", 0, "rows", 1, "figures", "listed", "value"),
        ("tables", 0, "rows", 0, "figures", "listed", "low"),
        ("made_from", "people"),
    }


def check_changes(release: Mapping[str, Any], now: Figures, before: Mapping[str, Figures]) -> None:
    """What a release says was and is, in words: the figures of both."""
    if release["sooner"] is None:
        assert release["changes"] == []
        return
    then = before[release["sooner"]]
    wanted = {}
    for key in {*now, *then}:
        old, new = (said(each[key]) if key in each else "no such row" for each in (then, now))
        if then.get(key) != now.get(key):
            wanted[key[0], " / ".join(key[1:])] = (old, new)
    assert {(each["table"], each["cell"]): (each["old"], each["new"]) for each in release["changes"]} == wanted


PARTS = ("stayed", "moved in", "moved out", "added", "late", "removed", "erased")
BRIDGE = (
    "listed before", "added", "recorded late", "moved in", "removed", "erased", "moved out", "listed",
)  # fmt: skip


def test_the_bridge_adds_up(evenings: list[Evening], world: tuple[World, Path]) -> None:
    """In exact figures, in every group; and the register's own rows of it say the same.

    Of a role they cannot say who was erased and who moved: where one of several entries was erased, nobody knows any
    more in which role the person was counted. Of everybody they can.
    """
    counted = 0
    for evening in evenings[1:]:
        parts, before = evening.recount.parts, evening.recount.before
        assert before is not None
        for key, counts in parts.items():
            was = sum(before.parts.get(key, {}).get(part, 0) for part in ("stayed", "moved in", "added", "late"))
            assert was == sum(counts[part] for part in ("stayed", "moved out", "removed", "erased")), key
    rows = world[0].register.store.rows(
        "select series, source, opening, added, recorded_late, moved_in, removed, erased, moved_out, closing"
        " from published_count"
    )
    of_release = {f"release {each.release['release']}": each for each in evenings}
    for series, source, *numbers in rows:
        attribute, _, group = series.removeprefix("people, ").partition(": ")
        if source not in of_release:
            continue
        evening = of_release[source]
        parts = evening.recount.parts.get((attribute, group))
        if attribute == "all":
            groups = [counts for (name, _), counts in evening.recount.parts.items() if name == "sex"]
            parts = Counter({part: sum(counts[part] for counts in groups) for part in PARTS})
            parts["stayed"] += parts["moved in"]
            parts["moved in"] = parts["moved out"] = 0
        if parts is not None:
            counted += 1
            opening, closing = (sum(parts[part] for part in PARTS_OF[each]) for each in ("listed before", "listed"))
            wanted = [opening, parts["added"], parts["late"], parts["removed"], closing]
            went, came = ("erased", "moved out"), ("moved in",)
            if attribute != "role":
                wanted += [*(parts[part] for part in (*went, *came))]
            found = dict(zip(BRIDGE, map(int, numbers), strict=True))
            names = ("listed before", "added", "recorded late", "removed", "listed")
            said_of = [
                *(found[name] for name in names),
                *(found[part] for part in (*went, *came) if attribute != "role"),
            ]
            assert said_of == wanted, (series, source)
    assert counted > 20


# --- audit and disparity --------------------------------------------------------------------------------------------


def test_the_audit_counts_what_plain_sql_counts(evenings: list[Evening], attempts: Count) -> None:
    """Rows looked at and rows that breach, of each control that a few lines can say."""
    tried = 0
    for evening in evenings:
        findings = {each["control"]: each for each in evening.read("audit/findings.json")["findings"]}
        for name, numbers in audited(evening.recount).items():
            found = findings[name]
            assert (found["examined"], found["breached"]) == numbers, (evening.day, name)
            verdict = "breached" if numbers[1] else "met" if numbers[0] else "not applicable"
            assert found["verdict"] == verdict, (evening.day, name)
            tried += 2
    attempts("rows of audits counted again apart", tried)


def test_disparity_counts_what_plain_sql_counts(evenings: list[Evening], attempts: Count) -> None:
    """Counts by group and of whom no group is known, rates on the charter's population, and what the words say."""
    tried = 0
    groups = CHARTER["populations"]["england-wales-2011"]["groups"]
    for evening in evenings:
        for path in sorted(evening.folder.glob("disparity-*.json")):
            _, measure, by = path.stem.split("-", 2)
            made = json.loads(path.read_text())
            rows = {each["group"]: each["count"] for each in made["rows"]} | {"": made["missing"]["count"]}
            wanted = evening.recount.disparity(measure, by)
            assert {name: n for name, n in rows.items() if n} == {name: n for name, n in wanted.items() if n}, path
            tried += len(rows)
            for each in made["rows"] if by == "ethnicity_self_group" else ():
                assert each["population"] == groups.get(each["group"]), path
                rate = 1000 * wanted[each["group"]] / groups[each["group"]] if each["group"] in groups else None
                assert (each["rate_per_1000"] is None) == (rate is None)
                assert rate is None or abs(each["rate_per_1000"] - rate) < 1e-9
                tried += 2
            if measure == "listed":
                people, times = len(evening.recount.people()), sum(wanted.values())
                assert made["narrative"][0].startswith(f"The analysis counts {people:,} people with an active entry")
                assert (f"{times:,} in all" in made["narrative"][0]) == (times > people)
    attempts("figures of disparity counted again apart", tried)


def test_the_command_knows_the_charters_populations(world: tuple[World, Path]) -> None:
    """The example of its help, on a register that Overt keeps: a name is a population of its charter."""
    found = json.loads((world[1] / LAST / "disparity-listed-ethnicity_self_group.json").read_text())
    by_name = json.loads(by_command(world[0], LAST))
    assert by_name["rows"] == found["rows"]
    assert by_name["population"] == "england-wales-2011"


# --- the portal -----------------------------------------------------------------------------------------------------


def text_of(page: str) -> str:
    """What a page says, without markup, dates and digests."""
    body = re.sub(r"<(script|style|svg|head)\b.*?</\1>", " ", page, flags=re.DOTALL)
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
    return re.sub(r"\b\d{1,2} [A-Z][a-z]+ \d{4}\b|\b[0-9a-f]{16,}\b|\b\d{4}-\d\d-\d\d\b", "#", words)


def test_public_pages_say_the_recounted_figures(evenings: list[Evening], attempts: Count) -> None:
    """Each number on them is one of a release, as it was recounted, or one of a rule or charter."""
    tried = 0
    for place, evening in enumerate(evenings):
        there = {one.release["release"]: figures(one.release) for one in evenings[: place + 1]}
        now = there[evening.release["release"]]
        pages = {path.stem: text_of(path.read_text()) for path in (evening.folder / "portal").glob("*.html")}
        for column in COLUMNS:
            assert f"{said(now['people', 'all', 'all', column])} people {column}" in pages["figures"], column
        assert f"{said(now['reviews-due', 'due', 'overdue', 'entries'])} reviews overdue" in pages["figures"]
        for release, one in there.items():
            assert f"{said(one['people', 'all', 'all', 'removed'])} " in pages["changes"].partition("People removed")[2]
            verdicts = [said(one["audit", "verdict", name, "controls"]) for name in VERDICTS]
            assert f"# {' '.join(verdicts)} {release}" in pages["audit"], release
        assert f"{said(now['categories', 'all', 'all', 'categories'])} categories of data" in pages["index"]
        known = {said(each) for one in there.values() for each in one.values()} | set(there) | RULES
        for name in ("figures", "changes", "audit", "index", "answers"):
            for number in re.findall(r"(?<![\w.-])\d(?:[\d,]*\d)?(?![\w-])", pages[name]):
                tried += 1
                assert number in known, (evening.day, name, number)
    attempts("numbers on public pages held to the recount", tried)


VERDICTS = ("met", "breached", "cannot be shown", "not applicable", "failed")
# Numbers in the charters' own words, which these pages show, days among them without their zero; and those of the rule
# of the gate for records.
_CHARTERS = (ROOT / "examples/alpha/charters").glob("*.toml")
_SAID = {each for path in _CHARTERS for each in re.findall(r"\d+", path.read_text())}
RULES = _SAID | {each.lstrip("0") for each in _SAID} | {"80", "50", "24", "7"}


# --- statutory records ----------------------------------------------------------------------------------------------

# The fields of records that give figures: which table's, and divided by what.
FIELDS = {
    "people_listed": ("people", "all", "listed"),
    "people_by_age": ("people", "age", "listed"),
    "people_by_ethnicity": ("people", "ethnicity", "listed"),
    "people_by_role": ("people", "role", "listed"),
    "disclosures": ("disclosures", "recipient", "disclosures"),
    "requests": ("requests", "kind", "requests"),
    "sources": ("sources", "visibility", "items"),
    "audit": ("audit", "verdict", "controls"),
    "due": ("reviews-due", "due", "entries"),
    "reviews": ("reviews", "outcome", "reviews"),
    "gate": ("gate", "outcome", "records"),
    "data_quantities": ("people", "all", "listed"),
    "access_disclosures": ("disclosures", "recipient", "disclosures"),
    "access_recalls": ("recalls", "bodies", "bodies"),
    "change_gate": ("gate", "outcome", "records"),
    "rights_reviews": ("reviews", "outcome", "reviews"),
    "rights_due": ("reviews-due", "due", "entries"),
    "rights_requests": ("requests", "outcome", "requests"),
}
STATEMENTS = {
    "children": ("people", "age", "listed"),
    "victims_and_witnesses": ("people", "role", "listed"),
    "covert_sources": ("sources", "visibility", "items"),
}


def test_records_say_the_recounted_figures(evenings: list[Evening], attempts: Count) -> None:
    """Each field that has a number in it and is from releases; of what happened, of every period."""
    tried = 0
    for place, evening in enumerate(evenings):
        # As of the last day of each release: nothing of another is in it.
        life = [(one.day, figures(one.release)) for one in evenings[: place + 1]]
        for kind in RECORDS:
            for each in (one for section in evening.read(f"{kind}.json")["sections"] for one in section["fields"]):
                if each["source"] == "release" and any(re.search(r"\d", line) for line in each["value"] or ()):
                    tried += check_field(each, life, evening)
    attempts("figures of statutory records counted again apart", tried)
    assert tried > 100


def check_field(field: Mapping[str, Any], life: list[tuple[str, Figures]], evening: Evening) -> int:
    """A field of a record says what releases say, which was recounted; how many figures it has."""
    name, lines = field["name"], field["value"]
    if name == "disclosure_control":
        protected = [each for table in evening.release["tables"] if table["protected"] for each in table["rows"]]
        marks = [figure["mark"] for row in protected for figure in row["figures"].values()]
        wanted = f"{len(marks)} figures about people and actions: {marks.count('suppressed')} withheld."
        assert lines == [wanted]
        return 2
    if name.endswith("_verdicts"):
        return check_verdicts(lines, {each["control"]: each["verdict"] for each in evening.findings})
    table, attribute, column = (STATEMENTS | FIELDS)[name]
    flows = table in (*FLOWS, "requests", "gate")
    releases = life if flows else life[-1:]
    if name in STATEMENTS:
        return check_statement(lines[0], life, (table, attribute, column))
    tried = 0
    groups = {key[2] for _, one in releases for key in one if key[:2] == (table, attribute)}
    for group in groups:
        told = [
            (day, one[table, attribute, group, column])
            for day, one in releases
            if (table, attribute, group, column) in one
        ]
        words = [
            said(figure) if len(releases) == 1 else f"{said(figure)} up to {long_day(day)}" for day, figure in told
        ]
        line = "; ".join(words) if attribute == "all" else f"{in_words(group)}: {'; '.join(words)}"
        assert line in lines, (name, line, lines)
        tried += len(words)
    assert len(lines) == len(groups), name
    return tried


def in_words(group: str) -> str:
    """A group as pages have it."""
    named = {
        "ncnd": "neither confirmed nor denied",
        "failed": "not run (error)",
        "not confirmed and past its day": "not confirmed and overdue",
    }
    return named.get(group, group.replace("_", " "))


def check_verdicts(lines: list[str], verdicts: Mapping[str, str]) -> int:
    """Each control stands under its verdict in the audit; those that it did not ask are said to be so."""
    there = {"Breached": ("breached",), "Met, or not applicable": ("met", "not applicable")}
    tried = 0
    for line in lines:
        title, _, rest = line.partition(": ")
        for control in re.findall(r"OV-\d+[a-z]?", rest):
            tried += 1
            assert verdicts.get(control) in there.get(title, (None, "cannot be shown", "failed")), (title, control)
    return tried


def check_statement(line: str, life: list[tuple[str, Figures]], where: tuple[str, str, str]) -> int:
    """Each figure that a statement gives in brackets is that of its group in one of the releases, up to its day."""
    table, attribute, column = where
    found = re.findall(
        r"([a-z0-9][a-z0-9 ]*?): (\d[\d,]*\d|\d|withheld|not asked)(?=[;,) ])", line.replace("Later:", "; ")
    )
    assert found, line
    for words, figure in found:
        group = words.strip()
        known = [said(one[table, attribute, group.replace(" ", "_"), column]) for _, one in life
                 if (table, attribute, group.replace(" ", "_"), column) in one]  # fmt: skip
        known += [
            said(one[table, attribute, group, column]) for _, one in life if (table, attribute, group, column) in one
        ]
        assert figure in known, (line, group)
    return len(found)


def long_day(day: str) -> str:
    """31 March 2023."""
    year, month, number = day.split("-")
    return f"{int(number)} {MONTHS[int(month) - 1]} {year}"


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


# --- past days ------------------------------------------------------------------------------------------------------


def recounted(evenings: list[Evening], day: str, moment: str) -> Recount:
    """A past day, out of the register as it is on the last evening: what was erased since is gone."""
    last = evenings[-1].recount
    before = next(each.recount for each in evenings if each.day == IN_CLOSURE)
    return Recount(last.path, day, moment, before, last.told)


def test_a_release_about_a_past_day_and_a_correction_are_of_that_day(five: list[Evening], attempts: Count) -> None:
    """As the register stood then, and with what was learned since; each corrected cell says what happened to it."""
    tried, last = 0, five[-1]
    for name, day, moment in (
        ("past", PAST, f"{PAST} 23:59:59.999999"),
        ("corrected", BEFORE_LATE, f"{LAST} 22:00:00"),
    ):
        release = last.read(f"{name}/release.json")
        exact = recounted(five, day, moment).figures({})
        assert (release["day"], release["since"]) == (day, IN_CLOSURE)
        for key, figure in figures(release).items():
            number, found = exact_of(exact, key), figure.get("value", figure["mark"])
            if key[0] == "audit":
                assert found == "unknown"
            elif number is None:
                assert found == "not asked", key
            elif found != "suppressed":
                protected = next(each["protected"] for each in release["tables"] if each["name"] == key[0])
                times = 10 if key[0] == "gate" else 1
                rule = release["rule"]
                wanted = published(number, rule, times) if protected or key[0] == "gate" else number
                assert found == wanted, (name, key, number)
            tried += 1
    attempts("figures about past days counted again apart", tried)


def test_a_correction_says_what_changed_and_why(five: list[Evening]) -> None:
    """Each cell of July that says something else now, with the kinds of what happened to it."""
    last = five[-1]
    release = last.read("corrected/release.json")
    first = figures(next(each.release for each in five if each.day == BEFORE_LATE))
    now = figures(release)
    wanted = {(key[0], " / ".join(key[1:])) for key in {*first, *now} if first.get(key) != now.get(key)}
    told = {(each["table"], each["cell"]): each for each in release["corrections"]}
    assert set(told) == wanted
    exact = recounted(five, BEFORE_LATE, f"{LAST} 22:00:00")
    before = next(each.recount for each in five if each.day == BEFORE_LATE)
    listed = told["people", "all / all / listed"]
    both = [str(published(len(each.people()), release["rule"])) for each in (before, exact)]
    assert [listed["old"], listed["new"]] == both
    assert listed["kinds"] == ["erased", "recorded later"]
    assert all(each["kinds"] for each in told.values())


def test_answers_give_the_figures_of_the_release_about_their_day(five: list[Evening], attempts: Count) -> None:
    """About each of the five days and a past day: every figure in the letter is the published one."""
    tried = 0
    homes = {each.day: "release" for each in five} | {PAST: "past", BEFORE_LATE: "corrected"}
    for day, name in homes.items():
        evening = next((each for each in five if each.day == day and name == "release"), five[-1])
        now = figures(evening.read(f"{name}/release.json"))
        text = (five[-1].folder / "answers" / day / "answer.txt").read_text()
        assert long_day(day) in text
        rows = re.findall(r"^(\S.*?)  +(\S.*)$", text, flags=re.MULTILINE)
        for title, line in rows:
            told = re.split(r"  +", line.strip())
            figures_of = {said(each) for each in now.values()}
            if all(re.fullmatch(r"[\d,]+|withheld|not asked|not known", each) for each in told):
                assert {*told} <= figures_of, (day, title, told)
                tried += len(told)
        whole = said(now["people", "all", "all", "listed"])
        assert re.search(rf"^all +{whole}$", text, flags=re.MULTILINE), day
    attempts("figures of answers held to the recount", tried)
    assert tried > 200
