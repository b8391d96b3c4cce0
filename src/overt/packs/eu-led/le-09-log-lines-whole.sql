-- id: LE-09
-- title: Each line of the log says who and when, and why for consultation and disclosure
-- asks: Does each line of the log name a person and a time, and each consultation and disclosure a justification?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 25(1) (2018-05-06 ..)
-- dated: occurred_at
-- severity: high
-- gate: none
-- limits: the article asks who consulted or disclosed, so far as possible, and the control asks it of every line; the United Kingdom ended the duty to log a justification in August 2025 and the Union did not, so core's OV-51 may be quiet where this control is not; a directive binds through national law, so cite the national provision too
-- remedy: Have the system log what is missing from now on; record what can still be learned of the past lines, and that it was added later.
select access.access_id, access.entry_id, access.occurred_at,
       case when has(access.actor) then coalesce(trim(access.actor), '') = '' end
       or case when access.occurred_at is null then true
               when trim(access.reason) <> '' then false
               when has(access.reason)
                   then case when has(access.action) then access.action in ('consult', 'disclose') end
               when access.action not in ('consult', 'disclose') then false end as breach,
       case when case when has(access.actor) then coalesce(trim(access.actor), '') = '' end then 'the line does not say who'
            when access.occurred_at is null then 'the line does not say when'
            else 'the line does not say why' end as reason
from access
