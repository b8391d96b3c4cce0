"""The register and the records of the gate's tests."""

from tests.gate.conftest import gate, register

__all__ = ["gate", "register"]
