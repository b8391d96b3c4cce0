-- id: OV-11
-- title: A child below the age of criminal responsibility should not be recorded as a suspect or as convicted
-- asks: Was anyone below the age of criminal responsibility when entered as a suspect or as convicted?
-- kind: code
-- basis: College of Policing, Authorised Professional Practice, Information management: Review, retention and disposal
-- basis: Children Act 2004 s.11(2), England, as the reason, not as the rule (2005-10-01 ..)
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: Reads the role and the age. A record of a young child in another role may still be necessary and is not examined. The age is 10 in England and Wales and 12 in Scotland. Where a person has several records, the youngest age is used. A person born on 29 February is taken to reach an age on 1 March (the Scottish rule; the English Act is silent).
-- remedy: Correct the role or the age. A child below that age may need safeguarding, not a listing.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.role in ('suspect', 'convicted')
       and case when person.birth_date is not null
                    then case when has(entry.opened_on)
                              then reaches_age(person.birth_date, :criminal_responsibility_age) > entry.opened_on end
                when not has(subject.age_recorded) then null
                when has(subject.birth_date) then person.age_recorded < :criminal_responsibility_age
                when person.age_recorded < :criminal_responsibility_age then true end as breach,
       'the person was below the age of criminal responsibility' as reason
from entry
left join (
    select subject.subject_id, max(subject.birth_date) as birth_date, min(subject.age_recorded) as age_recorded
    from subject
    group by subject.subject_id
) as person on person.subject_id = entry.subject_id
where entry.role in ('suspect', 'convicted') or entry.role is null
