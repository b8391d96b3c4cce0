-- id: OV-55b
-- title: A register in use must have a data protection impact assessment and, for sensitive data, an appropriate policy document
-- asks: Had a data protection impact assessment been signed by the audit date, and an appropriate policy document if a category in use is sensitive?
-- kind: statute
-- basis: Data Protection Act 2018 s.64(1), (2) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.42(1) (2018-05-25 ..)
-- found in: Gangs Violence Matrix: no privacy impact assessment at any point, Information Commissioner, enforcement notice announced on 16 November 2018, as reported by the Society for Computers and Law
-- found in: R (Bridges) v South Wales Police [2020] EWCA Civ 1058: the assessment breached s.64(3)(b) and (c)
-- severity: critical
-- gate: none
-- limits: Checks that a document of each type was signed, not that it describes this register or was signed before the register began. Section 64 requires an assessment where a high risk is likely, which is assumed of a register that lists people as suspects. A category that is no longer in use needs no policy document here; OV-35 examines each sensitive item that is still held. The equality impact assessment is a matter for OV-55d.
-- remedy: Prepare and sign the missing document, and decide whether the register may be used until then.
select needed.kind, signed.signed_on,
       case when signed.signed_on is not null then false
            when used.active_count = 0 or unnamed.assessment_count > 0 then null
            when needed.kind = 'apd' and held.sensitive_count = 0 then null
            else true end as breach,
       'no document of this type has been signed' as reason
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
