-- id: RT-05
-- title: Nobody is answered before it is known who asks
-- asks: Was the identity of who asked noted by the day on which each request was answered?
-- kind: own policy
-- basis: The register's own rule that nobody is answered before it is known who asks
-- basis: Data Protection Act 2018 s.52(4), as the reason: where there is doubt the controller may ask (2018-05-25 ..)
-- basis: Data Protection Act 2018 ss.40 and 66, as the reason (2018-05-25 ..)
-- dated: answered_on
-- severity: high
-- gate: none
-- limits: the law lets the controller ask where there is doubt, and does not oblige it to note a check; sees that a check was noted and on which day, and never the document; does not judge whether the check was enough; requests for information, complaints and withdrawn requests are out of scope
-- remedy: Find out who got the answer; where it was the wrong person, it is a breach of personal data.
select request.request_id, request.kind, request.received_on, request.answered_on,
       case when checked.first_on <= request.answered_on then false
            when checked.undated > 0 or request.kind is null or request.outcome is null then null
            else true end as breach,
       'the answer went out before it was known who asked' as reason
from request
left join (
    select request_step.request_id, min(request_step.done_on) as first_on,
           count(*) filter (where request_step.done_on is null) as undated
    from request_step
    where request_step.kind = 'identity'
    group by request_step.request_id
) as checked on checked.request_id = request.request_id
where request.answered_on is not null and request.outcome is distinct from 'withdrawn'
      and (request.kind not in ('information', 'complaint') or request.kind is null)
