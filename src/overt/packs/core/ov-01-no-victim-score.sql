-- id: OV-01
-- title: A victim or witness must not have a harm score or threat band
-- asks: Does any entry whose role is victim or witness have a score above zero, or a band?
-- kind: statute
-- basis: Data Protection Act 2018 s.37 (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.38(3) (2018-05-25 ..)
-- basis: Data Protection Act 1998 principles 1, 3 and 4 (2000-03-01 .. 2018-05-24)
-- found in: Gangs Violence Matrix: victims and perpetrators were not clearly distinguished, Information Commissioner, enforcement notice announced on 16 November 2018
-- found in: Newham: about 80 of the 203 people listed had a score of zero, among them victims, as reported by Cordery Compliance
-- severity: critical
-- gate: refuse
-- limits: Reads the role as recorded: a victim who is recorded as a suspect is not found here. Does not ask what the score was used for. The sections mention neither scores nor bands; the control is marked as statute because the regulator found a breach on these facts in 2018.
-- remedy: Remove the score and the band from the entry, or correct the role and record why.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.role in ('victim', 'witness')
       and case when entry.score > 0 or entry.band is not null then true
                when has(entry.score) and has(entry.band) then false end as breach,
       case when entry.score > 0 then 'a victim or witness has a score'
            else 'a victim or witness has a band' end as reason
from entry
where entry.role in ('victim', 'witness') or entry.role is null
