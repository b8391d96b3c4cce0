-- id: LE-01
-- title: Every active entry must state its purpose
-- asks: Does every active entry state the purpose it serves?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 4(1)(b) (2018-05-06 ..)
-- basis: Directive (EU) 2016/680 art 8(2) (2018-05-06 ..)
-- dated: opened_on
-- severity: high
-- gate: refuse
-- limits: Checks that a purpose is stated, not that it is explicit, legitimate or the true one. A directive takes effect through national law: cite the national provision as well.
-- remedy: State the purpose, or close the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when trim(entry.purpose) <> '' then false
            when entry.status is null then null
            else true end as breach,
       'no purpose is stated' as reason
from entry
where entry.status = 'active' or entry.status is null
