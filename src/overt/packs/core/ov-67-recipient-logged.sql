-- id: OV-67
-- title: The log of a disclosure must show who received it
-- asks: Does each log entry for a disclosure name its recipient, or is there a disclosure of that entry on that date which does?
-- kind: statute
-- basis: Data Protection Act 2018 s.62(3) (2018-05-25 .. 2025-08-18)
-- basis: Data Protection Act 2018 s.62(3), as amended by the Data (Use and Access) Act 2025 s.82 (2025-08-19 ..)
-- basis: Data Protection Act 2018 Sch 20 para 14 (2018-05-25 .. 2023-05-05)
-- in force: 2018-05-25 ..
-- dated: occurred_at
-- severity: medium
-- gate: none
-- limits: The section requires the recipient so far as possible; a query cannot tell what was possible. A disclosure of the entry on the same date that names an organisation counts, whichever organisation it was. An automated system set up before 6 May 2016 was exempt until 5 May 2023 so far as logging would have required disproportionate effort; if the date on which the system was set up is not given, anything missing from a log entry up to then is unknown.
-- remedy: Change the system to log the recipient. Find out who received what, and note that it was added later.
select access.access_id, access.entry_id, access.occurred_at,
       case when trim(access.recipient) <> '' or sent.entry_id is not null then false
            when not has(access.recipient) then null
            when not has(disclosure.entry_id) then null
            when not has(disclosure.sent_at) then null
            when not has(disclosure.recipient) then null
            when access.action is null or access.entry_id is null or access.occurred_at is null then null
            when undated.entry_id is not null then null
            when day_of(access.occurred_at) < '2023-05-06' and :system_set_up_on < '2016-05-06' then null
            else true end as breach,
       'the log entry does not record who received it' as reason
from access
left join (
    select disclosure.entry_id, day_of(disclosure.sent_at) as on_day
    from disclosure
    where trim(disclosure.recipient) <> ''
    group by disclosure.entry_id, day_of(disclosure.sent_at)
) as sent on sent.entry_id = access.entry_id and sent.on_day = day_of(access.occurred_at)
left join (
    select disclosure.entry_id
    from disclosure
    where trim(disclosure.recipient) <> '' and disclosure.sent_at is null
    group by disclosure.entry_id
) as undated on undated.entry_id = access.entry_id
where access.action = 'disclose' or access.action is null
