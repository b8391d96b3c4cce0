-- id: OV-38
-- title: Private material should record the authorisation or power it was collected under
-- asks: Was each item from a private account, or obtained through a persona, collected under an authorisation, or under a power, an order or consent in its place?
-- kind: code
-- basis: Home Office, Covert Surveillance and Property Interference: Revised Code of Practice, August 2018 (2018-09-01 ..)
-- basis: Home Office, Covert Human Intelligence Sources: Revised Code of Practice, 2018 (2018-09-01 .. 2022-12-12)
-- basis: Home Office, Covert Human Intelligence Sources: Revised Code of Practice, December 2022 (2022-12-13 ..)
-- basis: Human Rights Act 1998 s.6, as the reason, not as the rule: European Convention on Human Rights art 8 (2000-10-02 ..)
-- basis: Regulation of Investigatory Powers Act 2000 ss.26-29, as the reason, not as the rule (2000-09-25 ..)
-- basis: Regulation of Investigatory Powers Act 2000 s.80, as the reason, not as the rule (2000-09-25 ..)
-- dated: collected_on
-- found in: Project Alpha: profiles were made from "private and open" accounts, as reported by Byline Times, 25 October 2021
-- severity: critical
-- gate: refuse
-- limits: Checks that an authorisation is named, not that it was necessary or proportionate. Whether it was in force on the date is a matter for OV-39, and whether it covered the person for OV-44. The Act of 2000 gives protection and imposes no requirement (s.80): a statutory power, an order, a warrant or consent may take the place of an authorisation, and counts if it is recorded as one. The Act of 2000 does not cover conduct that is likely to take place in Scotland, which has its own Act.
-- remedy: Record the authorisation, power, order or consent that the item was collected under, or delete the item and report the error to the oversight body.
select item.item_id, item.entry_id, item.collected_on,
       case when item.authority_id is not null then false
            when item.visibility is null then null
            else true end as breach,
       'no authorisation is recorded' as reason
from item
where item.visibility in ('private', 'persona') or item.visibility is null
