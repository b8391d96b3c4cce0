-- id: OV-55a
-- title: Assessments are reviewed in time
-- asks: Is each assessment and policy document within its review date?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.64, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.42(3), as the reason, not as the rule (2018-05-25 ..)
-- basis: Equality Act 2010 s.149, as the reason, not as the rule (2011-04-05 ..)
-- found in: R (Bridges) v South Wales Police [2020] EWCA Civ 1058: the assessment was deficient, and the policy document has to be kept under review
-- severity: high
-- gate: none
-- limits: no section sets a date by which an assessment must be looked at again: a policy document must be reviewed from time to time, and the date is the controller's own; does not read what an assessment says, and so cannot see whether it is true of the data; an assessment that another one replaced should not stand in the table with a review date
-- remedy: Review the assessment against the data as it is, and set the next date.
select assessment.assessment_id, assessment.kind, assessment.signed_on, assessment.review_due_on,
       assessment.review_due_on < :as_of as breach,
       'the assessment is past its review date' as reason
from assessment
