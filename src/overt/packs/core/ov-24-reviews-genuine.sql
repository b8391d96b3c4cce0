-- id: OV-24
-- title: Reviews should be individual decisions, not rubber stamps
-- asks: Did one reviewer decide more reviews in a day than could be considered properly, or is the same reason used for many reviews?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.39(2), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 5, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- dated: done_at
-- found in: Covert surveillance: reviews that repeated the original case, Investigatory Powers Commissioner, Annual Report 2019, paras 12.23-12.24
-- severity: medium
-- gate: none
-- limits: Shows haste and repetition, not bad faith: a panel may properly decide many entries in one day. Counts by calendar day in UTC, so a burst of a few minutes that stays within the day's limit is not found. Texts that differ by one character count as different. Both numbers are defaults, not law.
-- remedy: Repeat a sample of these reviews, each on its own facts.
with hurried as (
    select review.done_by, day_of(review.done_at) as done_on
    from review
    group by review.done_by, day_of(review.done_at)
    having count(*) > :reviews_per_day
),
repeated as (
    select review.rationale as words
    from review
    where length(trim(review.rationale)) > 0
    group by review.rationale
    having count(*) > :same_rationale_limit
)
select review.review_id, review.entry_id, review.done_at,
       case when hurried.done_by is not null or repeated.words is not null then true
            when not has(review.done_by) then null
            when not has(review.done_at) then null
            when review.done_by is null or review.done_at is null then null
            when has(review.rationale) then false end as breach,
       case when hurried.done_by is not null then 'the reviewer decided more reviews in one day than the limit'
            else 'the same reason is used for many reviews' end as reason
from review
left join hurried on hurried.done_by = review.done_by and hurried.done_on = day_of(review.done_at)
left join repeated on repeated.words = review.rationale
