-- id: OV-66
-- title: A disclosure for a purpose other than law enforcement must be authorised by law
-- asks: Does each disclosure for a purpose other than law enforcement name the law that authorises it?
-- kind: statute
-- basis: Data Protection Act 2018 s.36(4) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.31 (2018-05-25 ..)
-- in force: 2018-05-25 ..
-- dated: sent_at
-- severity: high
-- gate: refuse
-- limits: Relies on the type of purpose as recorded, and checks that a law is named, not that it covers the disclosure. If the type of purpose was not recorded, a disclosure to the police, probation or a court is not examined, and any other is unknown. Disclosures before 25 May 2018 are out of scope.
-- remedy: Record whether the purpose is law enforcement (purpose_kind). For another purpose, record the law that authorises the disclosure, or recall it and tell the person.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at,
       case when trim(disclosure.gateway) <> '' then false
            when disclosure.purpose_kind = 'other' then true end as breach,
       'no law is named for a purpose other than law enforcement' as reason
from disclosure
where disclosure.purpose_kind = 'other'
   or (disclosure.purpose_kind is null
       and coalesce(case when has(disclosure.recipient_kind)
                         then disclosure.recipient_kind not in ('police', 'probation', 'court') end, true))
