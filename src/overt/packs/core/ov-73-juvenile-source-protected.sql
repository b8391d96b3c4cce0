-- id: OV-73
-- title: The risks to a juvenile source must be assessed, and a source under 16 must not be used against a parent
-- asks: Were the risks to each juvenile source assessed before the grant, and is no source under 16 used against a parent?
-- kind: statute
-- basis: Regulation of Investigatory Powers (Juveniles) Order 2000, SI 2000/2793 arts 3 and 5 (2000-11-06 ..)
-- in force: 2000-11-06 ..
-- dated: granted_on
-- severity: critical
-- gate: refuse
-- limits: Checks that an assessment was recorded, not what it says. An assessment on the date of the grant is in time. A parent is anyone recorded as having parental responsibility. Whether an appropriate adult was present at meetings is not examined. The Act of 2000 does not cover conduct that is likely to take place in Scotland, which has its own Act.
-- remedy: Stop using the source, assess the risks, and report the error to the oversight body.
select authority.authority_id, authority.granted_on, authority.risk_assessed_on,
       (case when authority.kind = 'juvenile_chis' then true end)
       and (case when authority.risk_assessed_on is null then true else authority.risk_assessed_on > authority.granted_on end
            or (case when has(authority.age_at_grant) then authority.age_at_grant < 16 end
                and case when has(authority.against_parent) then authority.against_parent end)) as breach,
       case when authority.risk_assessed_on is null then 'the risks were not assessed'
            when authority.risk_assessed_on > authority.granted_on then 'the risks were assessed after the grant'
            else 'a source under 16 is used against a parent' end as reason
from authority
where authority.kind = 'juvenile_chis' or authority.kind is null
