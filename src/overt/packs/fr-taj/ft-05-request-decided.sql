-- id: FT-05
-- title: The prosecutor should decide a request within two months
-- asks: Was each request for correction or erasure answered within two months of its receipt, or is there time left?
-- kind: benchmark
-- basis: Code de procédure pénale art 230-8, as the reason, not as the rule
-- dated: received_on
-- severity: high
-- gate: none
-- limits: The wording of the article was not seen, only a secondary source on it. Counts two months from the date of receipt, not including that date. A request that was withdrawn is out of scope. A response sent in time may still fail to answer the request. Other requests have other time limits (core's OV-60a is for the United Kingdom).
-- remedy: Decide the request now, and tell the person why the decision is late and where it can be contested.
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
