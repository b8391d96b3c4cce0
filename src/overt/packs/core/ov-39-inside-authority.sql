-- id: OV-39
-- title: Items were collected while their authority was in force
-- asks: Was each item that names an authority collected between the day it was granted and the day it expired or was cancelled?
-- kind: code
-- basis: Home Office, Covert Surveillance and Property Interference: Revised Code of Practice, August 2018 (2018-09-01 ..)
-- basis: Home Office, Covert Human Intelligence Sources: Revised Code of Practice, 2018 (2018-09-01 .. 2022-12-12)
-- basis: Home Office, Covert Human Intelligence Sources: Revised Code of Practice, December 2022 (2022-12-13 ..)
-- basis: Regulation of Investigatory Powers Act 2000 ss.27 and 43, as the reason, not as the rule (2000-09-25 ..)
-- dated: collected_on
-- severity: critical
-- gate: refuse
-- limits: works with days and not hours, and counts the first and the last day in; an authority without a cancellation date is taken not to have been cancelled; a statutory power, an order or consent is asked for its days like an authority: without a last day it cannot be told; a renewal that is not in the table makes later items look late; the Act of 2000 does not reach conduct that is likely to take place in Scotland, which has an Act of its own
-- remedy: Report the error to the oversight body, and delete what was collected outside the authority.
select item.item_id, item.entry_id, item.authority_id, item.collected_on,
       case when has(authority.granted_on) then item.collected_on < authority.granted_on end
       or case when has(authority.expires_on) then item.collected_on > authority.expires_on end
       or case when has(authority.cancelled_on) then coalesce(item.collected_on > authority.cancelled_on, false) end as breach,
       case when item.collected_on < authority.granted_on then 'collected before the authority was granted'
            when item.collected_on > authority.cancelled_on then 'collected after the authority was cancelled'
            else 'collected after the authority expired' end as reason
from item
left join authority on authority.authority_id = item.authority_id
where item.authority_id is not null
