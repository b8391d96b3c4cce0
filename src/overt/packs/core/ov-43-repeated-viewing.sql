-- id: OV-43
-- title: Repeated viewing of a person's open profile should be considered for authorisation
-- asks: Was material from one person's open profile saved three times or more within the limit of days, without an authorisation?
-- kind: code
-- basis: Home Office, Covert Surveillance and Property Interference: Revised Code of Practice, August 2018, para 3.10 (2018-09-01 ..)
-- basis: Regulation of Investigatory Powers Act 2000 s.26(2), as the reason, not as the rule (2000-09-25 ..)
-- dated: collected_on
-- found in: One force's internal oversight of its open-source activity was found inadequate, Investigatory Powers Commissioner's Office, Annual Report 2018
-- severity: high
-- gate: note
-- limits: Three captures in 28 days is a default with a reason, not law. Material that is viewed and not saved leaves no trace here, three items saved at one sitting count as three, and a recorded decision that no authorisation was needed has no column. A breach is a reason to investigate, not proof of covert surveillance. The Act of 2000 does not cover conduct that is likely to take place in Scotland, which has its own Act.
-- remedy: Have an authorising officer decide whether directed surveillance began, record the decision, and stop or authorise the viewing.
select captured.item_id, captured.entry_id, captured.subject_id, captured.collected_on, captured.unit,
       case when captured.visibility is null or captured.collected_on is null or captured.subject_id is null then null
            else coalesce(days_between(captured.collected_on, captured.second_last_on) <= :repeat_captures_days, false)
            end as breach,
       'the third or a later capture of this person, without an authorisation' as reason
from (
    select item.item_id, item.entry_id, entry.subject_id, item.collected_on, item.visibility, entry.unit,
           lag(item.collected_on, 2) over (
               partition by entry.subject_id, item.visibility
               order by item.collected_on, item.item_id
           ) as second_last_on
    from item
    left join entry on entry.entry_id = item.entry_id
    where item.origin = 'social_media'
      and item.authority_id is null
      and (item.visibility = 'open' or item.visibility is null)
) as captured
