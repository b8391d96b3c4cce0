-- id: OV-57b
-- title: A person decides who is listed
-- asks: Was each entry decided on by a person and not by a machine alone?
-- kind: benchmark
-- basis: Data Protection Act 2018 ss.49-50, as the reason, not as the rule (2018-05-25 .. 2026-02-04)
-- basis: Data Protection Act 2018 ss.50A-50D, as inserted by the Data (Use and Access) Act 2025 s.80, as the reason, not as the rule (2026-02-05 ..)
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: takes the register's word for who decided; a person who approves whatever a machine proposes is a person here; the law allows some decisions by machine alone with notice and a right to have them looked at again, which the model has no column for; the sections bind a significant decision that no law requires or authorises, and from 5 February 2026 forbid only one that rests on sensitive data; neither is a column here
-- remedy: Have a person decide on the entry afresh, tell the person listed where the law asks for it, or delete the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.decided_by = 'automated' as breach,
       'a machine alone decided on the entry' as reason
from entry
