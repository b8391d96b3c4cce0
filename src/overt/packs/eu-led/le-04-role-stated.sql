-- id: LE-04
-- title: Every entry in use says what part the person has
-- asks: Does every active entry say whether the person is a suspect, convicted, a victim, a witness or another party?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 6 (2018-05-06 ..)
-- dated: opened_on
-- severity: high
-- gate: refuse
-- limits: sees that a part is stated, not that it is the right one; associates and others count as other parties, which article 6 knows; a directive binds through national law, so cite the national provision too
-- remedy: State the part the person has, on the evidence held, or close the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when entry.role in ('suspect', 'convicted', 'victim', 'witness', 'associate', 'other') then false
            when entry.status is null then null
            else true end as breach,
       'no part is stated' as reason
from entry
where entry.status = 'active' or entry.status is null
