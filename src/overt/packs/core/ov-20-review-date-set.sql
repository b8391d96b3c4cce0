-- id: OV-20
-- title: Every active entry must have a review date
-- asks: Does every active entry have a date by which it must be reviewed?
-- kind: statute
-- basis: Data Protection Act 2018 s.39(2) (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 5 (2000-03-01 .. 2018-05-24)
-- found in: Gangs Violence Matrix: no retention period for gang nominals, Information Commissioner, enforcement notice announced on 16 November 2018
-- severity: critical
-- gate: refuse
-- limits: Checks that a date is set, not that it is soon enough. A schedule kept outside the register is not taken into account.
-- remedy: Set a review date for each entry.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.status = 'active' and entry.review_due_on is null as breach,
       'no review date is set' as reason
from entry
where entry.status = 'active' or entry.status is null
