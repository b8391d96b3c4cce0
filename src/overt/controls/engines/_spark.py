"""Spark: the same controls on a cluster or, for larger than one machine's memory, on local cores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from overt.controls.engines import _reads_spark
from overt.controls.engines._base import Engine, Groups, Rows, SummaryQuery, TimeLimit, as_rows
from overt.machine import deadline
from overt.model import SPARK_TYPES, Kind
from overt.refusals import Refusal

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def start_session() -> SparkSession:
    """A local session in UTC; refuses without the `spark` extra."""
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415  an extra
    except ImportError as error:
        raise Refusal(
            "engine-not-installed", "Spark", "the driver is not installed", "pip install 'overt[spark]' and Java 17"
        ) from error
    return (
        SparkSession.builder.master("local[*]")
        .appName("overt")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.catalogImplementation", "in-memory")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )


@dataclass
class SparkEngine(Engine):
    """A session whose temporary views are the model's tables."""

    session: SparkSession

    dialect = "spark"

    def __post_init__(self) -> None:
        self._set_types()
        # Else ${env:NAME} in a text, or in a value of a row, would be read from the environment of this process, and
        # ${spark.NAME} from its settings. The session may have been made by others.
        self.session.conf.set("spark.sql.variable.substitute", "false")
        self.session.conf.set("spark.sql.session.timeZone", "UTC")

    def _set_types(self) -> None:
        self.types = SPARK_TYPES

    @property
    def name(self) -> str:
        """Spark and its version."""
        return f"Spark {self.session.version}"

    def _fetch(self, sql: str, timeout: float | None) -> list[tuple[Any, ...]]:
        """All rows of a query; the job group is cancelled past `timeout` seconds."""
        if timeout is None:
            return self._rows(sql)
        with deadline(timeout, self.session.sparkContext.cancelAllJobs) as has_passed:
            try:
                return self._rows(sql)
            except Exception as error:
                if has_passed.is_set():
                    raise TimeLimit(f"stopped after {timeout:g} seconds") from error
                raise

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.session.sql(sql).collect()]

    def execute(self, sql: str) -> None:
        """Runs a statement."""
        self.session.sql(sql)

    def close(self) -> None:
        """Leaves the session to the process: starting another costs seconds."""

    def reads_outside(self, control: str, statement: str) -> list[str]:
        """What the parser makes of the control, and the analyser of the statement."""
        return _reads_spark.outside(self.session, control, statement)

    def _evidence(
        self, query: SummaryQuery, source: tuple[str, str], timeout: float | None
    ) -> tuple[Rows, Groups, Groups]:
        """By one statement: parts 1, 2 and 3 are the lowest rows, the breaches by month and those by unit."""
        head, tail = source
        breaching = f"{tail} and control.breach"
        named = [(self.as_text(f"control.{column}"), f"text{place}") for place, column in enumerate(query.columns)]
        listed, order = (
            ", ".join(f"{text} as {name}" for text, name in named),
            ", ".join(f"{self.ordered(name)} nulls last" for _, name in named),
        )
        lowest = f"select {listed} {breaching} order by {order} limit {query.limit}"
        # A union has no order, so each row has its place.
        parts = [
            f"select 1 as part, lowest.*, cast(row_number() over (order by {order}) as bigint) as number"
            f" from ({lowest}) as lowest"
        ]
        others = f", cast(null as {self.types[Kind.TEXT]})" * (len(named) - 1)
        labels = {
            2: self.month(f"control.{query.dated}") if query.dated else "",
            3: f"control.{query.unit}" if query.unit else "",
        }
        parts += [
            f"select {part}, {label}{others}, count(*) {breaching} and {label} is not null group by {label}"
            for part, label in labels.items()
            if label
        ]
        found = self.fetch(f"{head} {' union all '.join(parts)}", timeout, query.note)
        rows = sorted((row for row in found if row[0] == 1), key=lambda row: int(row[-1]))
        by_month, by_unit = (
            tuple(sorted((str(row[1]), int(row[-1])) for row in found if row[0] == part)) for part in labels
        )
        return as_rows(query.columns, [row[1:-1] for row in rows]), by_month, by_unit

    def quoted(self, text: str) -> str:
        """Text as Spark reads it: two quotes would end one string and begin the next."""
        escaped = text.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"

    def identifier(self, *parts: str) -> str:
        """A name between back quotes."""
        return ".".join("`" + part.replace("`", "``") + "`" for part in parts)

    def digest(self, key: str) -> tuple[str, str, str]:
        """Halves of 32 bits: there are servers that speak Spark and have no number for 64 bits of hexadecimal."""
        md5 = f"md5(coalesce({self.as_text(f'control.{key}')}, ''))"
        high, low = (
            f"cast(conv(concat({', '.join(f'substr({md5}, {start}, 2)' for start in starts)}), 16, 10) as bigint)"
            for starts in ((31, 29, 27, 25), (23, 21, 19, 17))
        )
        digested = f"count(case when control.breach then {high} + {low} end)"
        return (
            f"sum(case when control.breach then {high} end)",
            f"sum(case when control.breach then {low} end)",
            digested,
        )
