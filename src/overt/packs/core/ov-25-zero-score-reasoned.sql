-- id: OV-25
-- title: A person with a score of zero should not be kept on the register without a reason
-- asks: Was any active entry with a score of zero kept at two or more reviews without a reason?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.39(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principles 3 and 5, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- found in: Gangs Violence Matrix: a harm score of zero for 40 per cent of those listed, as reported by the press in May 2018
-- found in: Gangs Violence Matrix: more than 1,200 low-risk people were removed in 2022, as reported by South West Londoner
-- severity: high
-- gate: none
-- limits: Reads the current score, not the score at each review. Measures the length of the reason and does not read it. The number of reviews and the length are defaults, not law.
-- remedy: Close the entry, or record why a person with a score of zero must remain listed.
select entry.entry_id, entry.score_as_of, entry.unit,
       entry.status = 'active'
       and case when unreasoned.kept_count >= :zero_score_reviews then true
                when unreasoned.perhaps_kept_count >= :zero_score_reviews then null
                else false end as breach,
       'kept at several reviews with a score of zero and without a reason' as reason
from entry
left join (
    select review.entry_id, count(*) filter (where review.outcome = 'retain') as kept_count,
           count(*) as perhaps_kept_count
    from review
    where (review.outcome = 'retain' or review.outcome is null)
          and coalesce(length(trim(review.rationale)), 0) < :boilerplate_length
    group by review.entry_id
) as unreasoned on unreasoned.entry_id = entry.entry_id
where (entry.status = 'active' or entry.status is null) and entry.score = 0
