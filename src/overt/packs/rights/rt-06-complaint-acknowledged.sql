-- id: RT-06
-- title: A complaint must be acknowledged within 30 days
-- asks: Was each complaint to the controller acknowledged within 30 days of its receipt, or is that date still to come?
-- kind: statute
-- basis: Data Protection Act 2018 s.164A(3) (2026-06-19 ..)
-- in force: 2026-06-19 ..
-- dated: received_on
-- severity: medium
-- gate: none
-- limits: A last day that is a Saturday or Sunday moves to the Monday (s.205(2)). Bank holidays are not held: if the last day is one on which an English bank holiday can fall, the result is unknown for the four days after it. A response within that time also acknowledges the complaint. Does not judge what the acknowledgement said.
-- remedy: Acknowledge the complaint now, state that the acknowledgement is late, and record it as a step of the request.
select waited.request_id, waited.received_on, waited.last_on, waited.acknowledged_on, waited.answered_on,
       case when waited.acknowledged_on <= waited.last_on or waited.answered_on <= waited.last_on
                 or :as_of <= waited.last_on then false
            when waited.kind is null or waited.unsaid_count > 0 or waited.last_on is null then null
            when (waited.acknowledged_on <= add_days(waited.last_on, 4)
                  or waited.answered_on <= add_days(waited.last_on, 4) or :as_of <= add_days(waited.last_on, 4))
                 and (days_between(end_of_year(waited.last_on), waited.last_on) between 122 and 128
                      or days_between(end_of_year(waited.last_on), waited.last_on) between 209 and 220
                      or days_between(end_of_year(waited.last_on), waited.last_on) between 237 and 286
                      or days_between(end_of_year(waited.last_on), waited.last_on) <= 6
                      or days_between(end_of_year(waited.last_on), waited.last_on) >= 362) then null
            else true end as breach,
       'the complaint was not acknowledged within 30 days' as reason
from (
    select request.request_id, request.kind, request.received_on, request.answered_on,
           after_weekend(add_days(request.received_on, 30)) as last_on,
           steps.acknowledged_on, steps.unsaid_count
    from request
    left join (
        select request_step.request_id,
               min(case when request_step.kind = 'acknowledged' then request_step.done_on end) as acknowledged_on,
               count(*) filter (where request_step.kind is null
                                   or (request_step.kind = 'acknowledged' and request_step.done_on is null)) as unsaid_count
        from request_step
        group by request_step.request_id
    ) as steps on steps.request_id = request.request_id
    where request.kind = 'complaint' or request.kind is null
) as waited
