-- id: OV-02
-- title: Every entry in use states the person's role
-- asks: Does every active entry say whether the person is a suspect, convicted, a victim, a witness or an associate?
-- kind: statute
-- basis: Data Protection Act 2018 s.38(3) (2018-05-25 ..)
-- basis: Data Protection Act 1998 principles 1 and 4 (2000-03-01 .. 2018-05-24)
-- found in: Gangs Violence Matrix: victims and perpetrators were not clearly distinguished and users were confused, Information Commissioner, enforcement notice announced on 16 November 2018
-- severity: high
-- gate: refuse
-- limits: sees whether a role is stated, not whether it is the right one; the section asks for the distinction where relevant and as far as possible, which a query cannot read, and its categories are "such as": a role of its own, such as associate, is one
-- remedy: State the role, on the evidence held; where none can be stated, close the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.status = 'active' and (entry.role is null or entry.role = 'other') as breach,
       case when entry.role is null then 'no role is stated' else 'the role is "other"' end as reason
from entry
where entry.status = 'active' or entry.status is null
