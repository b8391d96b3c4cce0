-- id: LE-09
-- title: Every log entry for a consultation or disclosure must record who, when and why
-- asks: Does each log entry for a consultation or disclosure name a person, a time and a justification?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 25(1) (2018-05-06 ..)
-- dated: occurred_at
-- severity: high
-- gate: none
-- limits: The article requires, as far as possible, who consulted or disclosed. National law could exempt a system set up before 6 May 2016 until 6 May 2023, and in exceptional cases until 6 May 2026, so a gap in an earlier log entry is unknown. The United Kingdom ended the duty to log a justification in August 2025 and the Union did not, so core's OV-51 may find no breach where this control does. A directive takes effect through national law: cite the national provision as well.
-- remedy: Change the system to log the missing details. For past entries, record what can still be established and note that it was added later.
select access.access_id, access.entry_id, access.occurred_at,
       case when trim(access.actor) <> '' and trim(access.reason) <> '' and access.occurred_at is not null then false
            when access.action is null or day_of(access.occurred_at) < :old_systems_until then null
            when has(access.actor) and coalesce(trim(access.actor), '') = '' then true
            when access.occurred_at is null then true
            when has(access.reason) and coalesce(trim(access.reason), '') = '' then true end as breach,
       case when case when has(access.actor) then coalesce(trim(access.actor), '') = '' end then 'the log entry does not record who'
            when access.occurred_at is null then 'the log entry does not record when'
            else 'the log entry does not record why' end as reason
from access
where access.action in ('consult', 'disclose') or access.action is null
