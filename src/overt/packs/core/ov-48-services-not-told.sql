-- id: OV-48
-- title: Services are not told of victims, witnesses, people scored zero or people removed
-- asks: Was any entry of a victim, a witness, a person with a score of zero or a person already removed sent to housing, a school, benefits or immigration?
-- kind: benchmark
-- basis: Data Protection Act 1998 principles 1 and 3, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- basis: Data Protection Act 2018 s.36(4), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- basis: Human Rights Act 1998 s.6, as the reason, not as the rule: European Convention on Human Rights arts 8 and 14 (2000-10-02 ..)
-- dated: sent_at
-- found in: Newham: of 203 people on the list about 80 had a score of zero, among them victims, as reported by Cordery Compliance
-- found in: Chicago gang arrest cards: more than 500 outside bodies had access, immigration and education among them, review by the Office of Inspector General, 11 April 2019, as reported by the Chicago Tribune
-- severity: critical
-- gate: refuse
-- limits: reads the role and the score that the entry holds now, which may not be those of the day it was sent; an entry without a score is not taken for a score of zero; a victim told of to a school for the child's own protection breaches here, and should be accepted by name with the reason
-- remedy: Recall the disclosure, ask the service what it did because of it, and tell the person.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at, entry.unit,
       (case when disclosure.recipient_kind is not null then true end)
       and (case when has(entry.role) then entry.role in ('victim', 'witness') end
            or case when has(entry.score) then coalesce(entry.score = 0, false) end
            or case when entry.status = 'active' then false
                    when not has(entry.status) then null
                    when has(entry.closed_on) then entry.closed_on < day_of(disclosure.sent_at) end) as breach,
       case when entry.role in ('victim', 'witness') then 'a victim or witness was disclosed to a service'
            when entry.score = 0 then 'a person with a score of zero was disclosed to a service'
            else 'a person already removed was disclosed to a service' end as reason
from disclosure
left join entry on entry.entry_id = disclosure.entry_id
where disclosure.recipient_kind in ('housing', 'school', 'benefits', 'immigration')
   or disclosure.recipient_kind is null
