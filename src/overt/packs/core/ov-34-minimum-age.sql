-- id: OV-34
-- title: No one below the minimum age should be listed
-- asks: Had each person reached the minimum age when the entry was opened?
-- kind: benchmark
-- basis: California Code of Regulations, title 11, section 770.2(h), as the reason, not as the rule: a juvenile is a person aged 13 to 17
-- basis: Data Protection Act 2018 s.35(1), as the reason, not as the rule (2018-05-25 .. 2025-08-19)
-- basis: Data Protection Act 2018 s.35(1), as amended by the Data (Use and Access) Act 2025 s.74, as the reason, not as the rule (2025-08-20 ..)
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- dated: opened_on
-- found in: Project Alpha: the youngest person on record was 13, as reported by the Guardian, June 2023
-- severity: high
-- gate: refuse
-- limits: No United Kingdom law sets a minimum age for a register; 13 is California's, and a charter may set its own. An age recorded without a date of birth is taken to be the age on the date the entry was opened. A chief officer's permission to list a younger child cannot be recorded, so it is not taken into account. A person born on 29 February is taken to reach an age on 1 March (the Scottish rule; the English Act is silent).
-- remedy: Delete the entry and address the child's safety in another way, or accept this entry individually, with the chief officer's reasons.
select entry.entry_id, entry.subject_id, entry.opened_on, entry.unit,
       case when person.birth_date is not null
                then case when has(entry.opened_on) then reaches_age(person.birth_date, :minimum_age) > entry.opened_on end
            when not has(subject.age_recorded) then null
            when has(subject.birth_date) then person.age_recorded < :minimum_age
            when person.age_recorded < :minimum_age then true end as breach,
       'the person was below the minimum age' as reason
from entry
left join (
    select subject.subject_id, max(subject.birth_date) as birth_date, min(subject.age_recorded) as age_recorded
    from subject
    group by subject.subject_id
) as person on person.subject_id = entry.subject_id
