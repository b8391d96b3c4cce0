-- id: OV-41
-- title: An authorisation for a juvenile source should be reviewed every month
-- asks: Did more than 31 days ever pass without a review, from the date the authorisation was granted until it ended?
-- kind: code
-- basis: Home Office, Covert Human Intelligence Sources: Revised Code of Practice, 2018 (2018-09-01 .. 2022-12-12)
-- basis: Home Office, Covert Human Intelligence Sources: Revised Code of Practice, December 2022 (2022-12-13 ..)
-- basis: Regulation of Investigatory Powers Act 2000 s.72, as the reason, not as the rule (2000-09-25 ..)
-- in force: 2018-07-20 ..
-- dated: granted_on
-- severity: critical
-- gate: none
-- limits: A month is counted as 31 days. An authorisation that is still running is counted up to the audit date. Reviews outside the period in force do not count. Checks that a review was held, not what it considered. The monthly review of a juvenile source is in the Code and in neither Order. The paragraph is not confirmed, and it is taken to apply from 20 July 2018. The Act of 2000 does not cover conduct that is likely to take place in Scotland, which has its own Act.
-- remedy: Review the authorisation now, or cancel it. Report the months that were missed to the oversight body.
with span as (
    select authority.authority_id, authority.kind, authority.granted_on,
           case when authority.cancelled_on <= authority.expires_on then authority.cancelled_on
                else coalesce(authority.expires_on, authority.cancelled_on) end as ended_on
    from authority
    where authority.kind = 'juvenile_chis' or authority.kind is null
),
step as (
    select span.authority_id, span.granted_on as on_day
    from span
    union all
    select span.authority_id, case when span.ended_on > :as_of then :as_of else span.ended_on end as on_day
    from span
    union all
    select span.authority_id, authority_review.done_on as on_day
    from span
    join authority_review on authority_review.authority_id = span.authority_id
    where authority_review.done_on > span.granted_on
      and authority_review.done_on < span.ended_on
      and authority_review.done_on <= :as_of
),
paced as (
    select step.authority_id, step.on_day,
           lag(step.on_day) over (partition by step.authority_id order by step.on_day) as last_day
    from step
),
longest as (
    select paced.authority_id, max(days_between(paced.on_day, paced.last_day)) as gap_days
    from paced
    group by paced.authority_id
),
undated as (
    select authority_review.authority_id
    from authority_review
    where authority_review.done_on is null
    group by authority_review.authority_id
)
select span.authority_id, span.granted_on, span.ended_on, longest.gap_days,
       case when span.granted_on is null or span.ended_on is null then null
            when longest.gap_days <= 31 then false
            when span.kind is null or undated.authority_id is not null then null
            else true end as breach,
       'more than 31 days passed without a review' as reason
from span
left join longest on longest.authority_id = span.authority_id
left join undated on undated.authority_id = span.authority_id
