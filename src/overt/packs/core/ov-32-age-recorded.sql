-- id: OV-32
-- title: An age should be recorded for every person with an active entry
-- asks: Is there a date of birth, or an age in years, for each person who has an active entry?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.57, as the reason, not as the rule (2018-05-25 ..)
-- basis: Children Act 2004 s.11(2), England, as the reason, not as the rule (2005-10-01 ..)
-- basis: United Nations Convention on the Rights of the Child art 3, as the reason, not as the rule
-- found in: Project Alpha: recording a person's age was not compulsory; the youngest age on record was 13, as reported by the Guardian, June 2023
-- severity: high
-- gate: hold
-- limits: Without an age no protection for children can work, but no section requires an age to be held. A recorded reason why the age is not known has no column and is not taken into account. Whether the age is right is a matter for OV-10 and OV-12. The duty applies in England (Wales has its own section) and is to make arrangements: no section requires this of each record.
-- remedy: Record the date of birth, or the age and the date on which it was correct. If neither can be found out, treat the person as a child until it is.
select listed.subject_id, listed.unit,
       case when person.birth_date is not null or person.age_recorded is not null then false
            when listed.subject_id is null or listed.active_count = 0 then null
            when has(subject.birth_date) and has(subject.age_recorded) then true end as breach,
       'neither a date of birth nor an age is recorded' as reason
from (
    select entry.subject_id, min(entry.unit) as unit,
           count(*) filter (where entry.status = 'active') as active_count
    from entry
    where entry.status = 'active' or entry.status is null
    group by entry.subject_id
) as listed
left join (
    select subject.subject_id, max(subject.birth_date) as birth_date, min(subject.age_recorded) as age_recorded
    from subject
    group by subject.subject_id
) as person on person.subject_id = listed.subject_id
