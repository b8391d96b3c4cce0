"""Two results of `overt audit` side by side."""

from overt.audits.compare._compare import Change, Comparison, compare

__all__ = ["Change", "Comparison", "compare"]
