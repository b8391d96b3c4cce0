-- id: CG-06
-- title: The person was told before the entry was made
-- asks: Was a notice to the person recorded on or before the day on which each active entry was opened?
-- kind: regulation
-- basis: California Code of Regulations, title 11, section 753.6(a) (2020-10-22 ..)
-- basis: California Penal Code section 186.34(c)
-- dated: opened_on
-- found in: CalGang: the law of 2014 on notice to juveniles was poorly implemented, and two agencies told people too little to contest the entry, California State Auditor, report 2015-130, 11 August 2016
-- severity: high
-- gate: refuse
-- limits: notices are kept by person and not by entry, so that an early notice counts for every later entry of the person; whether it was in writing, what it said, and whether a juvenile's parent or guardian was told too, is not held
-- remedy: Give the notice with what the person needs to contest the entry, or purge the entry.
select entry.entry_id, entry.subject_id, entry.opened_on, entry.unit,
       case when told.notified_on <= entry.opened_on then false
            when entry.status is null or entry.subject_id is null or entry.opened_on is null
                 or told.undated_count > 0 then null
            else true end as breach,
       case when told.notified_on is null then 'no notice is recorded'
            else 'the notice came after the entry' end as reason
from entry
left join (
    select consequence.subject_id, min(consequence.notified_on) as notified_on,
           count(*) filter (where consequence.notified_on is null) as undated_count
    from consequence
    where consequence.kind = 'notice'
    group by consequence.subject_id
) as told on told.subject_id = entry.subject_id
where entry.status = 'active' or entry.status is null
