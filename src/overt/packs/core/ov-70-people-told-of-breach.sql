-- id: OV-70
-- title: People must be told of a data breach likely to put them at high risk
-- asks: Where a data breach is likely to put people at high risk, were they told, or is the provision recorded that allows the controller not to tell them?
-- kind: statute
-- basis: Data Protection Act 2018 s.68 (2018-05-25 ..)
-- in force: 2018-05-25 ..
-- dated: aware_at
-- severity: critical
-- gate: none
-- limits: The section says "without undue delay" and sets no number of days: until the days of the threshold have passed, the result is unknown. Checks that people were told, not what they were told. National security, s.68(7)(d), was a ground to restrict until 4 September 2025, which is taken to be decided by the date on which the controller became aware. Recognises a section by its number as written. The Commissioner may require that people be told; this is not held.
-- remedy: Tell the people concerned now, or record the provision that allows you not to tell them.
select told.breach_id, told.aware_at, told.subjects_told_on,
       case when told.subjects_told_on is not null then false
            when told.is_not_law then case when told.risk is not null then true end
            when trim(told.exemption) <> '' then case when told.is_not_law is not null then false end
            when told.risk is null then null
            when not has(data_breach.exemption) then null
            when add_days(day_of(told.aware_at), :breach_told_days) < :as_of then true end as breach,
       'no one was told, and no provision that was law on that date is recorded' as reason
from (
    select data_breach.breach_id, data_breach.aware_at, data_breach.risk, data_breach.subjects_told_on,
           data_breach.exemption,
           replace(data_breach.exemption, ' ', '') like '%68(7)(d)%'
           and day_of(data_breach.aware_at) > :security_ground_until as is_not_law
    from data_breach
    where data_breach.risk = 'high' or data_breach.risk is null
) as told
