-- id: CG-08
-- title: A record or criterion that does not comply must be purged within 30 days
-- asks: Was each entry that a review decided to remove closed within 30 days of the review?
-- kind: regulation
-- basis: California Code of Regulations, title 11, section 755.6(a) (2020-10-22 ..)
-- dated: done_at
-- severity: high
-- gate: none
-- limits: The 30 days are calendar days from the completion of the audit. A record made before the regulations that complied with the rules at the time need not be purged; this is not known here. Treats a review that decided to remove the entry as the audit that found the record not to comply. An entry that is no longer in the register was purged on an unknown date. Whether a closed entry was purged or only closed is not held.
-- remedy: Purge the record now.
select review.review_id, review.entry_id, review.done_at, entry.closed_on, entry.unit,
       case when entry.closed_on is not null then entry.closed_on > add_days(day_of(review.done_at), 30)
            when case when has(entry.status) then entry.status = 'active' end then :as_of > add_days(day_of(review.done_at), 30)
            when :as_of <= add_days(day_of(review.done_at), 30) then false end as breach,
       case when entry.closed_on is null then 'not purged, and the 30 days have passed'
            else 'purged after more than 30 days' end as reason
from review
left join entry on entry.entry_id = review.entry_id
where review.outcome = 'remove'
