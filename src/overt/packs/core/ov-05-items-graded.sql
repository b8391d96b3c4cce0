-- id: OV-05
-- title: Each item is graded for source, information and handling
-- asks: Does every item carry a whole grading, 3x5x2 or the older 5x5x5, and not a mixture of the two?
-- kind: code
-- basis: College of Policing, Authorised Professional Practice, Intelligence management
-- basis: Data Protection Act 2018 s.38(5)(b), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- dated: collected_on
-- severity: medium
-- gate: hold
-- limits: sees whether the codes belong together, not whether the grading was fair; where only the handling code is missing it cannot tell, as that code often stands on the report and not on the item
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
            else 'the codes belong neither to 3x5x2 nor to 5x5x5' end as reason
from item
