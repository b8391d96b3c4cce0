-- id: LE-09
-- title: Each line of a consultation or disclosure says who, when and why
-- asks: Does each line of the log about a consultation or disclosure name a person, a time and a justification?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 25(1) (2018-05-06 ..)
-- dated: occurred_at
-- severity: high
-- gate: none
-- limits: the article asks who consulted or disclosed as far as possible; a system set up before 6 May 2016 could be left out until 6 May 2023 by national law, and in exceptional cases until 6 May 2026, so that of an earlier line with a gap it cannot be told; the United Kingdom ended the duty to log a justification in August 2025 and the Union did not, so core's OV-51 may be quiet where this control is not; a directive binds through national law, so cite the national provision too
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
