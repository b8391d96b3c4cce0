-- id: OV-46
-- title: Entries should not be disclosed unredacted or in bulk
-- asks: Was each disclosure outside the police redacted, and did every organisation receive no more entries in one day than the limit?
-- kind: benchmark
-- basis: Data Protection Act 1998 principles 1, 3 and 7, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- basis: Information Commissioner, enforcement notice of November 2018 to the Commissioner of Police of the Metropolis, paras 37-38 (2018-11-16 ..)
-- dated: sent_at
-- found in: Gangs Violence Matrix: the whole list was shared in full and unredacted, a "blanket and undifferentiated" sharing, Information Commissioner, enforcement notice announced on 16 November 2018, as quoted by the Society for Computers and Law
-- found in: Newham: on 26 January 2017 a council employee e-mailed redacted and unredacted versions of a list of 203 people to 44 recipients, Information Commissioner, monetary penalty of 4 April 2019, as reported by Local Government Lawyer
-- severity: critical
-- gate: refuse
-- limits: The limit of entries in one day is a default with a reason, not law. Between police forces a complete entry may be needed, so only the number is examined. Relies on the register's record of redaction, and cannot judge what the recipient needed. Data that a recipient passed on is not taken into account. The names of recipients are compared letter by letter.
-- remedy: Recall the disclosure, send only what the recipient needs, and consider whether the breach must be reported.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at, sent_together.entry_count,
       (case when has(disclosure.redacted) then not disclosure.redacted end
        and case when has(disclosure.recipient_kind) then disclosure.recipient_kind <> 'police' end)
       or case when not has(disclosure.recipient) then null
               when not has(disclosure.sent_at) then null
               when has(disclosure.entry_id) then sent_together.entry_count > :bulk_limit end as breach,
       case when not disclosure.redacted and disclosure.recipient_kind <> 'police' then 'sent unredacted'
            else 'more entries to one organisation in one day than the limit' end as reason
from disclosure
left join (
    select disclosure.recipient, day_of(disclosure.sent_at) as sent_on,
           count(distinct disclosure.entry_id) as entry_count
    from disclosure
    group by disclosure.recipient, day_of(disclosure.sent_at)
) as sent_together
    on sent_together.recipient = disclosure.recipient and sent_together.sent_on = day_of(disclosure.sent_at)
