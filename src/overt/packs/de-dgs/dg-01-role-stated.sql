-- id: DG-01
-- title: Every entry in use says what part the person has
-- asks: Does every active entry say whether the person is a suspect, convicted, a victim, a witness or another party?
-- kind: statute
-- basis: Bundesdatenschutzgesetz section 72 (2018-05-25 ..)
-- dated: opened_on
-- severity: high
-- gate: refuse
-- limits: sees that a part is stated, not that it is the right one; the section has five categories: reasonably suspected of an offence, reasonably suspected of being about to commit one, convicted, victims, and other people such as witnesses, informants, contacts and associates; the model has one word for the first two
-- remedy: State the part the person has, on the evidence held, or close the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when entry.role in ('suspect', 'convicted', 'victim', 'witness', 'associate', 'other') then false
            when entry.status is null then null
            else true end as breach,
       'no part is stated' as reason
from entry
where entry.status = 'active' or entry.status is null
