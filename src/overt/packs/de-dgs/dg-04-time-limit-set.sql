-- id: DG-04
-- title: Every entry in use has a time limit
-- asks: Is a day for review or for deletion set for every active entry?
-- kind: statute
-- basis: Bundesdatenschutzgesetz section 75(4) (2018-05-25 ..)
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: sees that a day is set, not that it is an appropriate one
-- remedy: Set the day by which the entry will be reviewed or deleted.
select entry.entry_id, entry.opened_on, entry.unit,
       case when entry.review_due_on is not null or entry.delete_due_on is not null then false
            when entry.status is null then null
            when has(entry.review_due_on) and has(entry.delete_due_on) then true end as breach,
       'neither a review nor a deletion is due on any day' as reason
from entry
where entry.status = 'active' or entry.status is null
