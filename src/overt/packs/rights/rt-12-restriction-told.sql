-- id: RT-12
-- title: A restriction of access is told in time
-- asks: Where access was restricted, was the person told by the day on which the request was due, or is it on record why not?
-- kind: statute
-- basis: Data Protection Act 2018 s.45(5), (6) (2026-02-05 ..)
-- in force: 2026-02-05 ..
-- dated: received_on
-- severity: high
-- gate: none
-- limits: goes by the day of receipt: a restriction of an earlier request had to be told without undue delay, which no day says; takes the due day as the register has it; an answer in part is asked about where it names s.45(4); sees that a reason not to tell is on record, not that telling would have undermined the purpose; that neither is confirmed nor denied is not asked here
-- remedy: Tell the person of the restriction, the reasons, and the rights under ss.51 and 167, or record why they cannot be told.
select request.request_id, request.received_on, request.due_on, request.told_on,
       case when trim(request.told_withheld_reason) <> '' then false
            when coalesce(request.told_on, :as_of) <= request.due_on then false
            when request.kind is null then null
            when request.due_on is not null then true end as breach,
       case when request.told_on is null then 'the person was not told of the restriction'
            else 'the person was told after the day on which the request was due' end as reason
from request
where (request.kind = 'access' or request.kind is null)
  and (request.outcome = 'restricted'
       or (request.outcome = 'partly' and replace(lower(request.ground), ' ', '') like '%45(4)%'))
