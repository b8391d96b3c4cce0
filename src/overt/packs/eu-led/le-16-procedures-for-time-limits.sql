-- id: LE-16
-- title: Procedures must ensure that time limits are observed
-- asks: Where the review or deletion date of an active entry has passed, does the controller show a procedure intended to prevent this?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 5 (2018-05-06 ..)
-- severity: medium
-- gate: none
-- limits: The second sentence of the article requires procedural measures. This control applies only where a time limit was missed (LE-03), and treats a claim about time limits with a document as the procedure, without reading it. Showing a procedure does not put right the missed date. A directive takes effect through national law: cite the national provision as well.
-- remedy: Record who is responsible for time limits and how they are met, keep the document, and review or delete the entry.
select entry.entry_id, entry.opened_on, entry.review_due_on, entry.delete_due_on, entry.unit,
       case when shown.procedure_count > 0 then false
            when not (coalesce(entry.review_due_on < :as_of, false) or coalesce(entry.delete_due_on < :as_of, false))
                then case when has(entry.review_due_on) and has(entry.delete_due_on) then false end
            when has(claim.kind) and has(claim.evidence_ref) and entry.status = 'active' then true end as breach,
       'a time limit was missed and no procedure is shown' as reason
from entry
cross join (
    select count(*) filter (where claim.kind = 'time_limit_procedure' and trim(claim.evidence_ref) <> '') as procedure_count
    from claim
) as shown
where (entry.status = 'active' or entry.status is null)
      and (entry.review_due_on is not null or entry.delete_due_on is not null
           or not has(entry.review_due_on) or not has(entry.delete_due_on))
