-- id: OV-40
-- title: No authority is longer than the law allows
-- asks: Does each authority end within the longest time that its kind may last?
-- kind: statute
-- basis: Regulation of Investigatory Powers Act 2000 s.43(3) (2000-09-25 ..)
-- basis: Regulation of Investigatory Powers (Juveniles) Order 2000, SI 2000/2793 art 6: one month for a juvenile source (2000-11-06 .. 2018-07-19)
-- basis: Regulation of Investigatory Powers (Juveniles) Order 2000, SI 2000/2793 art 6, as amended by SI 2018/715 art 2: four months for a juvenile source (2018-07-20 ..)
-- dated: granted_on
-- severity: high
-- gate: refuse
-- limits: the months begin with the day of the grant, and end the day before the same date or with the last day of a month without that date; knows days and not hours: the 72 hours of an urgent authority begin with a time that is not held, so that it may end on the third day after the grant, and what is a few hours too long is not seen; a renewal must be a row of its own, or the renewed authority looks too long; warrants under the Investigatory Powers Act 2016, statutory powers, court orders and consent are not judged; the Act of 2000 does not reach conduct that is likely to take place in Scotland, which has an Act of its own
-- remedy: Stop relying on the authority past its longest time, report what was collected after it, and record renewals as authorities of their own.
select authority.authority_id, authority.granted_on, authority.expires_on,
       authority.expires_on > last_day_of(authority.granted_on, case authority.kind
           when 'directed_surveillance' then 3
           when 'chis' then 12
           when 'undercover' then 12
           when 'juvenile_chis' then case when authority.granted_on < :juvenile_four_months_from then 1 else 4 end
       end)
       or (case when has(authority.urgent) then authority.urgent end and authority.expires_on > add_days(authority.granted_on, 3)) as breach,
       case when authority.urgent then 'an urgent authority is longer than its longest time'
            else 'the authority is longer than its longest time' end as reason
from authority
where coalesce(authority.kind, '') not in ('ipa', 'statutory_power', 'court_order', 'consent', 'device_agreement')
