-- id: DG-05
-- title: Time limits are kept
-- asks: Is the day for review and the day for deletion of every active entry still to come?
-- kind: statute
-- basis: Bundesdatenschutzgesetz section 75(4) (2018-05-25 ..)
-- severity: high
-- gate: none
-- limits: the section has time limits set for erasure or for review, and has procedural measures ensure that they are observed; an entry without any day is asked about by DG-04; a review that was held and did not set the next day looks overdue
-- remedy: Review the entry or delete it now, and set the next day.
select entry.entry_id, entry.opened_on, entry.review_due_on, entry.delete_due_on, entry.unit,
       entry.status = 'active'
       and (case when has(entry.review_due_on) then coalesce(entry.review_due_on < :as_of, false) end
            or case when has(entry.delete_due_on) then coalesce(entry.delete_due_on < :as_of, false) end) as breach,
       case when entry.delete_due_on < :as_of then 'the day for deletion is past'
            else 'the day for review is past' end as reason
from entry
where (entry.status = 'active' or entry.status is null)
  and (entry.review_due_on is not null or entry.delete_due_on is not null
       or not has(entry.review_due_on) or not has(entry.delete_due_on))
