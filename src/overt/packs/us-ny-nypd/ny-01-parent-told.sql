-- id: NY-01
-- title: A minor's parent should be notified within 60 days
-- asks: Was a notice to a parent recorded within 60 days of the date on which each active entry about a minor was opened?
-- kind: benchmark
-- basis: New York City Police Department, Impact and Use Policy, Criminal Group Database
-- dated: opened_on
-- found in: New York Criminal Group Database: the department said of telling parents that it had not yet done a good job, City Council, 24 February 2025, as reported
-- severity: high
-- gate: none
-- limits: The 60 days are unconfirmed, because the text of the policy was not seen, so this control is a benchmark. No exemption is known. The pack's threshold decides who is a minor, and a recorded age is used where no date of birth is held. A person born on 29 February is taken to reach an age on 1 March, as elsewhere in Overt. An entry from the last 60 days is in time.
-- remedy: Notify the parent, and record the date.
select listed.entry_id, listed.opened_on, listed.unit,
       case when told.given_on <= add_days(listed.opened_on, :notice_days) then false
            when :as_of <= add_days(listed.opened_on, :notice_days) then false
            when listed.status is null or listed.was_minor is null or listed.opened_on is null
                 or told.unknown_count > 0 then null
            else true end as breach,
       case when told.given_on is null then 'no notice to a parent is recorded'
            else 'the notice to a parent was late' end as reason
from (
    select entry.entry_id, entry.opened_on, entry.unit, entry.status,
           case when person.birth_date is not null
                    then reaches_age(person.birth_date, :adult_age) > entry.opened_on
                else person.age_recorded < :adult_age end as was_minor
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
           min(case when notice.told in ('parent', 'both') then notice.given_on end) as given_on,
           count(*) filter (where notice.told is null
                            or notice.told <> 'person' and notice.given_on is null) as unknown_count
    from notice
    group by notice.entry_id
) as told on told.entry_id = listed.entry_id
where listed.was_minor or listed.was_minor is null
