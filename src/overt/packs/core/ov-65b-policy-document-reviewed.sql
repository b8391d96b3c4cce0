-- id: OV-65b
-- title: The appropriate policy document should be reviewed from time to time
-- asks: Was each appropriate policy document in use signed or reviewed within the time that the controller sets?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.42(3), as the reason, not as the rule (2018-05-25 ..)
-- severity: medium
-- gate: none
-- limits: The section requires a review from time to time and sets no interval, so the number of days is the controller's own. Checks that a review was recorded, not what it considered. A document that is not signed yet, or is no longer kept, is not examined.
-- remedy: Review the document, change what is no longer correct, and record the date.
select assessment.assessment_id, assessment.signed_on, assessment.reviewed_on,
       case when add_days(assessment.signed_on, :policy_review_days) >= :as_of then false
            when add_days(assessment.reviewed_on, :policy_review_days) >= :as_of then false
            when assessment.kind is null then null
            when not has(assessment.withdrawn_on) then null
            when assessment.signed_on is null then null
            else true end as breach,
       'the document was not reviewed in time' as reason
from assessment
where (assessment.kind = 'apd' or assessment.kind is null)
  and (assessment.signed_on <= :as_of or assessment.signed_on is null)
  and (assessment.withdrawn_on > :as_of or assessment.withdrawn_on is null)
