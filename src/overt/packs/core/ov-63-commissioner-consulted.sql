-- id: OV-63
-- title: The Commissioner must be consulted where the risk remains high
-- asks: Where an impact assessment finds that the risk remains high after its measures, was the Information Commissioner consulted before the processing began?
-- kind: statute
-- basis: Data Protection Act 2018 s.65 (2018-05-25 ..)
-- in force: 2018-05-25 ..
-- dated: signed_on
-- severity: critical
-- gate: none
-- limits: Reads the date of the consultation, not what the Commissioner advised or whether it was followed. The processing is taken to begin with the first entry, and for categories that name the assessment not before the first of them came into use. If no category names it, or an entry or such a category has no date, it may not be known whether a consultation came too late. Assessments signed before 25 May 2018 are out of scope.
-- remedy: Consult the Commissioner now, and decide whether the processing may continue until the advice is received.
select assessment.assessment_id, assessment.signed_on, assessment.commissioner_consulted_on,
       case when assessment.commissioner_consulted_on <= begun.first_on then false
            when assessment.commissioner_consulted_on <= covered.first_on then false
            when assessment.commissioner_consulted_on is not null and has(entry.opened_on) and begun.entry_count = 0
                then false
            when assessment.kind is null or assessment.residual_risk is null then null
            when assessment.commissioner_consulted_on is null then true
            when assessment.commissioner_consulted_on > begun.first_on
                 and assessment.commissioner_consulted_on > covered.first_on then true end as breach,
       case when assessment.commissioner_consulted_on is null then 'the Commissioner was not consulted'
            else 'the Commissioner was consulted after the processing had begun' end as reason
from assessment
cross join (
    select count(*) as entry_count,
           case when count(*) filter (where entry.opened_on is null) = 0 then min(entry.opened_on) end as first_on
    from entry
) as begun
left join (
    select category.assessment_id,
           case when not has(category.adopted_on) then null
                when count(*) filter (where category.adopted_on is null) = 0 then min(category.adopted_on) end as first_on
    from category
    group by category.assessment_id
) as covered on case when has(category.assessment_id) then covered.assessment_id end = assessment.assessment_id
where (assessment.kind = 'dpia' or assessment.kind is null)
  and (assessment.residual_risk = 'high' or assessment.residual_risk is null)
