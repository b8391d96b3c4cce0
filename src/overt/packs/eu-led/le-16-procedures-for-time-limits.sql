-- id: LE-16
-- title: Measures see that time limits are observed
-- asks: Where the day for review or deletion of an active entry is past, does the controller show a procedure that is to prevent it?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 5 (2018-05-06 ..)
-- severity: medium
-- gate: none
-- limits: the second sentence of the article asks for procedural measures; this asks only where a time limit was missed (LE-03), and takes a claim about time limits with a document for the procedure, without reading it; a procedure that is shown does not make the missed day kept; a directive binds through national law, so cite the national provision too
-- remedy: Write down who sees to time limits and how, keep the document, and review or delete the entry.
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
