"""What differs between machines: locks, what is forced to the disk, limits of memory, and work in a process of its own.

Linux and macOS have `fcntl` and `resource`, Windows has `msvcrt`. No other module imports these, so that auditing
and verifying run on all three. On Windows the memory of a process is looked at and not limited by the system.
"""

from overt.machine._apart import Apart, Ended, PeakLimits, ProcessFault
from overt.machine._deadline import deadline
from overt.machine._files import BINARY, descriptors, set_mode, sync
from overt.machine._inside import WORD, spare_pandas, unlimited, work_apart
from overt.machine._lock import LockHeld, lock
from overt.machine._program import MODULE_WORD, module_program, run_module

__all__ = [
    "BINARY",
    "MODULE_WORD",
    "WORD",
    "Apart",
    "Ended",
    "LockHeld",
    "PeakLimits",
    "ProcessFault",
    "deadline",
    "descriptors",
    "lock",
    "module_program",
    "run_module",
    "set_mode",
    "spare_pandas",
    "sync",
    "unlimited",
    "work_apart",
]
