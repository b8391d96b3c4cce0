-- id: OV-68
-- title: A data breach was notified in time
-- asks: Was the Information Commissioner notified of each data breach within 72 hours of the controller becoming aware of it, or with the reason for the delay?
-- kind: statute
-- basis: Data Protection Act 2018 s.67(1)-(3) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.205, as the rule by which hours are counted (2018-05-25 ..)
-- in force: 2018-05-25 ..
-- dated: aware_at
-- severity: high
-- gate: none
-- limits: a data breach that is recorded as unlikely to put people's rights at risk is not asked about, and whether that was right is not judged; by Regulation 1182/71 article 3 the hour of the event is not counted and the time has two working days in it, so that up to four days after the 72 hours it cannot be told; whether the reason for a delay is a good one, and whether sooner would have been feasible, is not judged; before 30 September 2026 the regulator is the Information Commissioner and from then on the Information Commission
-- remedy: Notify the regulator now, with the reasons for the delay, and record when it was done.
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
