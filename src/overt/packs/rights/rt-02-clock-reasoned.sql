-- id: RT-02
-- title: Every pause or extension of a time limit must be allowed by law, reasoned and in time
-- asks: Does each step that pauses or extends the time limit of a request give a reason, under a law that allows it, and was each extension made in the first month?
-- kind: statute
-- basis: Data Protection Act 2018 s.54 (2018-05-25 .. 2026-02-04)
-- basis: Data Protection Act 2018 s.54 (2026-02-05 ..)
-- dated: received_on
-- severity: medium
-- gate: refuse
-- limits: A request received before 5 February 2026 is judged by the law as it then was, which allowed neither a pause nor an extension (SI 2026/82, reg. 4). Only access requests can be paused. Days spent checking identity are not a pause but a later start (s.54(2)). An extension is in time up to 28 days after receipt and late after 35; between the two, or where a pause or an identity check came before, the result is unknown. Does not judge whether the reason is a good one, or whether the person was told. Requests for information and objections are out of scope.
-- remedy: Record the reason, and tell the person within the first month. Without a reason, or under the earlier law, the period was one month.
select weighed.step_id, weighed.request_id, weighed.kind, weighed.done_on, weighed.received_on,
       case when not (weighed.is_silent or weighed.is_powerless or weighed.is_late) then false
            when weighed.kind is not null and weighed.asked is not null
                then weighed.is_silent or weighed.is_powerless or weighed.is_late end as breach,
       case when weighed.is_silent then 'the time limit was paused or extended without a reason'
            when weighed.is_powerless then 'the law on the date of receipt allowed neither a pause nor an extension'
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
