"""One process has a register open twice, looks at its file by hand, and keeps its locks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from overt.gate import Gate
from overt.register import Register, check_register, erase
from tests.gate.conftest import NOW, listing

_ANOTHER = """
import sys
from pathlib import Path
from overt.register import Register
Register.open(Path(sys.argv[1])).close()
"""


def opened_again(register: Register) -> None:
    """As each thread of a portal does."""
    Register.open(register.folder).close()


def checked(register: Register) -> None:
    """The check reads the header and the free pages of the file."""
    assert list(check_register(register)) == []


def erased(register: Register) -> None:
    """An erasure overwrites unused bytes of the file."""
    erase(register, "E1", "DPA 2018 s.47(1)", "P1001", NOW)


def refused(register: Register) -> None:
    """Something that is no register beside it is looked at and refused."""
    with pytest.raises(Exception, match="register"):
        Register.open(register.folder / "charters")


@pytest.mark.parametrize("act", [opened_again, checked, erased, refused])
def test_what_a_process_does_beside_leaves_its_locks(
    gate: Gate, register: Register, act: Callable[[Register], None]
) -> None:
    """Another program that opens the register and leaves must not take the journal away under whoever has it open."""
    gate.admit(listing(1), "P1001", NOW)
    act(register)
    subprocess.run([sys.executable, "-c", _ANOTHER, str(register.folder)], check=True)
    said = gate.admit(listing(2), "P1001", NOW)
    assert {each.word for each in said} == {"admitted"}
    with Register.open(register.folder) as again:
        assert "E2" in {str(each.values["entry_id"]) for each in again.versions("entry")}


def test_descriptors_that_were_kept_go_with_the_last_connection(gate: Gate, register: Register) -> None:
    """And while one is open they are used again."""
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        pytest.skip("the system does not list descriptors")

    def held() -> int:
        links = [each.readlink() for each in folder.iterdir() if each.is_symlink()]
        return sum(each.name == "register.sqlite" and each.parent == register.folder for each in links)

    def looked() -> int:
        for _ in range(5):
            opened_again(register)
            checked(register)
        return held()

    assert looked() == looked()
    register.close()
    assert held() == 0
