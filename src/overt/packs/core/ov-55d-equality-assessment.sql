-- id: OV-55d
-- title: A register in use should have an equality impact assessment
-- asks: Had an equality impact assessment been signed by the audit date?
-- kind: benchmark
-- basis: Equality Act 2010 s.149, as the reason, not as the rule (2011-04-05 ..)
-- found in: Gangs Violence Matrix: no equality impact assessment, Information Commissioner, enforcement notice announced on 16 November 2018, as reported by the Society for Computers and Law
-- found in: R (Bridges) v South Wales Police [2020] EWCA Civ 1058: the duty of s.149 was not discharged
-- severity: high
-- gate: none
-- limits: Section 149 requires due regard and prescribes no document, but without one due regard is hard to show. Checks that a document was signed, not that it describes this register or was signed before the register began.
-- remedy: Assess the effect of the register on people in each group, and sign the assessment.
select needed.kind, signed.signed_on,
       case when signed.signed_on is not null then false
            when used.active_count = 0 or unnamed.assessment_count > 0 then null
            else true end as breach,
       'no equality impact assessment has been signed' as reason
from (
    select 'eia' as kind
) as needed
cross join (
    select count(*) as entry_count, count(*) filter (where entry.status = 'active') as active_count
    from entry
    where entry.status = 'active' or entry.status is null
) as used
cross join (
    select count(*) as assessment_count
    from assessment
    where assessment.kind is null and assessment.signed_on <= :as_of
) as unnamed
cross join (
    select min(assessment.signed_on) as signed_on
    from assessment
    where assessment.kind = 'eia' and assessment.signed_on <= :as_of
) as signed
where used.entry_count > 0
