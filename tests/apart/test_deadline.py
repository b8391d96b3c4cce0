"""A statement that takes too long is ended, even if the first interruption falls between two statements."""

from __future__ import annotations

import threading
import time

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


def test_deadlines_of_several_threads_end_what_is_theirs_and_begin_one_thread() -> None:
    """Where an engine holds nearly all the memory allowed, Python waits for ever for a thread that could not begin."""
    with deadline(60, lambda: None):
        before = threading.active_count()
        late, waiting, ended = [], threading.Barrier(9), threading.Event()

        def work(number: int) -> None:
            interrupted = threading.Event()
            with deadline(0.05 if number % 2 else 60, interrupted.set) as has_passed:
                waiting.wait(60)
                if number % 2:
                    assert interrupted.wait(60)
                    late.append((number, has_passed.is_set()))
                assert ended.wait(60)
                assert interrupted.is_set() == bool(number % 2)

        workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for worker in workers:
            worker.start()
        waiting.wait(60)
        assert threading.active_count() == before + len(workers)
        ended.set()
        for worker in workers:
            worker.join()
    assert sorted(late) == [(number, True) for number in (1, 3, 5, 7)]


def test_an_interruption_that_fails_is_tried_again() -> None:
    """A connection may be between two states at that very moment; no other deadline suffers from it."""
    tries = []

    def interrupt() -> None:
        tries.append(time.monotonic())
        raise OSError

    with deadline(0.05, interrupt), deadline(0.3, lambda: None) as other:
        assert other.wait(60)
        while len(tries) < 2:
            time.sleep(0.01)
