-- id: RT-14
-- title: A refusal must name the right to complain to the controller
-- asks: Does each answer that refuses or restricts state that the person can complain to the controller?
-- kind: statute
-- basis: Data Protection Act 2018 s.45(5), as amended by the Data (Use and Access) Act 2025 Sch 10 (2026-06-19 ..)
-- basis: Data Protection Act 2018 s.48(1), (4), as amended by the Data (Use and Access) Act 2025 Sch 10 (2026-06-19 ..)
-- in force: 2026-06-19 ..
-- dated: answered_on
-- severity: medium
-- gate: none
-- limits: Uses the date of the answer. Relies on the register's record of what the letter says. An answer that neither confirms nor denies may leave this out (s.45(6)) and is not examined; neither are objections and requests for information.
-- remedy: Write to the person that they can complain to the controller, and explain how.
select request.request_id, request.kind, request.received_on, request.answered_on,
       case when request.names_complaint then false
            when request.kind is not null and not request.names_complaint then true end as breach,
       'the answer does not name the right to complain to the controller' as reason
from request
where request.outcome in ('refused', 'restricted', 'partly')
  and (request.kind in ('access', 'rectification', 'erasure', 'restriction') or request.kind is null)
