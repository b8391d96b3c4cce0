-- id: OV-39
-- title: Items should be collected while their authorisation is in force
-- asks: Was each item that names an authorisation collected between the date it was granted and the date it expired or was cancelled?
-- kind: code
-- basis: Home Office, Covert Surveillance and Property Interference: Revised Code of Practice, August 2018 (2018-09-01 ..)
-- basis: Home Office, Covert Human Intelligence Sources: Revised Code of Practice, 2018 (2018-09-01 .. 2022-12-12)
-- basis: Home Office, Covert Human Intelligence Sources: Revised Code of Practice, December 2022 (2022-12-13 ..)
-- basis: Regulation of Investigatory Powers Act 2000 ss.27 and 43, as the reason, not as the rule (2000-09-25 ..)
-- dated: collected_on
-- severity: critical
-- gate: refuse
-- limits: Works in whole days, including the first and last. An authorisation without a cancellation date is taken not to have been cancelled. A statutory power, an order or consent is checked by its dates like an authorisation: without an end date the result is unknown. If a renewal is not in the table, later items appear to be late. The Act of 2000 does not cover conduct that is likely to take place in Scotland, which has its own Act.
-- remedy: Report the error to the oversight body, and delete what was collected while the authorisation was not in force.
select item.item_id, item.entry_id, item.authority_id, item.collected_on,
       case when has(authority.granted_on) then item.collected_on < authority.granted_on end
       or case when has(authority.expires_on) then item.collected_on > authority.expires_on end
       or case when has(authority.cancelled_on) then coalesce(item.collected_on > authority.cancelled_on, false) end as breach,
       case when item.collected_on < authority.granted_on then 'collected before the authorisation was granted'
            when item.collected_on > authority.cancelled_on then 'collected after the authorisation was cancelled'
            else 'collected after the authorisation expired' end as reason
from item
left join authority on authority.authority_id = item.authority_id
where item.authority_id is not null
