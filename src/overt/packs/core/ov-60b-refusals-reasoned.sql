-- id: OV-60b
-- title: A refusal or restriction must have recorded grounds and reasons
-- asks: Does each request that was restricted, refused, or neither confirmed nor denied have a ground and reasons?
-- kind: statute
-- basis: Data Protection Act 2018 s.45(4), (7) (2018-05-25 .. 2025-09-04)
-- basis: Data Protection Act 2018 s.45(4), (7), as amended by the Data (Use and Access) Act 2025 s.88 (2025-09-05 ..)
-- basis: Data Protection Act 2018 s.48(3) (2018-05-25 ..)
-- basis: Freedom of Information Act 2000 s.17 (2005-01-01 ..)
-- dated: received_on
-- found in: Project Alpha: the number of profiles was refused on the ground that it would help offenders, as reported by Byline Times, 25 October 2021
-- severity: high
-- gate: refuse
-- limits: Checks that a ground and reasons were recorded, not that they are good ones, or that people who are listed and people who are not receive the same answer. National security ceased to be a ground on 5 September 2025 for requests received from that date; the control does not examine this. The Act of 2000 does not apply to Scottish authorities.
-- remedy: Record the ground and the reasons, or answer the request.
select request.request_id, request.received_on, request.answered_on,
       case when trim(request.ground) <> '' and trim(request.reasons) <> '' then false
            when request.outcome is null then null
            when has(request.ground) and coalesce(trim(request.ground), '') = '' then true
            when has(request.reasons) and coalesce(trim(request.reasons), '') = '' then true end as breach,
       case when case when has(request.ground) then coalesce(trim(request.ground), '') = '' end
                then 'no ground is recorded'
            else 'no reasons are recorded' end as reason
from request
where request.outcome in ('restricted', 'ncnd', 'refused')
   or (request.outcome is null and request.answered_on is not null)
