-- id: OV-54
-- title: A category of data must not be used before an assessment covers it
-- asks: Does each category of data name an assessment that had been signed by the date the category came into use?
-- kind: statute
-- basis: Data Protection Act 2018 s.64(1) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.57, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- in force: 2018-05-25 ..
-- dated: adopted_on
-- found in: Project Alpha: categories of data grew from 16 to 34 between 3 September 2020 and 28 July 2021, as reported by Byline Times, 25 October 2021; its data protection impact assessment was dated December 2020, as reported by the Guardian, 3 June 2022
-- severity: high
-- gate: refuse
-- limits: Checks that an assessment was named and when it was signed, not whether it covers the category. The duty applies where the risk is high, which is assumed of a register of suspected people. Categories adopted before 25 May 2018 are out of scope.
-- remedy: Stop using the category until an assessment that covers it is signed.
select category.category, category.adopted_on, category.assessment_id, assessment.signed_on,
       case when category.assessment_id is null then true
            when not has(assessment.assessment_id) then null
            when assessment.assessment_id is null then null
            when not has(assessment.signed_on) then null
            when assessment.signed_on is null then true
            else category.adopted_on < assessment.signed_on end as breach,
       case when category.assessment_id is null then 'no assessment is named'
            when assessment.signed_on is null then 'the assessment is not signed'
            else 'in use before the assessment was signed' end as reason
from category
left join assessment on assessment.assessment_id = category.assessment_id
