-- id: EN-13
-- title: No record should duplicate an earlier one
-- asks: Does each row differ in at least one value from every row before it?
-- kind: benchmark
-- basis: Code of Practice for Statistics
-- basis: Data Protection Act 2018 s.38(1), as the reason (2018-05-25 ..)
-- dated: occurred_on
-- found in: Metropolitan Police stop and search, June 2016, as published: 342 rows repeat an earlier one, 428 with the place left out
-- severity: low
-- gate: none
-- limits: Do not delete flagged rows: two people searched together can look identical when time and place are rounded, and the fewer columns a file has, the more rows agree. Only the source can show which rows are one encounter recorded twice.
-- remedy: Publish a number for each encounter, so that a repeated row can be distinguished from a second person.
select numbered.encounter_id, numbered.occurred_on, numbered.unit,
       case when numbered.row_digest is not null then numbered.place > 1 end as breach,
       'an earlier row has the same values' as reason
from (
  select encounter.encounter_id, encounter.occurred_on, encounter.unit, encounter.row_digest,
         row_number() over (partition by encounter.row_digest order by encounter.encounter_id) as place
  from encounter
) as numbered
