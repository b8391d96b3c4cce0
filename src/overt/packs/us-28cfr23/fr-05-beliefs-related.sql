-- id: FR-05
-- title: Beliefs and associations are recorded only with a reason
-- asks: Where an item falls in a sensitive category, does the register say why that category is recorded?
-- kind: benchmark
-- basis: Code of Federal Regulations, title 28, section 23.20(b) (1993-09-16 ..)
-- dated: collected_on
-- severity: critical
-- gate: hold
-- limits: binds systems with federal support (34 U.S.C. section 10231(c)), which no column says, so it is a benchmark; the wording of the paragraphs was not at hand; the rule keeps out political, religious and social data that does not relate directly to criminal conduct; a query sees only that a reason was written for the category, and a reader has to judge each item; what counts as sensitive is for the register's own list of categories to say
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
