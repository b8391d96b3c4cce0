-- id: OV-44
-- title: The person should be within the scope of the authorisation
-- asks: Where an item was collected under an authorisation, does the authorisation cover the person whose entry it belongs to?
-- kind: benchmark
-- basis: Regulation of Investigatory Powers Act 2000 s.28, as the reason, not as the rule (2000-09-25 ..)
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- dated: collected_on
-- found in: Catt v United Kingdom (43514/15), 24 January 2019: of 66 entries about a peaceful protester many stood on other people's records
-- severity: high
-- gate: hold
-- limits: Searches for the person's pseudonym in the written scope, so an authorisation for a place or an operation that names no one counts as a breach. Material about victims and witnesses is expected to be collateral and is not examined. The Act of 2000 does not cover conduct that is likely to take place in Scotland, which has its own Act.
-- remedy: Decide and record whether the person was a subject of the operation. If not, delete the item or keep it separately as collateral material.
select item.item_id, item.entry_id, item.authority_id, item.collected_on, entry.unit,
       case when replace(' ' || authority.scope || ' ', ' ' || entry.subject_id || ' ', '')
                 <> ' ' || authority.scope || ' ' then false
            when authority.scope is null or entry.subject_id is null or entry.role is null then null
            else true end as breach,
       'the authorisation does not cover this person' as reason
from item
left join entry on entry.entry_id = item.entry_id
left join authority on authority.authority_id = item.authority_id
where item.authority_id is not null
  and (entry.role is null or entry.role not in ('victim', 'witness'))
