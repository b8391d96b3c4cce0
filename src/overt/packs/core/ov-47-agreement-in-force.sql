-- id: OV-47
-- title: Every disclosure should be made under an agreement in force that allows its purpose
-- asks: Does each disclosure name an agreement that was in force on the date and that allows the purpose it was sent for?
-- kind: benchmark
-- basis: Data Protection Act 1998 principle 1, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- basis: Data Protection Act 2018 s.36(1), as the reason, not as the rule (2018-05-25 .. 2026-02-04)
-- basis: Data Protection Act 2018 s.36(1), as amended by the Data (Use and Access) Act 2025 s.71(8), as the reason, not as the rule (2026-02-05 ..)
-- basis: Data Protection Act 2018 s.40, as the reason, not as the rule (2018-05-25 ..)
-- dated: sent_at
-- found in: Gangs Violence Matrix: entries were shared without guidance to those who received them, Information Commissioner, enforcement notice announced on 16 November 2018
-- severity: high
-- gate: refuse
-- limits: No section says in terms that every disclosure needs an agreement. An agreement is how a controller shows that the purpose was settled in advance, and a disclosure that a court orders needs none (accept it individually). The recipient's name is not compared with the agreement's. Purposes are compared as codes.
-- remedy: Make or renew the agreement before you send more, or recall what was sent outside it.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at, disclosure.agreement_id,
       disclosure.agreement_id is null
       or case when not has(disclosure.sent_at) then null
               when has(agreement.starts_on) then day_of(disclosure.sent_at) < agreement.starts_on end
       or case when has(agreement.ends_on) then day_of(disclosure.sent_at) > agreement.ends_on end
       or case when not has(agreement.agreement_id) then null
               when not has(agreement.purposes) then null
               when has(disclosure.purpose)
                   then replace(' ' || agreement.purposes || ' ', ' ' || disclosure.purpose || ' ', '')
                        = ' ' || agreement.purposes || ' ' end as breach,
       case when disclosure.agreement_id is null then 'no agreement is named'
            when day_of(disclosure.sent_at) < agreement.starts_on then 'sent before the agreement was in force'
            when day_of(disclosure.sent_at) > agreement.ends_on then 'sent after the agreement had ended'
            else 'the agreement does not allow the purpose' end as reason
from disclosure
left join agreement on agreement.agreement_id = disclosure.agreement_id
