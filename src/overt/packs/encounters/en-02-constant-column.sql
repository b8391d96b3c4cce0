-- id: EN-02
-- title: No column should have the same value in every row
-- asks: Does every fully completed column distinguish one row from another?
-- kind: benchmark
-- basis: Code of Practice for Statistics
-- basis: Data Protection Act 2018 s.37, as the reason (2018-05-25 ..)
-- found in: Metropolitan Police stop and search, June 2016, as published: no row is part of a policing operation
-- found in: New York City stop, question and frisk, 2017, in Aequitas form: every score is 1.0
-- severity: low
-- gate: none
-- limits: The same value may be true of every row: a file from one force names one force. A column that holds one value and some blanks is left out, because a blank may be an answer.
-- remedy: Explain beside the data why the column never varies, or find out who stopped completing it.
select source_column.column_name, source_column.source_table, source_column.row_count,
       source_column.distinct_count = 1 and source_column.filled_count = source_column.row_count as breach,
       'every row has the same value' as reason
from source_column
where source_column.row_count is null or source_column.row_count > 1
