-- id: OV-51
-- title: Every log entry for a consultation or disclosure must record who, when and, where the law required it, why
-- asks: Does each log entry for a consultation or disclosure name a person and a time and, up to 18 August 2025, a justification?
-- kind: statute
-- basis: Data Protection Act 2018 s.62(2)-(3): with the justification for consultation and disclosure (2018-05-25 .. 2025-08-18)
-- basis: Data Protection Act 2018 s.62(2)-(3), as amended by the Data (Use and Access) Act 2025 s.82: without the justification (2025-08-19 ..)
-- in force: 2018-05-25 ..
-- dated: occurred_at
-- severity: high
-- gate: none
-- limits: The duty to log a justification ended on 18 August 2025. The section requires the identity so far as possible; a query cannot tell what was possible. An automated system set up before 6 May 2016 was exempt until 5 May 2023 so far as logging would have required disproportionate effort; if the date on which the system was set up is not given, anything missing from a log entry up to then is unknown. Whether the reason given is true can only be judged by a person. The recipient of a disclosure is not a column of the log.
-- remedy: Change the system to log the missing details. For past entries, record what can still be established and note that it was added later.
select access.access_id, access.entry_id, access.occurred_at,
       case when has(access.action) then case when access.action in ('consult', 'disclose') then true end end
       and (
           case when has(access.actor) then coalesce(trim(access.actor), '') = '' end
           or case when access.occurred_at is null then true
                   when day_of(access.occurred_at) > :justification_logged_until then false
                   when has(access.reason) then coalesce(trim(access.reason), '') = '' end
       )
       and case when day_of(access.occurred_at) < '2023-05-06' and :system_set_up_on < '2016-05-06' then null else true end as breach,
       case when case when has(access.actor) then coalesce(trim(access.actor), '') = '' end then 'the log entry does not record who'
            when access.occurred_at is null then 'the log entry does not record when'
            else 'the log entry does not record why' end as reason
from access
where case when has(access.action) then coalesce(access.action in ('consult', 'disclose'), true) else true end
