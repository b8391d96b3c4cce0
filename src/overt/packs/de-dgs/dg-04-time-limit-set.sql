-- id: DG-04
-- title: Every active entry must have a time limit
-- asks: Does every active entry have a date for review or deletion?
-- kind: statute
-- basis: Bundesdatenschutzgesetz section 75(4) (2018-05-25 ..)
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: Checks that a date is set, not that it is appropriate.
-- remedy: Set the date by which the entry will be reviewed or deleted.
select entry.entry_id, entry.opened_on, entry.unit,
       case when entry.review_due_on is not null or entry.delete_due_on is not null then false
            when entry.status is null then null
            when has(entry.review_due_on) and has(entry.delete_due_on) then true end as breach,
       'no date for review or deletion is set' as reason
from entry
where entry.status = 'active' or entry.status is null
