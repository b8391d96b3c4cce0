-- id: LE-06
-- title: What is sent to an authority can be judged by who receives it
-- asks: Did the grading and the as-of date go with each disclosure to a competent authority?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 7(2) (2018-05-06 ..)
-- dated: sent_at
-- severity: high
-- gate: refuse
-- limits: the article asks it as far as possible, of what goes to a receiving competent authority: police, courts and probation; what goes to others is under article 9; takes the register's word that they were sent, and does not look at the grading; a directive binds through national law, so cite the national provision too
-- remedy: Send the recipient the grading and the as-of date.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at,
       case when disclosure.grade_sent then false
            when disclosure.recipient_kind is not null then not disclosure.grade_sent end as breach,
       'sent without the grading and the as-of date' as reason
from disclosure
where disclosure.recipient_kind in ('police', 'court', 'probation') or disclosure.recipient_kind is null
