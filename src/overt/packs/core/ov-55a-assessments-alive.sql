-- id: OV-55a
-- title: Assessments should be reviewed on time
-- asks: Is each assessment and policy document within its review date?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.64, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.42(3), as the reason, not as the rule (2018-05-25 ..)
-- basis: Equality Act 2010 s.149, as the reason, not as the rule (2011-04-05 ..)
-- found in: R (Bridges) v South Wales Police [2020] EWCA Civ 1058: the assessment was deficient, and the policy document has to be kept under review
-- severity: high
-- gate: none
-- limits: No section sets a date by which an assessment must be reviewed: a policy document must be reviewed from time to time, and the date is the controller's own. Does not read an assessment, and so cannot tell whether it describes the data correctly. Superseded assessments should not have a review date in the table.
-- remedy: Review the assessment against the current data, and set the next review date.
select assessment.assessment_id, assessment.kind, assessment.signed_on, assessment.review_due_on,
       assessment.review_due_on < :as_of as breach,
       'the review of the assessment is overdue' as reason
from assessment
