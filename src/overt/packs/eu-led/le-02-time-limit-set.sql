-- id: LE-02
-- title: Every active entry must have a time limit
-- asks: Does every active entry have a date for review or deletion?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 5 (2018-05-06 ..)
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: Checks that a date is set, not that it is appropriate. A directive takes effect through national law: cite the national provision as well.
-- remedy: Set the date by which the entry will be reviewed or deleted.
select entry.entry_id, entry.opened_on, entry.unit,
       case when entry.review_due_on is not null or entry.delete_due_on is not null then false
            when entry.status is null then null
            when has(entry.review_due_on) and has(entry.delete_due_on) then true end as breach,
       'no date for review or deletion is set' as reason
from entry
where entry.status = 'active' or entry.status is null
