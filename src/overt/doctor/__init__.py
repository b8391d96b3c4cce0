"""Looks at everything that a register in service depends on, changes nothing, and says what to do.

`examine_service` runs every check and gives a `Diagnosis`. Each check is a function that yields `HealthCheck`s: one
area, one state, one sentence, one remedy. What cannot be looked at is said; it is never taken to be well.
"""

from overt.doctor._diagnosis import Diagnosis, DoctorLimits, HealthCheck, HealthState
from overt.doctor._examine import examine_service

__all__ = ["Diagnosis", "DoctorLimits", "HealthCheck", "HealthState", "examine_service"]
