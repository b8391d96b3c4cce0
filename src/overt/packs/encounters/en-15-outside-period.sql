-- id: EN-15
-- title: Each encounter should fall within the month it is reported under
-- asks: Is the local date of each encounter within the month that the row reports?
-- kind: benchmark
-- basis: Code of Practice for Statistics
-- dated: occurred_on
-- severity: medium
-- gate: none
-- limits: Applies only where the source gives the month in the data; the name of a file is not read. A row without a month is unknown.
-- remedy: Publish late records with the month they belong to, and state that the earlier month was revised.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       ('' || encounter.occurred_on) not like (encounter.period || '-%') as breach,
       'the local date is outside the month reported' as reason
from encounter
