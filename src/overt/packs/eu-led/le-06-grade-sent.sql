-- id: LE-06
-- title: Recipients must be given what they need to assess the data
-- asks: Did each disclosure to a competent authority include the grading and the reference date?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 7(2) (2018-05-06 ..)
-- dated: sent_at
-- severity: high
-- gate: refuse
-- limits: The article requires this as far as possible, for data sent to a receiving competent authority: police, courts and probation. Data sent to others comes under article 9. Relies on the register's record that they were sent, and does not examine the grading. A directive takes effect through national law: cite the national provision as well.
-- remedy: Send the recipient the grading and the reference date.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at,
       case when disclosure.grade_sent then false
            when disclosure.recipient_kind is not null then not disclosure.grade_sent end as breach,
       'sent without the grading and the reference date' as reason
from disclosure
where disclosure.recipient_kind in ('police', 'court', 'probation') or disclosure.recipient_kind is null
