-- id: OV-29
-- title: A child's entry should be reviewed when the person turns 18
-- asks: Was every active entry that was opened before the person's 18th birthday reviewed on or after it?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.39(1)-(2), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 5, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- basis: Children Act 2004 s.11(2), England, as the reason, not as the rule (2005-10-01 ..)
-- basis: R (II) v Commissioner of Police of the Metropolis [2020] EWHC 2528 (Admin) (2020-09-24 ..)
-- found in: R (II) v Commissioner of Police of the Metropolis [2020] EWHC 2528 (Admin): keeping data on a referral made when the claimant was 11 breached Article 8 and sections 35 and 39
-- severity: high
-- gate: none
-- limits: The law sets no age for review; this control uses the 18th birthday. Asks whether a review was done, not whether it considered the person's age. If only an age is recorded, the birthday is not known. Where a person has several records, the latest date of birth is used. A person born on 29 February is taken to reach an age on 1 March (the Scottish rule; the English Act is silent).
-- remedy: Review the entry on the basis that the person is now an adult, and either record why it is kept or close it.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.status = 'active' and reaches_age(person.birth_date, 18) < :as_of
       and case when reviewed.last_on >= reaches_age(person.birth_date, 18) then false
                when reviewed.undated > 0 then null
                else entry.opened_on < reaches_age(person.birth_date, 18) end as breach,
       'no review since the 18th birthday' as reason
from entry
left join (
    select subject.subject_id, max(subject.birth_date) as birth_date, min(subject.age_recorded) as age_recorded
    from subject
    group by subject.subject_id
) as person on person.subject_id = entry.subject_id
left join (
    select review.entry_id, max(day_of(review.done_at)) as last_on,
           count(*) filter (where review.done_at is null) as undated
    from review
    group by review.entry_id
) as reviewed on reviewed.entry_id = entry.entry_id
where (entry.status = 'active' or entry.status is null)
      and coalesce(entry.opened_on < reaches_age(person.birth_date, 18), case when has(subject.age_recorded) then person.age_recorded < 18 end, true)
