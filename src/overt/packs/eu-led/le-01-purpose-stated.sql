-- id: LE-01
-- title: Every entry in use states its purpose
-- asks: Does every active entry say what purpose it serves?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 4(1)(b) (2018-05-06 ..)
-- basis: Directive (EU) 2016/680 art 8(2) (2018-05-06 ..)
-- dated: opened_on
-- severity: high
-- gate: refuse
-- limits: sees that a purpose is stated, not that it is explicit, legitimate or the true one; a directive binds through national law, so cite the national provision too
-- remedy: State the purpose, or close the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when trim(entry.purpose) <> '' then false
            when entry.status is null then null
            else true end as breach,
       'no purpose is stated' as reason
from entry
where entry.status = 'active' or entry.status is null
