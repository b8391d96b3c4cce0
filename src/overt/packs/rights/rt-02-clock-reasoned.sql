-- id: RT-02
-- title: A clock is stopped or extended by the law of the request, with a reason and in time
-- asks: Does each step that stops the clock of a request or extends its period give a reason, under a law that knows it, and an extension in the first month?
-- kind: statute
-- basis: Data Protection Act 2018 s.54 (2018-05-25 .. 2026-02-04)
-- basis: Data Protection Act 2018 s.54 (2026-02-05 ..)
-- dated: received_on
-- severity: medium
-- gate: refuse
-- limits: a request that came in before 5 February 2026 keeps the law of then, which knew neither pause nor extension (SI 2026/82, reg. 4); a pause lies open for access only; days to learn who asks are no pause but a later start (s.54(2)); an extension is in time up to 28 days after receipt and late after 35; between them, or where a pause or a question who asks came before, it cannot be told; does not judge whether the reason is a good one, nor whether the person was told of it; requests for information and objections are out of scope
-- remedy: Record why, and tell the person in the first month; without a reason, or under the earlier law, the period was one month.
select weighed.step_id, weighed.request_id, weighed.kind, weighed.done_on, weighed.received_on,
       case when not (weighed.is_silent or weighed.is_powerless or weighed.is_late) then false
            when weighed.kind is not null and weighed.asked is not null
                then weighed.is_silent or weighed.is_powerless or weighed.is_late end as breach,
       case when weighed.is_silent then 'the clock was stopped or the period extended without a reason'
            when weighed.is_powerless then 'the law of the day of receipt knows neither pause nor extension'
            else 'the period was extended after the first month' end as reason
from (
    select request_step.step_id, request_step.request_id, request_step.kind, request_step.done_on,
           request.received_on, request.kind as asked,
           coalesce(trim(request_step.reason), '') = '' as is_silent,
           request.received_on < :extendable_from as is_powerless,
           case when request_step.kind = 'paused' then false
                when request_step.done_on <= add_days(request.received_on, 28) then false
                when moved.step_count > 0 then null
                else request_step.done_on > add_days(request.received_on, 35) end as is_late
    from request_step
    left join request on request.request_id = request_step.request_id
    left join (
        select request_step.request_id, count(*) as step_count
        from request_step
        where request_step.kind in ('paused', 'identity_asked') or request_step.kind is null
        group by request_step.request_id
    ) as moved on moved.request_id = request_step.request_id
    where (request_step.kind in ('paused', 'extended') or request_step.kind is null)
      and (request.kind in ('access', 'rectification', 'erasure', 'restriction') or request.kind is null)
) as weighed
