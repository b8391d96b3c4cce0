-- id: CG-05
-- title: No one under 13 should be listed
-- asks: Was each person at least 13 when the entry was opened?
-- kind: benchmark
-- basis: California Code of Regulations, title 11, section 770.2(h), by analogy: a juvenile is a person aged 13 to 17
-- dated: opened_on
-- found in: CalGang: 42 people were under one year old when entered, California State Auditor, report 2015-130, as reported by Latino Report
-- severity: critical
-- gate: refuse
-- limits: No rule of the chapter on CalGang sets an age. This one is inferred from the definition of a juvenile in the chapter on other shared databases, which does not apply to CalGang (section 770(a)). An age recorded without a date of birth is taken to be the age on the date the entry was opened. A person born on 29 February is taken to turn 13 on 1 March, as elsewhere in Overt: California's own rule was not checked.
-- remedy: Correct the date of birth from a document, or purge the entry.
select entry.entry_id, entry.subject_id, entry.opened_on, entry.unit,
       case when person.birth_date is not null
                then case when has(entry.opened_on) then reaches_age(person.birth_date, 13) > entry.opened_on end
            when not has(subject.age_recorded) then null
            when has(subject.birth_date) then person.age_recorded < 13
            when person.age_recorded < 13 then true end as breach,
       'the person was under 13' as reason
from entry
left join (
    select subject.subject_id, max(subject.birth_date) as birth_date, min(subject.age_recorded) as age_recorded
    from subject
    group by subject.subject_id
) as person on person.subject_id = entry.subject_id
