-- id: OV-69
-- title: Every data breach is on record with its facts, its effects and what was done
-- asks: Does the record of each data breach have its facts, its effects and the remedial action?
-- kind: statute
-- basis: Data Protection Act 2018 s.67(6) (2018-05-25 ..)
-- in force: 2018-05-25 ..
-- dated: aware_at
-- severity: high
-- gate: refuse
-- limits: sees that something is written, not that it lets the Commissioner verify the duty; a data breach that nobody recorded is not seen
-- remedy: Record what happened, what came of it and what was done, and write none where nothing came of it.
select data_breach.breach_id, data_breach.aware_at, data_breach.risk,
       case when has(data_breach.facts) then coalesce(trim(data_breach.facts), '') = '' end
       or case when has(data_breach.effects) then coalesce(trim(data_breach.effects), '') = '' end
       or case when has(data_breach.action) then coalesce(trim(data_breach.action), '') = '' end as breach,
       'the facts, the effects or what was done is not recorded' as reason
from data_breach
