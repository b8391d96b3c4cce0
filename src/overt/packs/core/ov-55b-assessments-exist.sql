-- id: OV-55b
-- title: A register in use has its impact assessment and, for sensitive data, its policy document
-- asks: Was a data protection impact assessment signed by the date of the audit, and an appropriate policy document where a category in use is sensitive?
-- kind: statute
-- basis: Data Protection Act 2018 s.64(1), (2) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.42(1) (2018-05-25 ..)
-- found in: Gangs Violence Matrix: no privacy impact assessment at any point, Information Commissioner, enforcement notice announced on 16 November 2018, as reported by the Society for Computers and Law
-- found in: R (Bridges) v South Wales Police [2020] EWCA Civ 1058: the assessment breached s.64(3)(b) and (c)
-- severity: critical
-- gate: none
-- limits: sees that a document of each kind was signed, not that it describes this register or was signed before the register began; section 64 asks for an assessment where a high risk is likely, and a register that lists people as suspects is taken to be that; a category that went out of use asks for no policy document here, and of each sensitive item that is still held OV-35 asks; the equality impact assessment is OV-55d
-- remedy: Make and sign the document that is missing, and decide whether the register may be used until then.
select needed.kind, signed.signed_on,
       case when signed.signed_on is not null then false
            when used.active_count = 0 or unnamed.assessment_count > 0 then null
            when needed.kind = 'apd' and held.sensitive_count = 0 then null
            else true end as breach,
       'no document of this kind was signed' as reason
from (
    select 'dpia' as kind
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
cross join (
    select count(*) filter (where category.sensitive and has(category.retired_on)) as sensitive_count,
           count(*) filter (where category.sensitive or category.sensitive is null) as possible_count
    from category
    where category.retired_on is null or category.retired_on > :as_of
) as held
left join (
    select assessment.kind, min(assessment.signed_on) as signed_on
    from assessment
    where assessment.signed_on <= :as_of
    group by assessment.kind
) as signed on signed.kind = needed.kind
where used.entry_count > 0
  and (needed.kind <> 'apd' or held.possible_count > 0 or not has(category.sensitive))
