-- id: FT-05
-- title: A request to the prosecutor is decided within two months
-- asks: Was each request for correction or erasure answered within two months of its receipt, or is there time left?
-- kind: benchmark
-- basis: Code de procédure pénale art 230-8, as the reason, not as the rule
-- dated: received_on
-- severity: high
-- gate: none
-- limits: the wording of the article was not seen, only a secondary source on it; counts two months from the day of receipt, which it leaves out; a request that was withdrawn is out of scope; an answer in time may still be no answer; other requests have other clocks (core's OV-60a is for the United Kingdom)
-- remedy: Decide the request now, and tell the person why it is late and before whom it can be contested.
select request.request_id, request.received_on, request.answered_on,
       case when coalesce(request.answered_on, :as_of) <= months_after(request.received_on, :decision_months) then false
            when request.kind is not null
                then coalesce(request.answered_on, :as_of) > months_after(request.received_on, :decision_months)
            end as breach,
       case when request.answered_on is null then 'not decided within two months'
            else 'decided after two months' end as reason
from request
where request.outcome is distinct from 'withdrawn'
      and (request.kind in ('rectification', 'erasure') or request.kind is null)
