-- id: OV-40
-- title: An authorisation must not last longer than the law allows
-- asks: Does each authorisation end within the maximum duration for its type?
-- kind: statute
-- basis: Regulation of Investigatory Powers Act 2000 s.43(3) (2000-09-25 ..)
-- basis: Regulation of Investigatory Powers (Juveniles) Order 2000, SI 2000/2793 art 6: one month for a juvenile source (2000-11-06 .. 2018-07-19)
-- basis: Regulation of Investigatory Powers (Juveniles) Order 2000, SI 2000/2793 art 6, as amended by SI 2018/715 art 2: four months for a juvenile source (2018-07-20 ..)
-- dated: granted_on
-- severity: high
-- gate: refuse
-- limits: The months begin on the date of the grant and end the day before the same date, or on the last day of a month without that date. Works in whole days, not hours: the time of grant, from which the 72 hours of an urgent authorisation run, is not held, so it may end on the third day after the grant, and an excess of a few hours is not found. A renewal must have its own row, or the renewed authorisation appears to be too long. Warrants under the Investigatory Powers Act 2016, statutory powers, court orders and consent are not judged. The Act of 2000 does not cover conduct that is likely to take place in Scotland, which has its own Act.
-- remedy: Stop relying on the authorisation after its maximum duration, report what was collected after it, and record each renewal as a separate authorisation.
select authority.authority_id, authority.granted_on, authority.expires_on,
       authority.expires_on > last_day_of(authority.granted_on, case authority.kind
           when 'directed_surveillance' then 3
           when 'chis' then 12
           when 'undercover' then 12
           when 'juvenile_chis' then case when authority.granted_on < :juvenile_four_months_from then 1 else 4 end
       end)
       or (case when has(authority.urgent) then authority.urgent end and authority.expires_on > add_days(authority.granted_on, 3)) as breach,
       case when authority.urgent then 'the urgent authorisation is longer than the maximum'
            else 'the authorisation is longer than the maximum' end as reason
from authority
where coalesce(authority.kind, '') not in ('ipa', 'statutory_power', 'court_order', 'consent', 'device_agreement')
