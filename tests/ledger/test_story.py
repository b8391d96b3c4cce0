"""Random lives of a log: appended to, published, broken, put back; never two histories."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from overt.refusals import Refusal
from tests.ledger import oracle
from tests.ledger.conftest import Log, check_log
from tests.ledger.test_faults import FAULTS, Broken, FaultyState, FaultyStore
from tests.often import often


class Story(RuleBasedStateMachine):
    """A log, and the plain list of everything that was ever published of it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.log = Log(FaultyStore(), FaultyState(Path(self.folder.name)))
        self.store, self.state = self.log.store, self.log.state
        self.seen: list[tuple[int, bytes]] = []
        self.log.publish()

    @rule(count=st.integers(1, 400))
    def append(self, count: int) -> None:
        """The register takes entries in."""
        self.log.add(count, seed=self.log.leaves.size())

    @rule()
    def publish(self) -> None:
        """A publication that nothing disturbs takes in all of them."""
        head = self.log.publish().checkpoint
        assert (head.size, head.root) == (self.log.leaves.size(), oracle.root(self.log.leaves.entries))

    @rule(writes=st.integers(0, 8), fault=st.sampled_from(FAULTS))
    def publish_broken(self, writes: int, fault: str) -> None:
        """Some write to the store breaks."""
        assert isinstance(self.store, FaultyStore)
        self.store.break_after(writes, fault)
        try:
            self.log.publish()
        except Broken:
            pass
        finally:
            self.store.break_after(-1, "")

    @rule(fault=st.sampled_from(["lost", "kept"]))
    def publish_with_broken_memory(self, fault: str) -> None:
        """What was signed could not be remembered, or was and is said not to be."""
        assert isinstance(self.state, FaultyState)
        self.state.fault = fault
        try:
            self.log.publish()
        except Broken:
            pass
        finally:
            self.state.fault = ""

    @rule()
    def restore_the_store(self) -> None:
        """The store comes back without its checkpoint."""
        assert isinstance(self.store, FaultyStore)
        self.store.resources.pop("checkpoint", None)

    @precondition(lambda self: self.log.leaves.size() > 0)
    @rule(data=st.data())
    def lose_entries(self, data: st.DataObject) -> None:
        """A register restored from an old backup: either nobody signed what it lost, or publishing is refused."""
        signed = self.log.policy.open(self.state.read() or b"").checkpoint.size
        kept = list(self.log.leaves.entries)
        del self.log.leaves.entries[data.draw(st.integers(0, len(kept) - 1)) :]
        try:
            self.log.publish()
            assert signed <= self.log.leaves.size()
        except Refusal as refusal:
            assert refusal.code == "log-shrank"
            self.log.leaves.entries = kept

    @invariant()
    def one_history(self) -> None:
        """Whatever was published is the beginning of whatever is."""
        assert isinstance(self.store, FaultyStore)
        data = self.store.resources.get("checkpoint")
        try:
            head = self.log.policy.open(data or b"").checkpoint
        except Refusal:
            return  # torn or taken away: nobody believes it
        self.seen.append((head.size, head.root))
        assert all(root == oracle.root(self.log.leaves.entries[:size]) for size, root in set(self.seen))

    def teardown(self) -> None:
        """In the end all is published and verifies."""
        self.log.publish()
        check_log(self.log)
        self.folder.cleanup()


TestStory = Story.TestCase
TestStory.settings = settings(max_examples=often(25), stateful_step_count=12, deadline=None)
