-- id: LE-02
-- title: Every entry in use has a time limit
-- asks: Is a day for review or for deletion set for every active entry?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 5 (2018-05-06 ..)
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: sees that a day is set, not that it is an appropriate one; a directive binds through national law, so cite the national provision too
-- remedy: Set the day by which the entry will be reviewed or deleted.
select entry.entry_id, entry.opened_on, entry.unit,
       case when entry.review_due_on is not null or entry.delete_due_on is not null then false
            when entry.status is null then null
            when has(entry.review_due_on) and has(entry.delete_due_on) then true end as breach,
       'neither a review nor a deletion is due on any day' as reason
from entry
where entry.status = 'active' or entry.status is null
