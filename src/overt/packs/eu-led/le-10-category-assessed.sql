-- id: LE-10
-- title: No category is used before an assessment covers it
-- asks: Does each category of data name an assessment that was signed by the day the category came into use?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 27(1) (2018-05-06 ..)
-- dated: adopted_on
-- severity: high
-- gate: refuse
-- limits: a directive binds through national law, so cite the national provision too; sees that an assessment was named and when it was signed, not whether it speaks of the category; the duty binds where the risk is high, which a register of suspected people is taken to be; categories older than the national law that carries the article out are held to it too
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
