"""The command line: a face of the library's functions, with no rule of its own."""

from overt.cli._app import main

__all__ = ["main"]
