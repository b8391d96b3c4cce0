-- id: OV-57b
-- title: A person decides who is listed
-- asks: Was each entry decided on by a person and not by a machine alone?
-- kind: statute
-- basis: Data Protection Act 2018 s.35 (2018-05-25 ..)
-- basis: Data Protection Act 2018 ss.49-50, which the Data (Use and Access) Act 2025 replaces by ss.50A-50D (2018-05-25 ..)
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: takes the register's word for who decided; a person who approves whatever a machine proposes is a person here; the law allows some decisions by machine alone with notice and a right to have them looked at again, which the model has no column for
-- remedy: Have a person decide on the entry afresh, tell the person listed where the law asks for it, or delete the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.decided_by = 'automated' as breach,
       'a machine alone decided on the entry' as reason
from entry
