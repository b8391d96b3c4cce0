-- id: CG-13
-- title: Another person should approve the entry before it is made
-- asks: Was each active entry approved by someone other than the person who made it, on or before the date on which it was opened?
-- kind: benchmark
-- basis: California Code of Regulations, title 11, section 753.4(a), by analogy: no entry is made before a supervisor has reviewed and approved it (2020-10-22 ..)
-- in force: 2020-10-22 ..
-- dated: opened_on
-- severity: high
-- gate: none
-- limits: The section is among the rules on designating a gang, and the one on entering a person was not found, so this control is a benchmark. Checks that a different reference is recorded, not that it is a supervisor's or that anything was reviewed. An approval on the date of the entry is taken to have come before it.
-- remedy: Have a supervisor review the entry now, record who approved it and when, or purge it.
select entry.entry_id, entry.opened_on, entry.approved_on, entry.unit,
       (entry.status = 'active')
       and (coalesce(trim(entry.approved_by), '') = ''
            or case when has(entry.opened_by) then entry.approved_by = entry.opened_by end
            or case when has(entry.approved_on) then entry.approved_on > entry.opened_on end) as breach,
       case when coalesce(trim(entry.approved_by), '') = '' then 'no one approved the entry'
            when entry.approved_by = entry.opened_by then 'the same person made and approved the entry'
            else 'the approval came after the entry' end as reason
from entry
where entry.status = 'active' or entry.status is null
