-- id: OV-05
-- title: Every item should be graded for source, information and handling
-- asks: Does every item have a complete 3x5x2 or 5x5x5 grading, and not a mixture of the two?
-- kind: code
-- basis: College of Policing, Authorised Professional Practice, Intelligence management
-- basis: Data Protection Act 2018 s.38(5)(b), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- dated: collected_on
-- severity: medium
-- gate: hold
-- limits: Checks that the codes belong together, not that the grading was fair. If only the handling code is missing, the result is unknown, because that code is often recorded on the report and not on the item.
-- remedy: Have the item graded by someone trained to do it, or delete it.
select item.item_id, item.entry_id, item.collected_on,
       case when item.source_grade in ('1', '2', '3') and item.information_grade in ('A', 'B', 'C', 'D', 'E')
                then case when has(item.handling) then item.handling not in ('P', 'C') end
            when item.source_grade in ('A', 'B', 'C', 'D', 'E') and item.information_grade in ('1', '2', '3', '4', '5')
                then case when has(item.handling) then item.handling not in ('1', '2', '3', '4', '5') end
            when has(item.source_grade) and has(item.information_grade) then true
            when has(item.source_grade)
                 and coalesce(item.source_grade, '') not in ('1', '2', '3', 'A', 'B', 'C', 'D', 'E') then true
            when has(item.information_grade)
                 and coalesce(item.information_grade, '') not in ('A', 'B', 'C', 'D', 'E', '1', '2', '3', '4', '5')
                then true end as breach,
       case when item.source_grade is null or item.information_grade is null then 'the item is not graded'
            else 'the codes are neither a 3x5x2 nor a 5x5x5 grading' end as reason
from item
