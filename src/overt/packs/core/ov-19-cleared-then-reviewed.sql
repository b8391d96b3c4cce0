-- id: OV-19
-- title: An entry should be reviewed after an acquittal or a decision to take no further action
-- asks: After each acquittal or decision to take no further action, was every active entry about the person reviewed in time?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.39(1)-(2), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principles 4 and 5, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- basis: S and Marper v United Kingdom, application 30562/04 (2008-12-04 ..)
-- dated: on_date
-- severity: high
-- gate: note
-- limits: Asks whether a review was done in time, not whether it considered the outcome. Outcomes from before the entry was opened are left out. The number of days is a default; the law sets none.
-- remedy: Review the entry now, and either record why it is kept or close it.
select entry.entry_id, outcome.on_date, min(entry.unit) as unit,
       entry.status = 'active' and outcome.on_date >= entry.opened_on
       and case when add_days(outcome.on_date, :outcome_review_days) >= :as_of then false
                when count(*) filter (
                    where day_of(review.done_at) >= outcome.on_date
                          and day_of(review.done_at) <= add_days(outcome.on_date, :outcome_review_days)
                ) > 0 then false
                when count(review.review_id) > count(review.done_at) then null
                else true end as breach,
       'no review within the time limit after the outcome' as reason
from outcome
join entry on entry.subject_id = outcome.subject_id
left join review on review.entry_id = entry.entry_id
where outcome.kind in ('no_further_action', 'acquittal')
      and (entry.status = 'active' or entry.status is null)
      and coalesce(outcome.on_date >= entry.opened_on, true)
group by entry.entry_id, entry.status, entry.opened_on, outcome.on_date
