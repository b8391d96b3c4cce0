-- id: OV-26
-- title: A person removed from the register must not remain on any copy or other list
-- asks: Does any list outside the register hold a person after the last of that person's entries was closed?
-- kind: statute
-- basis: Data Protection Act 2018 s.35(1) (2018-05-25 .. 2025-08-19)
-- basis: Data Protection Act 2018 s.35(1), as amended by the Data (Use and Access) Act 2025 s.74 (2025-08-20 ..)
-- basis: Data Protection Act 2018 s.39(1) (2018-05-25 ..)
-- basis: Data Protection Act 1998 principles 1 and 5 (2000-03-01 .. 2018-05-24)
-- dated: as_of
-- found in: Gangs Violence Matrix: some boroughs kept removed people on an informal list of gang associates, Information Commissioner, enforcement notice announced on 16 November 2018, paras 25-26, as quoted by the Society for Computers and Law
-- severity: critical
-- gate: none
-- limits: Checks only lists that were found and provided. Where a person has no entry at all, it cannot be known whether the person was removed and deleted or was never listed. Does not ask whether the list has a purpose of its own. The sections do not mention copies; the control is marked as statute because the regulator found a breach on these facts in 2018.
-- remedy: Delete the person from the list and record the deletion, or show the lawful purpose of the list.
select copy.copy_id, copy.subject_id, copy.as_of,
       case when count(*) filter (where entry.status = 'active') > 0 then false
            when count(*) > count(entry.status) or count(*) > count(entry.closed_on) then null
            else copy.as_of > max(entry.closed_on) end as breach,
       'the list holds a person who had been removed' as reason
from copy
left join entry on entry.subject_id = copy.subject_id
group by copy.copy_id, copy.subject_id, copy.as_of
