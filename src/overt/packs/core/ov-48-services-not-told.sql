-- id: OV-48
-- title: Entries about victims, witnesses, people scored zero or people removed should not be disclosed to services
-- asks: Was any entry about a victim, a witness, a person with a score of zero or a person already removed sent to housing, a school, benefits or immigration?
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
-- limits: Reads the current role and score, which may differ from those on the date of disclosure. An entry without a score is not treated as a score of zero. Disclosing a victim to a school for the child's own protection counts as a breach; accept it individually, with the reason.
-- remedy: Recall the disclosure, ask the service what it did as a result, and tell the person.
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
