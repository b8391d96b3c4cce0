-- id: RT-05
-- title: No request should be answered before the requester's identity is checked
-- asks: Was the requester's identity check recorded by the date on which each request was answered?
-- kind: own policy
-- basis: The register's own rule that the requester's identity is checked before a request is answered
-- basis: Data Protection Act 2018 s.52(4), as the reason: where there is doubt the controller may ask (2018-05-25 ..)
-- basis: Data Protection Act 2018 ss.40 and 66, as the reason (2018-05-25 ..)
-- dated: answered_on
-- severity: high
-- gate: none
-- limits: The law allows the controller to ask where there is doubt, and does not require it to record a check. Checks that an identity check was recorded and its date, never the document. Does not judge whether the check was sufficient. Requests for information, complaints, withdrawn requests and those closed because nobody showed who they are are out of scope.
-- remedy: Find out who received the response. If it was the wrong person, this is a personal data breach.
select request.request_id, request.kind, request.received_on, request.answered_on,
       case when checked.first_on <= request.answered_on then false
            when checked.undated > 0 or request.kind is null or request.outcome is null then null
            else true end as breach,
       'the response was sent before the identity check' as reason
from request
left join (
    select request_step.request_id, min(request_step.done_on) as first_on,
           count(*) filter (where request_step.done_on is null) as undated
    from request_step
    where request_step.kind = 'identity'
    group by request_step.request_id
) as checked on checked.request_id = request.request_id
where request.answered_on is not null
      and (request.outcome not in ('withdrawn', 'unidentified') or request.outcome is null)
      and (request.kind not in ('information', 'complaint') or request.kind is null)
