-- id: OV-55a
-- title: Assessments are reviewed in time, and the data protection officer was consulted
-- asks: Is each assessment within its review date, and was the data protection officer consulted on each data protection impact assessment?
-- kind: statute
-- basis: Data Protection Act 2018 s.64 (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.65 (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.42(3) (2018-05-25 ..)
-- basis: Equality Act 2010 s.149 (2011-04-05 ..)
-- found in: R (Bridges) v South Wales Police [2020] EWCA Civ 1058: the assessment was deficient, and the policy document has to be kept under review
-- severity: critical
-- gate: none
-- limits: does not read what an assessment says, and so cannot see whether it is true of the data; an assessment that another one replaced should not stand in the table with a review date; whether the Information Commissioner was consulted is not held
-- remedy: Review the assessment against the data as it is, with the data protection officer, and set the next date.
select assessment.assessment_id, assessment.kind, assessment.signed_on, assessment.review_due_on,
       case when has(assessment.review_due_on) then assessment.review_due_on < :as_of end
       or (case when has(assessment.kind) then assessment.kind = 'dpia' end
           and case when assessment.officer_consulted_on is not null then false
                    when has(assessment.officer_consulted_on) then true end) as breach,
       case when assessment.review_due_on < :as_of then 'the assessment is past its review date'
            else 'the data protection officer was not consulted' end as reason
from assessment
