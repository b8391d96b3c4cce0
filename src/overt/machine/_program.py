"""How a module of ours is run as a program: by Python itself, or by an application that Python is packed into."""

from __future__ import annotations

import runpy
import sys

# What such an application is told, to run the module that is named next and not itself.
MODULE_WORD = "overt-module"


def module_program(module: str, *arguments: str) -> list[str]:
    """The words that run a module as a program.

    Modules are found where this process finds them, and not in the folder in which it happens to work.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, MODULE_WORD, module, *arguments]
    return [sys.executable, "-P", "-X", "utf8", "-m", module, *arguments]


def run_module(module: str, *arguments: str) -> None:
    """Runs a module as a program, in this process."""
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
