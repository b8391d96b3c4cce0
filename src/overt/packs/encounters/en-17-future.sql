-- id: EN-17
-- title: No encounter is dated after the audit
-- asks: Did each encounter happen on or before the day of the audit?
-- kind: statute
-- basis: Data Protection Act 2018 s.38(1) (2018-05-25 ..)
-- severity: medium
-- gate: refuse
-- limits: Says nothing of a wrong date in the past. A row without a day is unknown here and has EN-16.
-- remedy: Correct the date from the officer's record.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       encounter.occurred_on > :as_of as breach,
       'the date is later than the audit' as reason
from encounter
