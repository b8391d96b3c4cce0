-- id: OV-28
-- title: Every recipient must be notified of a correction
-- asks: Where data was found to be wrong, or was corrected, erased or restricted, or should not have been sent, was everyone to whom it had been sent notified?
-- kind: statute
-- basis: Data Protection Act 2018 s.38(5)(c) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.48(9) (2018-05-25 ..)
-- in force: 2018-05-25 ..
-- dated: corrected_on
-- found in: Gangs Violence Matrix: the whole matrix was shared in full with public and private bodies, Information Commissioner, enforcement notice announced on 16 November 2018, paras 37-38, as quoted by the Society for Computers and Law
-- found in: R (II) v Commissioner of Police of the Metropolis [2020] EWHC 2528 (Admin): one child's data on ten databases
-- severity: high
-- gate: none
-- limits: Closing an entry is not a correction: data sent after that is a matter for OV-48, and a list that still has the person for OV-26. Checks that the recipient was notified, not that it acted. Uses the latest date on which the data was put right. A disclosure made on that date is taken to have been right, and one that is itself a correction needs no other. Each row of corrections is taken to be about the whole entry, unless it names a disclosure that should not have been made.
-- remedy: Notify each recipient of what was wrong. Record the notice as a disclosure that corrects the earlier one, or with the correction.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at, made.last_on as corrected_on,
       case when made.undated = 0 and (recalls.last_on >= made.last_on or told.last_on >= made.last_on) then false
            when not has(correction.recipient) then null
            when case when has(disclosure.recipient) then disclosure.recipient end is null then null
            when recalls.undated > 0 or told.undated > 0 then null
            when recalls.last_on >= made.sure_on or told.last_on >= made.sure_on then null
            when made.sure_on is not null then true end as breach,
       'the recipient was not notified of the correction' as reason
from disclosure
join (
    select sent.disclosure_id, max(correction.on_date) as last_on,
           max(case when correction.kind in ('rectified', 'erased', 'restricted')
                         or case when has(correction.disclosure_id)
                                 then correction.disclosure_id = sent.disclosure_id end
                    then case when sent.sent_at is not null then correction.on_date end end) as sure_on,
           count(*) filter (where correction.on_date is null) as undated
    from disclosure as sent
    join correction on correction.entry_id = sent.entry_id
    where (correction.on_date is null or sent.sent_at is null or day_of(sent.sent_at) < correction.on_date)
      and (correction.kind is distinct from 'unlawfully_sent' or correction.disclosure_id is null
           or correction.disclosure_id = sent.disclosure_id)
    group by sent.disclosure_id
) as made on made.disclosure_id = disclosure.disclosure_id
left join (
    select later.corrects, max(case when has(disclosure.sent_at) then day_of(later.sent_at) end) as last_on,
           count(*) filter (where later.sent_at is null) as undated
    from disclosure as later
    group by later.corrects
) as recalls on recalls.corrects = disclosure.disclosure_id
left join (
    select correction.entry_id, correction.recipient, max(case when has(correction.told_on) then correction.told_on end) as last_on,
           count(*) filter (where correction.told_on is null) as undated
    from correction
    group by correction.entry_id, correction.recipient
) as told on told.entry_id = disclosure.entry_id and told.recipient = disclosure.recipient
where disclosure.corrects is null
