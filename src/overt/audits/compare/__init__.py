"""Two results of `overt audit` side by side."""

from overt.audits.compare._compare import Comparison, ResultChange, compare

__all__ = ["Comparison", "ResultChange", "compare"]
