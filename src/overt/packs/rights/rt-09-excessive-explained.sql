-- id: RT-09
-- title: A refusal as unfounded or excessive must give its reasons in time
-- asks: Where a request was refused as manifestly unfounded or excessive, are reasons on record, and was the person told by the date on which the answer was due?
-- kind: statute
-- basis: Data Protection Act 2018 s.53(6), (7) (2026-02-05 ..)
-- in force: 2026-02-05 ..
-- dated: answered_on
-- severity: medium
-- gate: refuse
-- limits: Uses the date of the refusal. Recognises the section by its number as written. Checks that reasons are on record, not that the person was sent them or that they are good ones. Uses the due date held in the register. Before 5 February 2026 the controller had to be able to show this (s.53(3)); OV-60b examines that for every refusal. Requests for information are out of scope.
-- remedy: Tell the person the reasons and the right to complain, and record both.
select request.request_id, request.kind, request.received_on, request.due_on, request.answered_on,
       case when trim(request.reasons) <> '' and request.answered_on <= request.due_on then false
            when request.kind is not null
                then coalesce(trim(request.reasons), '') = '' or request.answered_on > request.due_on end as breach,
       case when coalesce(trim(request.reasons), '') = '' then 'no reasons are recorded'
            else 'told after the date on which the answer was due' end as reason
from request
where replace(lower(request.ground), ' ', '') like '%53(%' and request.kind is distinct from 'information'
