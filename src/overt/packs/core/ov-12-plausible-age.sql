-- id: OV-12
-- title: Recorded ages should not be implausibly high
-- asks: Was any person in the register born before the earliest plausible date, or over the highest plausible age?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.39(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principles 4 and 5, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- found in: Chicago gang arrest cards: 90 people recorded as born before 1901, review by the Office of Inspector General, 11 April 2019, as reported by the press
-- found in: Chicago gang arrest cards: 13 people aged 118 and two aged 132, as reported by ProPublica Illinois, 2018
-- severity: medium
-- gate: hold
-- limits: A person may be over 100: check each finding before you treat it as an error. Does not ask whether the person is known to have died (OV-30). The date and the age are defaults, not law.
-- remedy: Correct the date or the age from a document. If the person has died, close the entry.
select subject.subject_id,
       case when subject.age_recorded > :oldest_age or subject.birth_date < :earliest_birth
                 or reaches_age(subject.birth_date, :oldest_age + 1) <= :as_of then true
            when not has(subject.birth_date) then null
            when not has(subject.age_recorded) then null
            when subject.birth_date is not null or subject.age_recorded is not null then false end as breach,
       case when subject.birth_date < :earliest_birth then 'the date of birth is before the earliest plausible date'
            else 'the age is above the highest plausible age' end as reason
from subject
