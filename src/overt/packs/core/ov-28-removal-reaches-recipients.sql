-- id: OV-28
-- title: A removal reaches every recipient
-- asks: Was each disclosure of an entry that has since been closed corrected or recalled on or after the closing?
-- kind: statute
-- basis: Data Protection Act 2018 s.38(5)(c) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.48(9) (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 4 (2000-03-01 .. 2018-05-24)
-- dated: closed_on
-- found in: Gangs Violence Matrix: the whole matrix was shared in full with public and private bodies, Information Commissioner, enforcement notice announced on 16 November 2018, paras 37-38, as quoted by the Society for Computers and Law
-- found in: R (II) v Commissioner of Police of the Metropolis [2020] EWHC 2528 (Admin): one child's data on ten databases
-- severity: high
-- gate: none
-- limits: sees that a correction was sent, not that the recipient acted on it; gives no days of grace after the closing; a disclosure that is itself a correction needs none
-- remedy: Tell each recipient that the person has been removed, and record it as a disclosure that corrects the earlier one.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at, entry.closed_on, entry.unit,
       entry.status = 'closed'
       and (
           recalls.corrects is null
           or (case when has(entry.closed_on) then recalls.last_on < entry.closed_on end
               and case when recalls.undated = 0 then true end)
       ) as breach,
       'the recipient was not told of the removal' as reason
from disclosure
join entry on entry.entry_id = disclosure.entry_id
left join (
    select later.corrects, max(case when has(disclosure.sent_at) then day_of(later.sent_at) end) as last_on,
           count(*) filter (where later.sent_at is null) as undated
    from disclosure as later
    group by later.corrects
) as recalls on recalls.corrects = disclosure.disclosure_id
where disclosure.corrects is null and (entry.status = 'closed' or entry.status is null)
