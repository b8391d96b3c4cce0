-- id: OV-55b
-- title: A register in use has its three documents
-- asks: Were a data protection impact assessment, an equality impact assessment and an appropriate policy document signed by the date of the audit?
-- kind: statute
-- basis: Data Protection Act 2018 s.64(1) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.42(1) (2018-05-25 ..)
-- basis: Equality Act 2010 s.149 (2011-04-05 ..)
-- found in: Gangs Violence Matrix: no privacy impact assessment at any point and no equality impact assessment, Information Commissioner, enforcement notice announced on 16 November 2018, as reported by the Society for Computers and Law
-- found in: R (Bridges) v South Wales Police [2020] EWCA Civ 1058: the assessment breached s.64(3)(b) and (c), and the duty of s.149 was not discharged
-- severity: critical
-- gate: none
-- limits: sees that a document of each kind was signed, not that it describes this register or was signed before the register began; section 149 asks for due regard and prescribes no document, but without one it is hard to show
-- remedy: Make and sign the document that is missing, and decide whether the register may be used until then.
select needed.kind, signed.signed_on,
       case when signed.signed_on is not null then false
            when used.active_count = 0 or unnamed.assessment_count > 0 then null
            else true end as breach,
       'no document of this kind was signed' as reason
from (
    select 'dpia' as kind
    union all
    select 'eia' as kind
    union all
    select 'apd' as kind
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
left join (
    select assessment.kind, min(assessment.signed_on) as signed_on
    from assessment
    where assessment.signed_on <= :as_of
    group by assessment.kind
) as signed on signed.kind = needed.kind
where used.entry_count > 0
