-- id: OV-50
-- title: Every collection and disclosure must be logged, and every log entry must match a record
-- asks: Does the log have an entry for each entry, item and disclosure, and does each log entry for a collection or disclosure have its entry or disclosure in the register?
-- kind: statute
-- basis: Data Protection Act 2018 s.62(1) (2018-05-25 .. 2025-08-18)
-- basis: Data Protection Act 2018 s.62(1), as amended by the Data (Use and Access) Act 2025 s.82 (2025-08-19 ..)
-- basis: Data Protection Act 2018 Sch 20 para 14 (2018-05-25 .. 2023-05-05)
-- in force: 2018-05-25 ..
-- dated: on_day
-- found in: Gangs Violence Matrix: no effective central governance, oversight or audit for several years, Information Commissioner, 2018, as reported by Public Law Today
-- severity: high
-- gate: none
-- limits: Log entries name register entries, so an item counts as logged if its entry has any log entry for a collection or alteration, and a disclosure if its entry has a log entry for a disclosure on that date. A consultation leaves no other trace to compare with. Log entries about an entry that has since been erased need no row. An automated system set up before 6 May 2016 was exempt until 5 May 2023 so far as logging would have required disproportionate effort; if the date on which the system was set up is not given, anything missing from the log up to then is unknown.
-- remedy: Find out who collected or sent the records missing from the log, and why they were not logged. Find out what happened to the records that the log names and the register lacks.
with logged as (
    select access.entry_id,
           count(*) filter (where access.action = 'collect') as collect_count,
           count(*) filter (where access.action in ('collect', 'alter')) as write_count,
           count(*) filter (where access.action = 'erase') as erase_count,
           count(*) filter (where access.action is null) as unclear_count
    from access
    group by access.entry_id
),
kept as (
    select entry.entry_id
    from entry
    group by entry.entry_id
),
sent_by_log as (
    select access.entry_id, day_of(access.occurred_at) as on_day
    from access
    where access.action = 'disclose'
    group by access.entry_id, day_of(access.occurred_at)
),
sent_by_register as (
    select disclosure.entry_id, day_of(disclosure.sent_at) as on_day
    from disclosure
    group by disclosure.entry_id, day_of(disclosure.sent_at)
),
compared as (
    select 'entry ' || entry.entry_id as record_key, entry.entry_id, entry.opened_on as on_day,
           case when logged.collect_count > 0 then false
                when logged.unclear_count > 0 then null
                else true end as unmatched,
           'the log does not record the collection of this entry' as reason
    from entry
    left join logged on logged.entry_id = entry.entry_id
    union all
    select 'item ' || item.item_id as record_key, item.entry_id, item.collected_on as on_day,
           case when logged.write_count > 0 then false
                when item.entry_id is null or logged.unclear_count > 0 then null
                else true end as unmatched,
           'the log does not record any collection or alteration for the entry of this item' as reason
    from item
    left join logged on logged.entry_id = item.entry_id
    union all
    select 'disclosure ' || disclosure.disclosure_id as record_key, disclosure.entry_id,
           day_of(disclosure.sent_at) as on_day,
           case when sent_by_log.entry_id is not null then false
                when disclosure.entry_id is null or disclosure.sent_at is null or logged.unclear_count > 0 then null
                else true end as unmatched,
           'the log does not record this disclosure' as reason
    from disclosure
    left join sent_by_log
        on sent_by_log.entry_id = disclosure.entry_id and sent_by_log.on_day = day_of(disclosure.sent_at)
    left join logged on logged.entry_id = disclosure.entry_id
    union all
    select 'line ' || access.access_id as record_key, access.entry_id, day_of(access.occurred_at) as on_day,
           kept.entry_id is null and logged.erase_count = 0 as unmatched,
           'the log records the collection of an entry that is not in the register' as reason
    from access
    left join kept on kept.entry_id = access.entry_id
    left join logged on logged.entry_id = access.entry_id
    where access.action = 'collect'
    union all
    select 'line ' || access.access_id as record_key, access.entry_id, day_of(access.occurred_at) as on_day,
           case when access.occurred_at is null then null
                else sent_by_register.entry_id is null and logged.erase_count = 0 end as unmatched,
           'the log records a disclosure that is not in the register' as reason
    from access
    left join sent_by_register
        on sent_by_register.entry_id = access.entry_id and sent_by_register.on_day = day_of(access.occurred_at)
    left join logged on logged.entry_id = access.entry_id
    where access.action = 'disclose'
)
select compared.record_key, compared.entry_id, compared.on_day,
       compared.unmatched
       and case when compared.on_day < '2023-05-06' and :system_set_up_on < '2016-05-06' then null else true end as breach,
       compared.reason as reason
from compared
