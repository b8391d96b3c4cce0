-- id: OV-23
-- title: A decision to keep an entry should give a reason
-- asks: Does every review that decided to keep the entry give a reason?
-- kind: code
-- basis: College of Policing, Authorised Professional Practice, Information management: Review, retention and disposal
-- basis: Data Protection Act 2018 s.34(3), as the reason, not as the rule (2018-05-25 ..)
-- dated: done_at
-- found in: Police information: forces were told to record a rationale whenever a record is kept at review, HMIC, Building the picture, 2015
-- severity: high
-- gate: none
-- limits: Measures the length of the reason and does not read it. A long text may give no reason; a short one may give a good one. The length is a default, not law.
-- remedy: Record why the entry is still needed, or close it.
select review.review_id, review.entry_id, review.done_at,
       review.outcome = 'retain' and coalesce(length(trim(review.rationale)), 0) < :boilerplate_length as breach,
       case when coalesce(length(trim(review.rationale)), 0) = 0 then 'no reason is recorded'
            else 'the reason is too short to say why' end as reason
from review
where review.outcome = 'retain' or review.outcome is null
