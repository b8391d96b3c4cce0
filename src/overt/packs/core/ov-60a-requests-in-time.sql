-- id: OV-60a
-- title: Requests are answered in time
-- asks: Was each request answered by the day it was due, or is that day still to come?
-- kind: statute
-- basis: Data Protection Act 2018 s.54 (2018-05-25 .. 2026-02-04)
-- basis: Data Protection Act 2018 s.54, as amended by the Data (Use and Access) Act 2025 s.76 (2026-02-05 ..)
-- basis: Freedom of Information Act 2000 s.10(1) (2005-01-01 ..)
-- dated: received_on
-- severity: high
-- gate: none
-- limits: takes the due day as the register has it; where there is none, works it out from the day of receipt: for a person's own request a month that leaves the first day out, and two more where it was received from 5 February 2026 and extended; holidays at the end may add four days, and while who asks or what is asked was being cleared up the clock may have stood, so that then it cannot be told; for information, of which the twentieth working day needs a calendar, 28 days are in time and more than 40 are late; a request received before 5 February 2026 keeps the section as it was; a complaint without a due day is out of scope, since the law gives it none; an answer in time may still be no answer; the Act of 2000 does not bind Scottish authorities
-- remedy: Answer now, say why it is late, and tell the person of the right to complain to the controller and to the Information Commission.
select counted.request_id, counted.received_on, counted.due_on, counted.answered_on,
       case when counted.due_on is not null then counted.done_on > counted.due_on
            when counted.kind = 'information'
                then case when counted.done_on <= add_days(counted.received_on, 28) then false
                          when counted.done_on > add_days(counted.received_on, 40) then true end
            when counted.kind in ('access', 'rectification', 'erasure', 'restriction')
                then case when counted.done_on <= months_after(counted.received_on, 1) then false
                          when not has(request_step.request_id) then null
                          when not has(request_step.kind) then null
                          when counted.stopped_count > 0 then null
                          when counted.done_on <= months_after(counted.received_on, counted.months) then false
                          when counted.done_on > add_days(months_after(counted.received_on, counted.months), 4)
                              then true end end as breach,
       case when counted.answered_on is null then 'not answered and past its day'
            else 'answered after its day' end as reason
from (
    select request.request_id, request.received_on, request.due_on, request.answered_on,
           coalesce(request.answered_on, :as_of) as done_on,
           case when has(request.kind) then request.kind end as kind,
           steps.stopped_count,
           case when steps.extended_count > 0 and request.received_on >= '2026-02-05' then 3 else 1 end as months
    from request
    left join (
        select request_step.request_id,
               count(*) filter (where coalesce(request_step.kind in ('identity_asked', 'paused'), true)) as stopped_count,
               count(*) filter (where request_step.kind = 'extended') as extended_count
        from request_step
        group by request_step.request_id
    ) as steps on steps.request_id = request.request_id
    where request.outcome is distinct from 'withdrawn'
          and (request.due_on is not null or request.kind is distinct from 'complaint')
) as counted
