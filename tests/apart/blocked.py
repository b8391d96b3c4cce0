"""A folder for PYTHONPATH that takes from Python what Windows does not have."""

from __future__ import annotations

from pathlib import Path

MODULES = ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "readline", "posix_ipc")
NAMES = (
    "fork", "forkpty", "fchmod", "fchown", "chown", "lchown", "getuid", "geteuid", "getgid", "getegid", "getpgid",
    "setpgid", "killpg", "setsid", "nice", "wait4", "mkfifo", "sched_getaffinity", "statvfs", "getpriority",
    "O_NOFOLLOW", "O_DIRECTORY", "O_CLOEXEC", "O_NONBLOCK",
)  # fmt: skip

_TEXT = f"""
import os, signal, sys
import platformdirs  # takes its module for the system that it is on, which here stays Linux

class _Refused:
    def find_spec(self, name, path=None, target=None):
        if name in {MODULES!r}:
            raise ImportError(name + " is not there")

for _name in {MODULES!r}:
    sys.modules.pop(_name, None)
sys.meta_path.insert(0, _Refused())
for _name in {NAMES!r}:
    if hasattr(os, _name):
        delattr(os, _name)
for _name in ("SIGALRM", "SIGXCPU", "SIGHUP", "SIGUSR1", "SIGCHLD", "SIGPIPE", "alarm", "setitimer", "pthread_sigmask"):
    if hasattr(signal, _name):
        delattr(signal, _name)
"""


def without(folder: Path) -> str:
    """Writes the folder and gives its path."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(_TEXT, encoding="utf-8")
    return str(folder)
