-- id: OV-60a
-- title: Requests must be answered on time
-- asks: Was each request answered by its due date, or is that date still to come?
-- kind: statute
-- basis: Data Protection Act 2018 s.54 (2018-05-25 .. 2026-02-04)
-- basis: Data Protection Act 2018 s.54, as amended by the Data (Use and Access) Act 2025 s.76 (2026-02-05 ..)
-- basis: Freedom of Information Act 2000 s.10(1) (2005-01-01 ..)
-- dated: received_on
-- severity: high
-- gate: none
-- limits: Uses the due date held in the register. If there is none, calculates it from the date of receipt. For a person's own request it is one month, not counting the first day, and two more months if the request was received from 5 February 2026 and extended. Holidays at the end may add four days, and the time limit may have been paused while identity or scope was being clarified, so in those cases the result is unknown. For a request for information, where the twentieth working day needs a calendar, 28 days are in time and more than 40 are late. A request received before 5 February 2026 is judged by the section as it then was. A complaint without a due date is out of scope, because the law gives it none. A response sent in time may still fail to answer the request. The Act of 2000 does not apply to Scottish authorities.
-- remedy: Answer now, explain why the answer is late, and tell the person of the right to complain to the controller and to the Information Commission.
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
       case when counted.answered_on is null then 'unanswered and overdue'
            else 'answered after the due date' end as reason
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
