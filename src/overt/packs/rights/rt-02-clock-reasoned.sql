-- id: RT-02
-- title: A clock is stopped or extended with a reason
-- asks: Does each step that stops the clock of a request or extends its period give a reason?
-- kind: statute
-- basis: Data Protection Act 2018 s.54 (2026-02-05 ..)
-- dated: done_on
-- severity: medium
-- gate: refuse
-- limits: does not judge whether the reason is a good one, nor whether the person was told of it in the first month; a step that neither stops nor extends a clock is out of scope
-- remedy: Record why, and tell the person; without a reason the period was one month.
select request_step.step_id, request_step.request_id, request_step.kind, request_step.done_on,
       case when request_step.kind is null and coalesce(trim(request_step.reason), '') = '' then null
            else coalesce(trim(request_step.reason), '') = '' end as breach,
       'the clock was stopped or the period extended without a reason' as reason
from request_step
where request_step.kind in ('paused', 'extended') or request_step.kind is null
