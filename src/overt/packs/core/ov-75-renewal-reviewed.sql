-- id: OV-75
-- title: A covert source must be reviewed before its authorisation is renewed
-- asks: Was the use of each covert source reviewed between the grant of its authorisation and the renewal?
-- kind: statute
-- basis: Regulation of Investigatory Powers Act 2000 s.43(6)-(7) (2000-09-25 ..)
-- in force: 2000-09-25 ..
-- dated: granted_on
-- severity: high
-- gate: none
-- limits: Checks that a review was recorded, not that the person who renewed the authorisation considered it. A renewal that does not name the authorisation it renews is not found. Surveillance and warrants are not examined. The Act of 2000 does not cover conduct that is likely to take place in Scotland, which has its own Act.
-- remedy: Review the use of the source now, report the renewal as an error, and do not renew again before a review.
select authority.authority_id, authority.renews, authority.granted_on,
       case when reviewed.in_time_count > 0 then false
            when authority.kind is null or reviewed.unclear_count > 0 then null
            else true end as breach,
       'no review is recorded between the grant and the renewal' as reason
from authority
left join (
    select later.authority_id,
           count(*) filter (
               where authority_review.done_on >= earlier.granted_on and authority_review.done_on <= later.granted_on
           ) as in_time_count,
           count(*) filter (
               where earlier.granted_on is null or later.granted_on is null
                     or (authority_review.authority_id is not null and authority_review.done_on is null)
           ) as unclear_count
    from authority as later
    left join authority as earlier on earlier.authority_id = later.renews
    left join authority_review on authority_review.authority_id = later.renews
    group by later.authority_id
) as reviewed on reviewed.authority_id = authority.authority_id
where authority.renews is not null
      and (authority.kind in ('chis', 'juvenile_chis', 'undercover') or authority.kind is null)
