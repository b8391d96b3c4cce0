-- id: OV-13
-- title: A self-admission should be documented, and the person old enough to make it
-- asks: Does every item recorded as the person's own admission name a document, and was the person old enough?
-- kind: benchmark
-- basis: California Code of Regulations, title 11, section 752.4(a)(1), as the reason, not as the rule: an admission must be truthful, voluntary and competent, and be recorded (2020-10-22 ..)
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- dated: collected_on
-- found in: CalGang: 28 of 42 people under one year old were entered for admitting membership, California State Auditor, report 2015-130, as reported by Latino Report
-- severity: high
-- gate: refuse
-- limits: Reads the type of source, the reference and the age, not the words. Whether the admission was truthful, voluntary and understood, and whether it admits more than where the person lives, can only be judged by reading it. The age is the age at entry, or the recorded age; where a person has several records, the youngest is used. A person born on 29 February is taken to reach an age on 1 March (the Scottish rule; the English Act is silent).
-- remedy: Attach the record of what was said, where and in whose presence, or delete the item.
select item.item_id, item.entry_id, item.collected_on, entry.unit,
       item.origin = 'self_admission'
       and (
           case when has(item.evidence_ref) then coalesce(trim(item.evidence_ref), '') = '' end
           or case when person.birth_date is not null
                       then case when has(entry.opened_on)
                                 then reaches_age(person.birth_date, :admission_age) > entry.opened_on end
                   when not has(subject.age_recorded) then null
                   when has(subject.birth_date) then person.age_recorded < :admission_age
                   when person.age_recorded < :admission_age then true end
       ) as breach,
       case when case when has(item.evidence_ref) then coalesce(trim(item.evidence_ref), '') = '' end
                then 'no document of the admission is named'
            else 'the person was below the age at which an admission counts' end as reason
from item
left join entry on entry.entry_id = item.entry_id
left join (
    select subject.subject_id, max(subject.birth_date) as birth_date, min(subject.age_recorded) as age_recorded
    from subject
    group by subject.subject_id
) as person on person.subject_id = entry.subject_id
where item.origin = 'self_admission' or item.origin is null
