-- id: OV-10
-- title: The recorded age at entry must be possible
-- asks: Was anyone under one year old, or not yet born, when the entry was made?
-- kind: statute
-- basis: Data Protection Act 2018 s.38(1) (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 4 (2000-03-01 .. 2018-05-24)
-- dated: opened_on
-- found in: CalGang: 42 people were under one year old when entered, 28 of them for admitting membership, California State Auditor, report 2015-130, as reported by Latino Report
-- found in: Chicago gang arrest cards: 80 people with an age of 0, review by the Office of Inspector General, 11 April 2019, as reported by the press
-- severity: critical
-- gate: refuse
-- limits: Shows that a date or an age is wrong, not which one. A recorded age of 0 counts as a breach even if the date of birth gives a different age. Where a person has several records, the youngest age is used.
-- remedy: Correct the date or the age from a document, or delete the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when person.age_recorded < 1 or reaches_age(person.birth_date, 1) > entry.opened_on then true
            when not has(subject.age_recorded) then null
            when not has(subject.birth_date) then null
            when person.birth_date is null then person.age_recorded < 1
            when has(entry.opened_on) then reaches_age(person.birth_date, 1) > entry.opened_on end as breach,
       case when person.birth_date > entry.opened_on then 'the entry was made before the person was born'
            else 'the person was under one year old' end as reason
from entry
left join (
    select subject.subject_id, max(subject.birth_date) as birth_date, min(subject.age_recorded) as age_recorded
    from subject
    group by subject.subject_id
) as person on person.subject_id = entry.subject_id
