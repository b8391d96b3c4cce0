-- id: FR-03
-- title: Every dissemination should be logged
-- asks: Does the log have an entry for each disclosure, and does each disclosure state who received it?
-- kind: benchmark
-- basis: Code of Federal Regulations, title 28, section 23.20(e), (g) (1993-09-16 ..)
-- dated: sent_at
-- severity: high
-- gate: none
-- limits: Applies to systems with federal support (34 U.S.C. section 10231(c)), which no column records, so this control is a benchmark. The wording of the paragraphs was not available. Log entries name register entries, so a disclosure counts as logged if its entry has a log entry for a disclosure on that date. A dissemination that left no row anywhere is not found.
-- remedy: Find out what was sent to whom and why it was not logged, and log it with the date on which that was found out.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at,
       case when has(disclosure.recipient) and coalesce(trim(disclosure.recipient), '') = '' then true
            when logged.entry_id is not null then case when has(disclosure.recipient) then false end
            when not has(access.entry_id) then null
            when not has(access.occurred_at) then null
            when not has(access.action) then null
            when disclosure.entry_id is null or disclosure.sent_at is null then null
            else true end as breach,
       case when case when has(disclosure.recipient) then coalesce(trim(disclosure.recipient), '') = '' end
                then 'the recipient is not recorded'
            else 'the log does not record this disclosure' end as reason
from disclosure
left join (
    select access.entry_id, day_of(access.occurred_at) as on_day
    from access
    where access.action = 'disclose'
    group by access.entry_id, day_of(access.occurred_at)
) as logged on logged.entry_id = disclosure.entry_id and logged.on_day = day_of(disclosure.sent_at)
