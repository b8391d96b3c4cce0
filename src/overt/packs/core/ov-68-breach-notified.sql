-- id: OV-68
-- title: Data breaches must be notified to the Commissioner in time
-- asks: Was the Information Commissioner notified of each data breach within 72 hours of the controller becoming aware of it, or with the reason for the delay?
-- kind: statute
-- basis: Data Protection Act 2018 s.67(1)-(3) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.205, as the rule by which hours are counted (2018-05-25 ..)
-- in force: 2018-05-25 ..
-- dated: aware_at
-- severity: high
-- gate: none
-- limits: A data breach that is recorded as unlikely to put people's rights at risk is not examined, and whether that was right is not judged. Under Regulation 1182/71 article 3 the hour of the event is not counted and the period includes two working days, so for up to four days after the 72 hours the result is unknown. Whether the reason for a delay is a good one, and whether sooner would have been feasible, is not judged. Before 30 September 2026 the regulator is the Information Commissioner, and from then on the Information Commission.
-- remedy: Notify the regulator now, with the reasons for the delay, and record when you did.
select data_breach.breach_id, data_breach.aware_at, data_breach.notified_at,
       case when data_breach.notified_at <= hours_after(data_breach.aware_at, 72) then false
            when data_breach.notified_at is null
                 and day_of(hours_after(data_breach.aware_at, 72)) >= :as_of then false
            when data_breach.notified_at is not null and trim(data_breach.delay_reason) <> '' then false
            when data_breach.risk is null then null
            when data_breach.notified_at is null
                then case when day_of(hours_after(data_breach.aware_at, 168)) < :as_of then true end
            when not has(data_breach.delay_reason) then null
            when data_breach.notified_at > hours_after(data_breach.aware_at, 168) then true end as breach,
       case when data_breach.notified_at is null then 'the Commissioner was not notified'
            else 'the Commissioner was notified late and without a reason' end as reason
from data_breach
where data_breach.risk is distinct from 'unlikely'
