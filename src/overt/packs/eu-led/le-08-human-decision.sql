-- id: LE-08
-- title: No machine alone takes a decision that affects a person
-- asks: Was each entry decided on by a person, or by a machine alone with no consequence for the person?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 11(1) (2018-05-06 ..)
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: article 11(1) is about decisions with an adverse legal effect on the person or that significantly affect them; the decision is taken for one where something that the register marks as significant was done to the person afterwards, and where nothing is so marked it cannot be told; takes the register's word for who decided, and for the provision that allows a machine alone to decide, which must give the person the right to human intervention; a directive binds through national law, so cite the national provision too
-- remedy: Have a person decide on the entry afresh, or delete it.
select entry.entry_id, entry.opened_on, entry.unit,
       case when entry.decided_by = 'human' then false
            when not has(entry.automated_under) then null
            when trim(entry.automated_under) <> '' then false
            when not has(consequence.subject_id) then null
            when not has(consequence.on_date) then null
            when not has(consequence.significant) then null
            when entry.decided_by = 'automated' and affected.on_date >= entry.opened_on then true end as breach,
       'a machine alone decided on the entry, and it affected the person significantly' as reason
from entry
left join (
    select consequence.subject_id, max(consequence.on_date) as on_date
    from consequence
    where consequence.significant
    group by consequence.subject_id
) as affected on affected.subject_id = entry.subject_id
