-- id: LE-10
-- title: A category of data must not be used before an assessment covers it
-- asks: Does each category of data name an assessment that had been signed by the date the category came into use?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 27(1) (2018-05-06 ..)
-- dated: adopted_on
-- severity: high
-- gate: refuse
-- limits: A directive takes effect through national law: cite the national provision as well. Checks that an assessment was named and when it was signed, not whether it covers the category. The duty applies where the risk is high, which is assumed of a register of suspected people. Categories older than the national law that implements the article are judged by it too.
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
