-- id: RT-07
-- title: The outcome of a complaint should be given without undue delay
-- asks: Was the person told the outcome of each complaint within the days that the register allows itself, or told of progress in the last of them?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.164A(4), (5), as the reason, not as the rule: without undue delay (2026-06-19 ..)
-- in force: 2026-06-19 ..
-- dated: received_on
-- severity: medium
-- gate: none
-- limits: The section sets no number of days, and both numbers are defaults that a charter may replace. Checks that the person was told of progress, not that anything was done. A complaint that was withdrawn is out of scope.
-- remedy: Tell the person the outcome, or what has been done so far and when the outcome can be expected.
select request.request_id, request.received_on, request.answered_on, told.last_on as progress_on,
       case when days_between(coalesce(request.answered_on, :as_of), request.received_on) <= :complaint_outcome_days then false
            when days_between(coalesce(request.answered_on, :as_of), told.last_on) <= :complaint_progress_days then false
            when request.kind is null or request.received_on is null or told.unsaid_count > 0 then null
            else true end as breach,
       'no outcome, and the person was not told of progress' as reason
from request
left join (
    select request_step.request_id,
           max(case when request_step.kind = 'progress' then request_step.done_on end) as last_on,
           count(*) filter (where request_step.kind is null
                               or (request_step.kind = 'progress' and request_step.done_on is null)) as unsaid_count
    from request_step
    group by request_step.request_id
) as told on told.request_id = request.request_id
where (request.kind = 'complaint' or request.kind is null) and request.outcome is distinct from 'withdrawn'
