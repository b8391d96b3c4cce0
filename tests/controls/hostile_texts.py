"""An attacker who writes packs and mappings, and wants to see what no table of the model holds.

It knows SQL, how a control or a mapping is written, and where the secret lies: not how either is checked. A text is put
together of three things: what is read (`TARGETS`), how it is shown (`PLACES`), and how it is hidden (`DISGUISES`). Each
asks for the secret itself, or whether it begins as the attacker guesses.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, product

GUESS = "CANARY-one"


@dataclass(frozen=True)
class Target:
    """Something outside the model: SQL that stands in a `from`, the column with the secret, and the bare name."""

    kind: str
    relation: str
    column: str = "x"

    @property
    def name(self) -> str:
        """The name that a `with` elsewhere could give to something harmless."""
        bare = self.relation.split(".")[-1].strip("\"'`()").split("(")[0]
        return bare if bare.isidentifier() else "secret"


def _targets(kind: str, column: str, *relations: str) -> list[Target]:
    return [Target(kind, relation, column) for relation in relations]


TARGETS = [
    *_targets("other tables", "x", "secret", "secret_view", '"secret"', "`secret`", "SECRET", "[secret]"),
    *_targets("schemas", "x", "main.secret", "public.secret", "source.secret", "pg_temp.secret", "temp.secret"),
    *_targets("schemas", "x", "default.secret", "spark_catalog.default.secret", "global_temp.secret", "other.secret"),
    *_targets("schemas", "x", '"source"."secret"', '"main".secret', "memory.main.secret", "loaded.main.secret"),
    *_targets("files", "x", '"{folder}/secret.parquet"', "'{folder}/secret.parquet'", "`{folder}/secret.parquet`"),
    *_targets("files", "x", "'{folder}/secret.csv'", '"{folder}/secret.csv"', "parquet.`{folder}/secret.parquet`"),
    *_targets("files", "_c0", "csv.`{folder}/secret.csv`"),
    *_targets("files", "value", "text.`{folder}/secret.csv`"),
    *_targets("files", "x", "read_parquet('{folder}/secret.parquet')", "parquet_scan('{folder}/secret.parquet')"),
    *_targets("files", "x", "read_csv('{folder}/secret.csv')", "read_csv_auto('{folder}/*.csv')"),
    *_targets("files", "content", "read_text('{folder}/secret.csv')", "read_blob('{folder}/secret.csv')"),
    *_targets("files", "file", "glob('{folder}/*')"),
    *_targets("files", "path_in_schema", "parquet_schema('{folder}/secret.parquet')"),
    *_targets("files", "t", "pg_read_file('{folder}/secret.csv')", "pg_ls_dir('{folder}')"),
    *_targets("system views", "table_name", "duckdb_tables", "duckdb_tables()", "information_schema.tables"),
    *_targets("system views", "sql", "duckdb_views()", "sqlite_master", "sqlite_schema", "main.sqlite_master"),
    *_targets("system views", "comment", "duckdb_columns()", "duckdb_tables()"),
    *_targets("system views", "value", "duckdb_settings()", "duckdb_variables()"),
    *_targets("system views", "name", "pragma_table_list", "pragma_table_info('secret')", "pragma_database_list"),
    *_targets("system views", "relname", "pg_class", "pg_catalog.pg_class", "pg_stat_user_tables"),
    *_targets("system views", "rolname", "pg_authid", "pg_catalog.pg_authid", "pg_roles"),
    *_targets("system views", "setting", "pg_settings", "pg_catalog.pg_settings"),
    *_targets("system views", "most_common_vals", "pg_stats"),
    *_targets("system views", "query", "pg_stat_activity"),
    *_targets("system views", "prosrc", "pg_proc", "pg_catalog.pg_proc"),
    *_targets("system views", "table_name", "information_schema.columns", "system.information_schema.tables"),
    *_targets("queries in a text", "x", "query('select x from secret')", "query_table('secret')"),
    *_targets("queries in a text", "x", "dblink('', 'select x from secret') as d(x text)"),
    *_targets("queries in a text", "x", "identifier('secret')", "table(secret)", "(table secret)"),
    *_targets("queries in a text", "t", "query_to_xml('select x from public.secret', true, true, '')"),
    *_targets(
        "queries in a text", "x", "(from secret)", "(select * from secret)", "(show tables)", "(describe secret)"
    ),
]

# Values that need no `from`: what a function, a setting, a clock or a column of the system gives.
VALUES = [
    "getenv('OVERT_CANARY')", "getvariable('canary')", "current_setting('overt.canary')", "current_setting('TimeZone')",
    "current_user", "current_user()", "session_user", "user", "current_database()", "current_schema", "version()",
    "current_date", "now()", "random()", "secret_function()", "public.secret_function()", "main.secret_function()",
    "pg_read_file('{folder}/secret.csv')", "pg_ls_dir('{folder}')", "lo_import('{folder}/secret.csv')",
    "cast(query_to_xml('select x from public.secret', true, true, '') as text)", "to_regclass('secret')",
    "cast(to_regclass('public.secret') as text)", "cast('secret' as regclass)", "'secret'::regclass::text",
    "cast(16384 as regclass)", "has_table_privilege('secret', 'select')", "pg_relation_size('secret')",
    "obj_description('secret'::regclass)", "col_description('secret'::regclass, 1)", "enum_first(null::secret_kind)",
    "cast('{guess}' as secret_kind)", "nextval('secret_numbers')", "pg_get_viewdef('secret_view')", "entry.ctid",
    "entry.xmin", "entry.tableoid", "cast(entry.tableoid as regclass)", "entry.rowid", "entry._rowid_", "entry.oid",
    "entry.filename", "entry._metadata.file_path", "input_file_name()", "${{env:OVERT_CANARY}}",
    "'${{env:OVERT_CANARY}}'", "'${{spark.overt.canary}}'", "${{spark.overt.canary}}", "canary", "session.canary",
    "system.session.canary", "reflect('java.lang.System', 'getProperty', 'overt.canary')",
    "java_method('java.lang.System', 'getProperty', 'overt.canary')", "current_catalog()", "load_extension('secret')",
    "readfile('{folder}/secret.csv')", "sqlite_version()", "sqlite_source_id()", "last_insert_rowid()", "@@version",
    "(select x from secret)", "(table secret)", "array(select x from secret)", "(values ((select x from secret)))",
]  # fmt: skip

_SHOWN = "entry.status = 'active' as breach, 'r' as reason from entry"
_GUESSED = "cast(t.{column} as varchar(2000)) like '%{guess}%'"
PLACES = {
    "a guess in the evidence": (
        f"select entry.entry_id, case when exists (select 1 from {{relation}} as t where {_GUESSED}) then 'yes'"
        f" else 'no' end as unit, {_SHOWN}"
    ),
    "a guess by the row": (
        f"select entry.entry_id, case when exists (select 1 from {{relation}} as t where {_GUESSED}"
        f" and entry.entry_id <> 'E9') then 'yes' else 'no' end as unit, {_SHOWN}"
    ),
    "a guess that decides": (
        f"select entry.entry_id, 'a' as unit, exists (select 1 from {{relation}} as t where {_GUESSED}) as breach,"
        " 'r' as reason from entry"
    ),
    "a guess about scope": (
        f"select entry.entry_id, 'a' as unit, {_SHOWN} where exists (select 1 from {{relation}} as t where {_GUESSED})"
    ),
    "a guess by an error": (
        f"select entry.entry_id, 'a' as unit, {_SHOWN} where 1 / (select count(*) from {{relation}} as t"
        f" where {_GUESSED}) > 0"
    ),
    "a join": f"select entry.entry_id, t.{{column}} as unit, {_SHOWN} cross join {{relation}} as t",
    "a left join": (
        f"select entry.entry_id, t.{{column}} as unit, {_SHOWN} left join {{relation}} as t on t.{{column}} is not null"
    ),
    "a full join": (
        "select t.{column} as entry_id, 'a' as unit, true as breach, 'r' as reason from entry"
        " full join {relation} as t on entry.entry_id = t.{column}"
    ),
    "a comma": f"select entry.entry_id, t.{{column}} as unit, {_SHOWN}, {{relation}} as t",
    "a select as a value": (
        "select entry.entry_id, (select max(cast(t.{column} as varchar(2000))) from {relation} as t) as unit, " + _SHOWN
    ),
    "the reason": (
        "select entry.entry_id, 'a' as unit, true as breach, t.{column} as reason from entry, {relation} as t"
    ),
    "the key": "select t.{column} as entry_id, 'a' as unit, true as breach, 'r' as reason from {relation} as t",
    "a union": (
        f"select entry.entry_id, 'a' as unit, {_SHOWN} union all"
        " select cast(t.{column} as varchar(2000)), 'a', true, 'r' from {relation} as t"
    ),
    "except": (
        "select t.{column} as entry_id, 'a' as unit, true as breach, 'r' as reason from {relation} as t"
        " except select entry.entry_id, 'a', true, 'r' from entry"
    ),
    "in a select": (
        f"select entry.entry_id, case when '{{guess}}' in (select t.{{column}} from {{relation}} as t) then 'yes'"
        f" else 'no' end as unit, {_SHOWN}"
    ),
    "a name by with": (
        "with w as (select t.{column} as c from {relation} as t)"
        f" select entry.entry_id, w.c as unit, {_SHOWN} cross join w"
    ),
    "a name by with that is counted": (
        f"with w as (select count(*) as c from {{relation}} as t where {_GUESSED})"
        f" select entry.entry_id, w.c as unit, {_SHOWN} cross join w"
    ),
    "a table of the model made anew": (
        "with entry as (select t.{column} as entry_id, 'active' as status from {relation} as t)"
        f" select entry.entry_id, 'a' as unit, {_SHOWN}"
    ),
    "lateral": (
        f"select entry.entry_id, l.c as unit, {_SHOWN}"
        " cross join lateral (select t.{column} as c from {relation} as t) as l"
    ),
    "recursive": (
        "with recursive r as (select t.{column} as c, 1 as n from {relation} as t union all"
        f" select r.c, r.n + 1 from r where r.n < 2) select entry.entry_id, r.c as unit, {_SHOWN} cross join r"
    ),
    "an order": (
        f"select entry.entry_id, 'a' as unit, {_SHOWN} order by (select max(cast(t.{{column}} as varchar(2000)))"
        " from {relation} as t)"
    ),
    "a window": (
        "select entry.entry_id, max(t.{column}) over (partition by entry.entry_id) as unit, true as breach,"
        " 'r' as reason from entry cross join {relation} as t"
    ),
    "having": (
        "select entry.entry_id, max(t.{column}) as unit, true as breach, 'r' as reason from entry"
        " cross join {relation} as t group by entry.entry_id having count(*) > 0"
    ),
}
OF_VALUES = {
    "a value in the evidence": f"select entry.entry_id, {{value}} as unit, {_SHOWN}",
    "a guess at a value": (
        f"select entry.entry_id, case when cast({{value}} as varchar(2000)) like '%{{guess}}%' then 'yes' else 'no' end"
        f" as unit, {_SHOWN}"
    ),
    "a value in the reason": (
        "select entry.entry_id, 'a' as unit, true as breach, cast({value} as varchar(2000)) as reason from entry"
    ),
    "a value that decides": (
        "select entry.entry_id, 'a' as unit, cast({value} as varchar(2000)) like '%{guess}%' as breach,"
        " 'r' as reason from entry"
    ),
}

Disguise = Callable[[str, Target], str]


def _inner_with(text: str, target: Target) -> str:
    """A `with` of the same name inside a select of its own, which means nothing elsewhere."""
    inner = f"(with {target.name} as (select entry.entry_id as {target.column} from entry) select 1 from {target.name})"
    return text.replace("'r' as reason", f"case when exists {inner} then 'r' else 'q' end as reason", 1)


def _later_with(text: str, target: Target) -> str:
    """A `with` of the same name beside the place, after its use."""
    name = target.name
    inner = (
        f"(select i.a from (with {name} as (select entry.entry_id as a from entry) select {name}.a from {name}) as i)"
    )
    return text.replace("entry.status = 'active'", f"(entry.status = 'active' or exists {inner})", 1)


def _with_of_its_name(text: str, target: Target) -> str:
    """A `with` of the name that reads the thing of the name, which is not itself."""
    if text.startswith("with"):
        return text
    return f"with {target.name} as (select t.{target.column} as {target.column} from {target.relation} as t) {text}"


def _alias_of_the_model(text: str, target: Target) -> str:
    return (
        text.replace(" as t ", " as item ")
        .replace(" as t)", " as item)")
        .replace(" t.", " item.")
        .replace("(t.", "(item.")
    )


def _mixed_case(text: str, target: Target) -> str:
    swapped = "".join(each.upper() if place % 2 else each for place, each in enumerate(target.relation))
    return text.replace(target.relation, swapped if "{" not in swapped and "/" not in swapped else target.relation)


def _quoted(text: str, target: Target) -> str:
    parts = target.relation.split(".")
    plain = all(part.isidentifier() for part in parts)
    return text.replace(target.relation, ".".join(f'"{part}"' for part in parts)) if plain else text


def _look_alike(text: str, target: Target) -> str:
    """Letters that some parsers make into others: fullwidth, a Cyrillic e, a letter without width, a long s."""
    strange = target.relation.replace("s", "ſ").replace("e", "е")
    return text.replace(target.relation, strange + "\u200b").replace("entry.", "ｅntry.", 1)


DISGUISES: dict[str, Disguise] = {
    "none": lambda text, target: text,
    "a with of that name in an inner select": _inner_with,
    "a with of that name beside it": _later_with,
    "a with of that name that reads it": _with_of_its_name,
    "an alias that is a table of the model": _alias_of_the_model,
    "comments between words": lambda text, target: text.replace(" ", "/* entry */ ", 9),
    "a comment at the end": lambda text, target: f"{text} -- from entry",
    "a comment that engines read": lambda text, target: text.replace("select", "select /*+ x */ /*! 1 */", 1),
    "lines and tabs": lambda text, target: text.replace(" ", "\n\t"),
    "capitals": _mixed_case,
    "quoted names": _quoted,
    "look-alikes": _look_alike,
    "brackets": lambda text, target: f"(({text}))",
    "inside a select": lambda text, target: f"select * from ({text}) as inner_select",
    "after another select": lambda text, target: f"select 1; {text}",
    "before another statement": lambda text, target: f"{text}; drop table entry",
    "out of its brackets": lambda text, target: (
        f"select entry.entry_id, 'a' as unit, {_SHOWN}), other as ({text}"
    ),
    "in place of the control": lambda text, target: (
        f"select 1), control2 as (select 1) select 1, 1, 0 union all select * from ({text}) as c --"
    ),
    "as an explanation": lambda text, target: f"analyze {text}",
    "as a creation": lambda text, target: f"create table taken as {text}",
    "as a copy": lambda text, target: f"copy ({text}) to '{{folder}}/taken.csv'",
    "from first": lambda text, target: f"from ({text}) as f select f.*",
    "a name for columns": lambda text, target: text.replace("from entry", f"from entry as entry ({target.column})", 1),
}  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    """One hostile text; `{folder}` in it is where the files with the secret lie."""

    kind: str
    sql: str

    def in_folder(self, folder: object) -> str:
        """The text for the folder."""
        return self.sql.replace("{folder}", str(folder))


def controls(number: int, seed: int = 12) -> list[Hostile]:
    """So many different texts of controls, the same for the same seed; every part stands in many of them."""
    texts: dict[str, Hostile] = {}
    for each in _controls(random.Random(seed)):
        texts.setdefault(each.sql, each)
        if len(texts) == number:
            break
    return list(texts.values())


# What stands in place of a plain condition, with `has()`; {secret} is a select of what the attacker wants.
_HAS = "(has(entry.status) and entry.status = 'active')"
OF_HAS = [
    _HAS, "case when has(entry.status) then {secret} end",
    "case when has(entry.status) then entry.status = 'active' end",
    "case when not has(entry.unit) then {secret} else entry.unit is null end", "(has(entry.status) or {secret})",
    "case when has({name}.{column}) then entry.status = 'active' end", "(has({relation}) and entry.status = 'active')",
    "case when has(entry.{column}) then entry.status = 'active' end", "(has({secret}) and entry.status = 'active')",
    "(has((select t.{column} from {relation} as t)) and entry.status = 'active')",
    "(has(entry.status, {secret}) and entry.status = 'active')", "(has({secret}, entry.status) and {secret})",
    "(has(distinct entry.status) and {secret})", "(has(entry.status order by {secret}) and entry.status = 'active')",
    "(has(entry.status) filter (where {secret}) and entry.status = 'active')",
    "(has(entry.status) over (order by {secret}) and entry.status = 'active')",
    '("has"(entry.status) and entry.status is not null)', '(main."has"(entry.status) and entry.status is not null)',
    "(public.has(entry.status) and entry.status is not null)", "(`has`(entry.status) and entry.status is not null)",
    "(main.has(entry.status) and entry.status is not null)", "(HAS(ENTRY.STATUS) and entry.status is not null)",
    "({name}.has(entry.status) and entry.status = 'active')", "(has(main.entry.status) and entry.status = 'active')",
    "(has(public.{name}.{column}) and entry.status = 'active')", "(entry.has(entry.status) and {secret})",
    "(has(entry.status) = {secret})", "(has(entry.status)::text = 'true' and {secret})", "has(entry.status)",
    "coalesce(has(entry.status), {secret})", "(has/* entry */(entry.status) and {secret})",
    "(has(has(entry.status)) and entry.status = 'active')", "({{fn has(entry.status)}} and entry.status = {secret})",
    "exists (select 1 from has(entry.status) as t where t.status is not null)",
    "exists (with has as (select t.{column} as status from {relation} as t) select 1 from has"
    " where has(entry.status) and has.status like '%{guess}%')",
    "exists (with entry as (select t.{column} as status from {relation} as t) select 1 from entry"
    " where has(entry.status) and entry.status like '%{guess}%')",
    "exists (select 1 from {relation} as entry where has(entry.status) and entry.{column} like '%{guess}%')",
    "exists (select 1 from {relation} as item where has(item.kind) and item.kind like '%{guess}%')",
    "exists (select 1 from (item cross join {relation} as t) where has(item.kind) and t.{column} like '%{guess}%')",
    "exists (select 1 from item, {relation} as t where has(item.kind) and item.kind is null and"
    " t.{column} like '%{guess}%')",
]  # fmt: skip


def controls_with_has(number: int, seed: int = 18) -> list[Hostile]:
    """So many different texts with `has()` in them: in its brackets, around it, and beside what is read without it."""
    chance = random.Random(seed)
    plain = [place for place in PLACES.values() if "entry.status = 'active'" in place]
    texts: dict[str, Hostile] = {}
    for count, condition in zip(range(20 * number), cycle(OF_HAS)):
        target = TARGETS[count % len(TARGETS)] if chance.random() < 0.5 else TARGETS[0]
        shown = chance.choice([*plain, *[f"select entry.entry_id, 'a' as unit, {_SHOWN}"] * len(plain)])
        sql = shown.replace("entry.status = 'active'", condition, 1)
        sql = sql.replace("{secret}", f"exists (select 1 from {{relation}} as t where {_GUESSED})")
        sql = sql.replace("{{fn", "{fn").replace(")}}", ")}").replace("{name}", target.name)
        sql = sql.replace("{relation}", target.relation).replace("{column}", target.column).replace("{guess}", GUESS)
        name = chance.choice(["none", "none", *DISGUISES])
        sql = DISGUISES[name](sql, target)
        texts.setdefault(sql, Hostile(f"has(), {target.kind}, {name}", sql))
        if len(texts) == number:
            break
    return list(texts.values())


def mappings(number: int, seed: int = 21) -> list[Hostile]:
    """The same attacks written as selects of a mapping for `entry`, over a source with a table `stops (id, state)`."""
    return list({each.sql: each for each in (_as_mapping(text) for text in controls(number, seed))}.values())


def _as_mapping(text: Hostile) -> Hostile:
    sql = text.sql
    for control, mapping in (
        ("select entry.entry_id,", "select stops.id as entry_id,"), ("entry.entry_id", "stops.id"),
        ("entry.status", "stops.state"), (" as breach", " as decided_by"), (" as reason", " as role"),
        (" from entry", " from stops"), (" entry", " stops"), ("entry.", "stops."),
    ):  # fmt: skip
        sql = sql.replace(control, mapping)
    return Hostile(text.kind, sql)


def _controls(chance: random.Random) -> Iterator[Hostile]:
    reads = list(product(TARGETS, PLACES.values(), DISGUISES.items()))
    values = list(product(VALUES, OF_VALUES.values()))
    for pile in (reads, values):
        chance.shuffle(pile)
    # What is told without any trick comes first, so that a short run has every target and every place.
    plain = [(target, place, ("none", DISGUISES["none"])) for target, place in zip(TARGETS, cycle(PLACES.values()))]
    for count, (target, place, (name, disguise)) in enumerate([*plain, *reads]):
        text = place.replace("{relation}", target.relation).replace("{column}", target.column).replace("{guess}", GUESS)
        kind = target.kind if name == "none" else f"{target.kind}, {name}"
        yield Hostile(kind, disguise(text, target))
        if count % 4 == 0 and count // 4 < len(values):
            value, shown = values[count // 4]
            value = value.replace("{guess}", GUESS).replace("{{", "{").replace("}}", "}")
            yield Hostile(
                "functions, settings and columns of the system",
                shown.replace("{value}", value).replace("{guess}", GUESS),
            )
