-- id: DG-06
-- title: Each line of a consultation or disclosure says who, when and why
-- asks: Does each line of the log about a consultation or disclosure name a person, a time and a justification?
-- kind: statute
-- basis: Bundesdatenschutzgesetz section 76(2) (2018-05-25 ..)
-- dated: occurred_at
-- severity: high
-- gate: none
-- limits: the section asks who consulted or disclosed as far as possible, and to whom, which a line of the model does not say; European law let a system set up before 6 May 2016 be left out until 6 May 2023, so that of an earlier line with a gap it cannot be told
-- remedy: Have the system log what is missing from now on; record what can still be learned of the past lines, and that it was added later.
select access.access_id, access.entry_id, access.occurred_at,
       case when trim(access.actor) <> '' and trim(access.reason) <> '' and access.occurred_at is not null then false
            when access.action is null or day_of(access.occurred_at) < :old_systems_until then null
            when has(access.actor) and coalesce(trim(access.actor), '') = '' then true
            when access.occurred_at is null then true
            when has(access.reason) and coalesce(trim(access.reason), '') = '' then true end as breach,
       case when case when has(access.actor) then coalesce(trim(access.actor), '') = '' end then 'the line does not say who'
            when access.occurred_at is null then 'the line does not say when'
            else 'the line does not say why' end as reason
from access
where access.action in ('consult', 'disclose') or access.action is null
