"""A statement that takes too long is ended, even if the first interruption falls between two statements."""

from __future__ import annotations

import duckdb
import pytest

from overt.machine import deadline

ENDLESS = "select count(*) from range(10_000_000) a, range(10_000_000) b where hash(a.range, b.range) = 1"


def test_an_interruption_between_two_statements_is_repeated() -> None:
    """The engine forgets one that comes while nothing runs; the next statement is ended all the same."""
    connection = duckdb.connect()
    with deadline(0.05, connection.interrupt) as has_passed:
        assert has_passed.wait(60)
        with pytest.raises(duckdb.InterruptException):
            connection.execute(ENDLESS).fetchall()
    # What comes after the block is let alone.
    assert connection.execute("select 1").fetchall() == [(1,)]


def test_a_block_that_ends_in_time_is_let_alone() -> None:
    connection = duckdb.connect()
    with deadline(60, connection.interrupt) as has_passed:
        assert connection.execute("select 1").fetchall() == [(1,)]
    assert not has_passed.is_set()
