-- id: RT-12
-- title: The person must be told of a restriction of access in time
-- asks: Where access was restricted, was the person told by the date on which the request was due, or is the reason for not telling them on record?
-- kind: statute
-- basis: Data Protection Act 2018 s.45(5), (6) (2026-02-05 ..)
-- in force: 2026-02-05 ..
-- dated: received_on
-- severity: high
-- gate: none
-- limits: Uses the date of receipt: a restriction of an earlier request had to be notified without undue delay, which sets no date. Uses the due date held in the register. An answer in part is examined if it names s.45(4). Checks that a reason not to tell the person is on record, not that telling them would have undermined the purpose. An answer that neither confirms nor denies is not examined here.
-- remedy: Tell the person of the restriction, the reasons, and the rights under ss.51 and 167, or record why the person cannot be informed.
select request.request_id, request.received_on, request.due_on, request.told_on,
       case when trim(request.told_withheld_reason) <> '' then false
            when coalesce(request.told_on, :as_of) <= request.due_on then false
            when request.kind is null then null
            when request.due_on is not null then true end as breach,
       case when request.told_on is null then 'the person was not told of the restriction'
            else 'the person was told after the date on which the request was due' end as reason
from request
where (request.kind = 'access' or request.kind is null)
  and (request.outcome = 'restricted'
       or (request.outcome = 'partly' and replace(lower(request.ground), ' ', '') like '%45(4)%'))
