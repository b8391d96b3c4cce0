-- id: FR-04
-- title: Recipients should be notified of corrections
-- asks: Where an entry was corrected or removed after it was sent, was a correction then sent to each recipient?
-- kind: benchmark
-- basis: Code of Federal Regulations, title 28, section 23.20(h) (1993-09-16 ..)
-- dated: sent_at
-- severity: high
-- gate: none
-- limits: Applies to systems with federal support (34 U.S.C. section 10231(c)), which no column records, so this control is a benchmark. The wording of the paragraphs was not available. A correction is a disclosure that names the one it corrects. How soon it must follow is not examined, so one sent on the audit date is enough. Whether the recipient corrected its own records is not known.
-- remedy: Send the correction to every recipient, and record it as correcting the disclosure.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at, changed.changed_at, corrected.corrected_at,
       case when corrected.corrected_at >= changed.changed_at then false
            when disclosure.sent_at is null or corrected.undated_count > 0 then null
            else true end as breach,
       'no correction was sent after the entry was changed' as reason
from disclosure
join (
    select review.entry_id, max(review.done_at) as changed_at
    from review
    where review.outcome in ('amend', 'remove')
    group by review.entry_id
) as changed on changed.entry_id = disclosure.entry_id
left join (
    select disclosure.corrects, max(disclosure.sent_at) as corrected_at,
           count(*) filter (where disclosure.sent_at is null) as undated_count
    from disclosure
    group by disclosure.corrects
) as corrected on corrected.corrects = disclosure.disclosure_id
where disclosure.corrects is null
  and (disclosure.sent_at < changed.changed_at or disclosure.sent_at is null)
