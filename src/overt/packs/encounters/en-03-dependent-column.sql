-- id: EN-03
-- title: No column should simply repeat another
-- asks: Does each column add information that another column does not already determine?
-- kind: benchmark
-- basis: Code of Practice for Statistics
-- basis: Data Protection Act 2018 ss.34(3) and 37, as the reason (2018-05-25 ..)
-- found in: Metropolitan Police stop and search, June 2016, as published: the object of search follows from the legislation in every row
-- severity: medium
-- gate: none
-- limits: A code and its title repeat each other by design. Where officers should write what they were looking for, a column that follows from the power contains nothing in the officer's own words.
-- remedy: Record the fact itself, not what follows from another column.
select source_column.column_name, source_column.source_table, source_column.determined_by, source_column.distinct_count,
       case when source_column.determined_by is not null then true
            when source_column.distinct_count is not null then false
       end as breach,
       'another column always determines its value' as reason
from source_column
where source_column.distinct_count is null or source_column.distinct_count > 1
