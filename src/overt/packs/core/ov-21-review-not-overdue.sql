-- id: OV-21
-- title: No review is overdue
-- asks: Has the review date of any active entry passed?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.39(1)-(2), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 5, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- found in: Gangs Violence Matrix: no effective central governance, oversight or audit for several years, as the Information Commissioner found
-- severity: high
-- gate: none
-- limits: reads the date the register holds; a review that was done without moving the date on is counted as overdue; an entry without a date is OV-20; the section asks that time limits be established, so that a late review is evidence and not by itself a breach; Directive (EU) 2016/680 art 5 has the words that they are observed
-- remedy: Review the entry, record the decision and set the next date, or close it.
select entry.entry_id, entry.review_due_on, entry.unit,
       entry.status = 'active' and entry.review_due_on < :as_of as breach,
       'the review is past its date' as reason
from entry
where (entry.status = 'active' or entry.status is null) and entry.review_due_on is not null
