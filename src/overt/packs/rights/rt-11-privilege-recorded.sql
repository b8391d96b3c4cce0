-- id: RT-11
-- title: Reliance on privilege must have its reason on record
-- asks: Where an answer rests on legal professional privilege, is the reason recorded?
-- kind: statute
-- basis: Data Protection Act 2018 s.45A (2025-09-05 ..)
-- dated: received_on
-- in force: 2025-09-05 ..
-- severity: medium
-- gate: refuse
-- limits: Recognises the section by its number as written. Checks that a reason is recorded, not that it is a good one, or that the person was told. The section on national security, s.78A, does not require anyone to be told or anything to be recorded. Reliance on the section for an earlier request is a matter for RT-10. Requests for information are out of scope.
-- remedy: Record the reason, and tell the person the decision, the reason, and the rights under ss.51, 165 and 167.
select request.request_id, request.kind, request.received_on, request.answered_on,
       case when trim(request.reasons) <> '' then false
            when request.kind is not null then true end as breach,
       'no reason is recorded' as reason
from request
where replace(lower(request.ground), ' ', '') like '%45a%' and request.kind is distinct from 'information'
