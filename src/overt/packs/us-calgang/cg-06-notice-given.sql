-- id: CG-06
-- title: The person must be notified before the entry is made
-- asks: Was a notice to the person recorded on or before the date on which each active entry was opened, or an exemption with its reasons?
-- kind: regulation
-- basis: California Code of Regulations, title 11, section 753.6(a) (2020-10-22 ..)
-- basis: California Penal Code section 186.34(c)
-- dated: opened_on
-- found in: CalGang: the law of 2014 on notice to juveniles was poorly implemented, and two agencies told people too little to contest the entry, California State Auditor, report 2015-130, 11 August 2016
-- severity: high
-- gate: refuse
-- limits: A notice on the date of the entry is taken to have come before it. Whether it was in writing, and its content, are not held. Does not judge whether an exemption applies. Notice to a parent or guardian of a juvenile is a matter for CG-15. An entry made before 22 October 2020 is judged by this as a benchmark.
-- remedy: Give the notice with the information the person needs to contest the entry, or purge the entry.
select entry.entry_id, entry.subject_id, entry.opened_on, entry.unit,
       case when told.given_on <= entry.opened_on or told.exempt_count > 0 then false
            when entry.status is null or entry.opened_on is null or told.unknown_count > 0 then null
            else true end as breach,
       case when told.given_on is null then 'no notice is recorded'
            else 'the notice came after the entry' end as reason
from entry
left join (
    select notice.entry_id,
           min(case when notice.told in ('person', 'both') and coalesce(trim(notice.exemption), '') = ''
                         then notice.given_on end) as given_on,
           count(*) filter (where trim(notice.exemption) <> '' and trim(notice.reasons) <> '') as exempt_count,
           count(*) filter (where coalesce(trim(notice.exemption), '') = ''
                            and (notice.told is null
                                 or notice.told <> 'parent' and notice.given_on is null)) as unknown_count
    from notice
    group by notice.entry_id
) as told on told.entry_id = entry.entry_id
where entry.status = 'active' or entry.status is null
