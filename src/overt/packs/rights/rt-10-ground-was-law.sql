-- id: RT-10
-- title: Each answer must rest on a section that was law for the request
-- asks: Does each answer to a person rest on a section that was law for a request received on that date?
-- kind: statute
-- basis: Data Protection Act 2018 ss.44(4), 45(4) and 48(3) (2018-05-25 .. 2025-09-04)
-- basis: Data Protection Act 2018 ss.44(4), 45(4), 48(3), 45A and 78A (2025-09-05 ..)
-- dated: received_on
-- severity: high
-- gate: refuse
-- limits: National security was an aim of ss.44(4)(d), 45(4)(d) and 48(3)(d) for requests received up to 4 September 2025 and is an exemption, s.78A, from the next day, as is privilege, s.45A (SI 2025/996, regs 3 and 4). Recognises a section by its number as written, so a range such as (a) to (e) is not read. A restriction without a request is not found here. Requests for information are out of scope.
-- remedy: Decide again on a section that was law for the request, and tell the person what the answer rests on.
select named.request_id, named.kind, named.received_on, named.answered_on,
       case when not named.is_not_law then false
            when named.kind is not null then named.is_not_law end as breach,
       case when named.received_on > :aim_until then 'national security is no longer an aim of the section'
            else 'the section was not law yet' end as reason
from (
    select request.request_id, request.kind, request.received_on, request.answered_on,
           (replace(lower(request.ground), ' ', '') like '%44(4)(d)%'
            or replace(lower(request.ground), ' ', '') like '%45(4)(d)%'
            or replace(lower(request.ground), ' ', '') like '%48(3)(d)%') and request.received_on > :aim_until
           or (replace(lower(request.ground), ' ', '') like '%45a%'
               or replace(lower(request.ground), ' ', '') like '%78a%')
              and request.received_on <= :aim_until as is_not_law
    from request
    where trim(request.ground) <> '' and request.kind is distinct from 'information'
) as named
