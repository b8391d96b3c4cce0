-- id: OV-21
-- title: Reviews should not be overdue
-- asks: Has the review date of any active entry passed?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.39(1)-(2), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 5, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- found in: Gangs Violence Matrix: no effective central governance, oversight or audit for several years, as the Information Commissioner found
-- severity: high
-- gate: none
-- limits: Reads the date that the register holds. A review that was done without setting the next date counts as overdue. An entry without a date is a matter for OV-20. The section requires time limits to be established, so a late review is evidence and not in itself a breach; Directive (EU) 2016/680 art 5 also requires that they be observed.
-- remedy: Review the entry, record the decision and set the next review date; or close the entry.
select entry.entry_id, entry.review_due_on, entry.unit,
       entry.status = 'active' and entry.review_due_on < :as_of as breach,
       'the review is past its date' as reason
from entry
where (entry.status = 'active' or entry.status is null) and entry.review_due_on is not null
