-- id: FR-02
-- title: Entries should be validated or destroyed within five years
-- asks: Was each active entry opened, or validated by a review, within the last five years?
-- kind: benchmark
-- basis: Code of Federal Regulations, title 28, section 23.20(h) (1993-09-16 ..)
-- severity: high
-- gate: none
-- limits: Applies to systems with federal support (34 U.S.C. section 10231(c)), which no column records, so this control is a benchmark. The wording of the paragraphs was not available. A review that decided to retain or to amend validates the entry if it names the reviewer, the date and the reason (FR-09). Whether anything was checked can only be judged by reading it.
-- remedy: Validate the entry now and record why, or destroy it.
select aged.entry_id, aged.opened_on, aged.validated_on, aged.unit,
       aged.status = 'active'
       and case when :as_of <= add_years(aged.validated_on, 5) then false
                when not has(review.entry_id) then null
                when not has(review.outcome) then null
                when not has(review.done_by) then null
                when not has(review.rationale) then null
                when has(review.done_at) then :as_of > add_years(aged.validated_on, 5) end as breach,
       'neither opened nor validated within five years' as reason
from (
    select entry.entry_id, entry.opened_on, entry.status, entry.unit,
           case when reviewed.done_on > entry.opened_on then reviewed.done_on
                else coalesce(entry.opened_on, reviewed.done_on) end as validated_on
    from entry
    left join (
        select review.entry_id, max(day_of(review.done_at)) as done_on
        from review
        where review.outcome in ('retain', 'amend') and case when has(review.done_by) then trim(review.done_by) <> '' end
          and case when has(review.rationale) then trim(review.rationale) <> '' end
        group by review.entry_id
    ) as reviewed on reviewed.entry_id = entry.entry_id
    where entry.status = 'active' or entry.status is null
) as aged
