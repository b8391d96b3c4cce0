-- id: LE-08
-- title: A person decides who is listed
-- asks: Was each entry decided on by a person and not by a machine alone?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 11(1) (2018-05-06 ..)
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: takes the register's word for who decided; national law may allow decisions by machine alone with safeguards, which the model has no column for; a directive binds through national law, so cite the national provision too
-- remedy: Have a person decide on the entry afresh, or delete it.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.decided_by = 'automated' as breach,
       'a machine alone decided on the entry' as reason
from entry
