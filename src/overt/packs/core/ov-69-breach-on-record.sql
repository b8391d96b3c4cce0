-- id: OV-69
-- title: Every data breach must be recorded with its facts, effects and remedial action
-- asks: Does the record of each data breach have its facts, its effects and the remedial action?
-- kind: statute
-- basis: Data Protection Act 2018 s.67(6) (2018-05-25 ..)
-- in force: 2018-05-25 ..
-- dated: aware_at
-- severity: high
-- gate: refuse
-- limits: Checks that something is recorded, not that it lets the Commissioner verify compliance. A data breach that was not recorded is not found.
-- remedy: Record the facts, the effects and the remedial action, and write "none" where there were no effects.
select data_breach.breach_id, data_breach.aware_at, data_breach.risk,
       case when has(data_breach.facts) then coalesce(trim(data_breach.facts), '') = '' end
       or case when has(data_breach.effects) then coalesce(trim(data_breach.effects), '') = '' end
       or case when has(data_breach.action) then coalesce(trim(data_breach.action), '') = '' end as breach,
       'the facts, the effects or the remedial action are not recorded' as reason
from data_breach
