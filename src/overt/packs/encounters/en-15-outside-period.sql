-- id: EN-15
-- title: Each encounter falls in the month the source reports
-- asks: Is the local day of each encounter inside the month that the row says it reports?
-- kind: benchmark
-- basis: Code of Practice for Statistics
-- dated: occurred_on
-- severity: medium
-- gate: none
-- limits: Only where the source names its month in the data; the name of a file is not read. A row without a month is unknown.
-- remedy: Publish late records with the month they belong to, and say that the earlier month was revised.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       ('' || encounter.occurred_on) not like (encounter.period || '-%') as breach,
       'the local day is outside the month reported' as reason
from encounter
