-- id: CG-07
-- title: The purge date must be within five years of the last criterion
-- asks: Is every active entry that was made before the regulations due to be deleted within five years of the last item that supports it?
-- kind: regulation
-- basis: California Code of Regulations, title 11, section 755.6(b)(2): records made before the regulations (.. 2020-10-21)
-- dated: opened_on
-- found in: CalGang: the purge dates of more than 600 people were over the limit of five years, many by more than a hundred, California State Auditor, report 2015-130, 11 August 2016
-- severity: high
-- gate: none
-- limits: For an entry made on 22 October 2020 or later the result is unknown, because its purge date is set by Article 9 (sections 754.4 and 754.6), whose text was not found. A period that was reset under these sections starts again on the date that the register gives; if it has no such column, a later date is unknown. Treats the last item collected as the last criterion. If no purge date is recorded the system may calculate it, which is not known. A shorter limit for juveniles is not examined.
-- remedy: Set the purge date again from the last criterion, and purge entries that are past it.
select entry.entry_id, entry.opened_on, last_item.collected_on as last_collected_on, entry.delete_due_on, entry.unit,
       case when entry.opened_on >= :regulations_from or entry.opened_on is null then null
            when entry.delete_due_on <= add_years(
                case when entry.time_reset_on > last_item.collected_on then entry.time_reset_on
                     else last_item.collected_on end, 5) then false
            when entry.delete_due_on is null or last_item.collected_on is null
                 or last_item.undated_count > 0 or entry.status is null then null
            when has(entry.time_reset_on) then true end as breach,
       'the purge date is more than five years after the last criterion or reset' as reason
from entry
left join (
    select item.entry_id, max(item.collected_on) as collected_on,
           count(*) filter (where item.collected_on is null) as undated_count
    from item
    group by item.entry_id
) as last_item on last_item.entry_id = entry.entry_id
where entry.status = 'active' or entry.status is null
