-- id: DG-05
-- title: Time limits must be observed
-- asks: Are the review date and the deletion date of every active entry still to come?
-- kind: statute
-- basis: Bundesdatenschutzgesetz section 75(4) (2018-05-25 ..)
-- severity: high
-- gate: none
-- limits: The section requires time limits for erasure or for review, and procedural measures to ensure that they are observed. An entry without any date is a matter for DG-04. A review that was held without setting the next date appears to be overdue.
-- remedy: Review or delete the entry now, and set the next date.
select entry.entry_id, entry.opened_on, entry.review_due_on, entry.delete_due_on, entry.unit,
       entry.status = 'active'
       and (case when has(entry.review_due_on) then coalesce(entry.review_due_on < :as_of, false) end
            or case when has(entry.delete_due_on) then coalesce(entry.delete_due_on < :as_of, false) end) as breach,
       case when entry.delete_due_on < :as_of then 'the deletion date has passed'
            else 'the review date has passed' end as reason
from entry
where (entry.status = 'active' or entry.status is null)
  and (entry.review_due_on is not null or entry.delete_due_on is not null
       or not has(entry.review_due_on) or not has(entry.delete_due_on))
