-- id: OV-20
-- title: Every entry in use has a review date
-- asks: Is a date set by which each active entry must be reviewed?
-- kind: statute
-- basis: Data Protection Act 2018 s.39(2) (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 5 (2000-03-01 .. 2018-05-24)
-- found in: Gangs Violence Matrix: no retention period for gang nominals, Information Commissioner, enforcement notice announced on 16 November 2018
-- severity: critical
-- gate: refuse
-- limits: sees whether a date is set, not whether it is near enough; a schedule kept outside the register is not seen
-- remedy: Set a date for the review of each entry.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.status = 'active' and entry.review_due_on is null as breach,
       'no review date is set' as reason
from entry
where entry.status = 'active' or entry.status is null
