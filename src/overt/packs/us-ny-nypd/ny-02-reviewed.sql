-- id: NY-02
-- title: Entries should be reviewed every three years, and those about minors every two
-- asks: Was each active entry opened or reviewed within the last three years, or the last two if the person is still a minor?
-- kind: benchmark
-- basis: New York City Police Department, Impact and Use Policy, Criminal Group Database
-- severity: high
-- gate: none
-- limits: The intervals are unconfirmed, because the text of the policy was not seen, so this control is a benchmark. Counts from the date of the entry if there was no review. A person not known to be a minor has the longer interval. Checks that a review was done, not what it considered.
-- remedy: Review the entry, and either record why it is kept or close it.
select aged.entry_id, aged.last_on, aged.unit,
       case when :as_of <= add_years(aged.last_on, :review_years_minor) then false
            when aged.status is null or aged.undated_count > 0 then null
            when :as_of > add_years(aged.last_on, :review_years) then true
            when aged.last_on is not null then aged.is_minor end as breach,
       'the entry was not reviewed in time' as reason
from (
    select entry.entry_id, entry.status, entry.unit, reviewed.undated_count,
           reaches_age(person.birth_date, :adult_age) > :as_of as is_minor,
           case when reviewed.done_on > entry.opened_on then reviewed.done_on
                else coalesce(entry.opened_on, reviewed.done_on) end as last_on
    from entry
    left join (
        select subject.subject_id, max(subject.birth_date) as birth_date
        from subject
        group by subject.subject_id
    ) as person on person.subject_id = entry.subject_id
    left join (
        select review.entry_id, max(day_of(review.done_at)) as done_on,
               count(*) filter (where review.done_at is null) as undated_count
        from review
        group by review.entry_id
    ) as reviewed on reviewed.entry_id = entry.entry_id
    where entry.status = 'active' or entry.status is null
) as aged
