-- id: CG-15
-- title: A juvenile's parent or guardian must be notified before the entry is made
-- asks: Was a notice to a parent or guardian recorded on or before the date on which each active entry about a juvenile was opened, or an exemption with its reasons?
-- kind: regulation
-- basis: California Code of Regulations, title 11, section 753.6(a) (2020-10-22 ..)
-- basis: California Penal Code section 186.34(c)
-- dated: opened_on
-- found in: CalGang: the law of 2014 on notice to juveniles was poorly implemented, California State Auditor, report 2015-130, 11 August 2016
-- severity: high
-- gate: refuse
-- limits: A juvenile is taken to be a person under 18, as a threshold of the pack sets. A recorded age is used where no date of birth is held. A notice on the date of the entry is taken to have come before it. Does not judge who is a parent or guardian, or whether an exemption applies. A person born on 29 February is taken to reach an age on 1 March, as elsewhere in Overt: California's own rule was not checked. An entry made before 22 October 2020 is judged by this as a benchmark.
-- remedy: Notify the parent or guardian with the information the person needs to contest the entry, or purge the entry.
select listed.entry_id, listed.opened_on, listed.unit,
       case when told.given_on <= listed.opened_on or told.exempt_count > 0 then false
            when listed.status is null or listed.was_juvenile is null or listed.opened_on is null
                 or told.unknown_count > 0 then null
            else true end as breach,
       case when told.given_on is null then 'no notice to a parent is recorded'
            else 'the notice to a parent came after the entry' end as reason
from (
    select entry.entry_id, entry.opened_on, entry.unit, entry.status,
           case when person.birth_date is not null
                    then reaches_age(person.birth_date, :juvenile_until) > entry.opened_on
                else person.age_recorded < :juvenile_until end as was_juvenile
    from entry
    left join (
        select subject.subject_id, max(subject.birth_date) as birth_date, min(subject.age_recorded) as age_recorded
        from subject
        group by subject.subject_id
    ) as person on person.subject_id = entry.subject_id
    where entry.status = 'active' or entry.status is null
) as listed
left join (
    select notice.entry_id,
           min(case when notice.told in ('parent', 'both') and coalesce(trim(notice.exemption), '') = ''
                         then notice.given_on end) as given_on,
           count(*) filter (where trim(notice.exemption) <> '' and trim(notice.reasons) <> '') as exempt_count,
           count(*) filter (where coalesce(trim(notice.exemption), '') = ''
                            and (notice.told is null
                                 or notice.told <> 'person' and notice.given_on is null)) as unknown_count
    from notice
    group by notice.entry_id
) as told on told.entry_id = listed.entry_id
where listed.was_juvenile or listed.was_juvenile is null
