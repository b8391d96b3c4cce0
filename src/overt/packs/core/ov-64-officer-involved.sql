-- id: OV-64
-- title: The data protection officer must be involved in impact assessments in time
-- asks: Was the data protection officer consulted on each data protection impact assessment by the date it was signed?
-- kind: statute
-- basis: Data Protection Act 2018 s.70(1) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.71(1)(b) (2018-05-25 ..)
-- severity: critical
-- gate: none
-- limits: Reads the date on which the officer was consulted, not the advice or what followed from it. Whether the Information Commissioner was consulted is not held.
-- remedy: Have the officer advise on the assessment now, and sign it again in the light of the advice.
select assessment.assessment_id, assessment.kind, assessment.signed_on, assessment.officer_consulted_on,
       case when assessment.kind = 'dpia' then true end
       and case when assessment.officer_consulted_on is null then true
                when has(assessment.signed_on) then assessment.officer_consulted_on > assessment.signed_on end as breach,
       case when assessment.officer_consulted_on is null then 'the data protection officer was not consulted'
            else 'the data protection officer was consulted after the signature' end as reason
from assessment
where assessment.kind = 'dpia' or assessment.kind is null
