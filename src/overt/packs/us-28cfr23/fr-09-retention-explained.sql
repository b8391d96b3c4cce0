-- id: FR-09
-- title: A decision to retain an entry should record the reviewer, the date and the reason
-- asks: Does each review that decided to retain an entry state who did it, when and why?
-- kind: benchmark
-- basis: Code of Federal Regulations, title 28, section 23.20(h) (1993-09-16 ..)
-- severity: medium
-- gate: refuse
-- limits: Applies to systems with federal support (34 U.S.C. section 10231(c)), which no column records, so this control is a benchmark. The wording of the paragraphs was not available. Checks that a reason is recorded, not that it is a good one.
-- remedy: Record who reviewed the entry, when, and why it is kept. If this is not known, review it again.
select review.review_id, review.entry_id, review.done_at,
       case when trim(review.done_by) <> '' and review.done_at is not null and trim(review.rationale) <> '' then false
            when review.outcome is not null then true end as breach,
       'the reviewer, the date or the reason is not recorded' as reason
from review
where review.outcome = 'retain' or review.outcome is null
