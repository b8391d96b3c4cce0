-- id: EN-01
-- title: Every column should contain data
-- asks: Does every column of the source hold at least one value?
-- kind: benchmark
-- basis: Code of Practice for Statistics
-- basis: Data Protection Act 2018 ss.34(3) and 37, as the reason (2018-05-25 ..)
-- found in: Metropolitan Police stop and search, June 2016, as published: whether more than outer clothing was removed is blank in all 10,490 rows
-- severity: medium
-- gate: none
-- limits: Cannot distinguish a column that was never completed from one that the publisher emptied before release.
-- remedy: Complete the column, or explain beside the data why it is empty.
select source_column.column_name, source_column.source_table, source_column.row_count,
       source_column.filled_count = 0 as breach,
       'no row has a value' as reason
from source_column
where source_column.row_count is null or source_column.row_count > 0
