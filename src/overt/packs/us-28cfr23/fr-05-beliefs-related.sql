-- id: FR-05
-- title: Beliefs and associations should be recorded only with a reason
-- asks: Where an item falls in a sensitive category, does the register state why that category is recorded?
-- kind: benchmark
-- basis: Code of Federal Regulations, title 28, section 23.20(b) (1993-09-16 ..)
-- dated: collected_on
-- severity: critical
-- gate: hold
-- limits: Applies to systems with federal support (34 U.S.C. section 10231(c)), which no column records, so this control is a benchmark. The wording of the paragraphs was not available. The rule excludes political, religious and social data that does not relate directly to criminal conduct. A query checks only that a reason was recorded for the category; a person has to judge each item. The register's own list of categories decides what counts as sensitive.
-- remedy: Record how the item relates directly to criminal conduct, or destroy it.
select item.item_id, item.entry_id, item.collected_on,
       case when listed.reason_count > 0 then false
            when listed.sensitive_count > 0 then true end as breach,
       'no reason for this category is recorded' as reason
from item
left join (
    select category.category,
           count(*) filter (where category.sensitive) as sensitive_count,
           count(*) filter (where not category.sensitive) as ordinary_count,
           count(*) filter (where trim(category.reason) <> '') as reason_count
    from category
    group by category.category
) as listed on listed.category = item.category
where listed.sensitive_count > 0 or coalesce(listed.ordinary_count, 0) = 0
