-- id: EN-17
-- title: No encounter may be dated after the audit date
-- asks: Did each encounter happen on or before the audit date?
-- kind: statute
-- basis: Data Protection Act 2018 s.38(1) (2018-05-25 ..)
-- severity: medium
-- gate: refuse
-- limits: Does not detect a wrong date in the past. A row without a date is unknown here and is a matter for EN-16.
-- remedy: Correct the date from the officer's record.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       encounter.occurred_on > :as_of as breach,
       'the date is later than the audit date' as reason
from encounter
