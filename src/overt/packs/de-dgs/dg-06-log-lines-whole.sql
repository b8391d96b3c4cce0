-- id: DG-06
-- title: Every log entry for a consultation or disclosure must record who, when and why
-- asks: Does each log entry for a consultation or disclosure name a person, a time and a justification?
-- kind: statute
-- basis: Bundesdatenschutzgesetz section 76(2) (2018-05-25 ..)
-- dated: occurred_at
-- severity: high
-- gate: none
-- limits: The section requires, as far as possible, who consulted or disclosed, and to whom, which the model's log does not record. European law allowed a system set up before 6 May 2016 to be exempted until 6 May 2023, so a gap in an earlier log entry is unknown.
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
