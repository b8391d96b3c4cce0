-- New York City stop, question and frisk, 2017, in the form of the Aequitas toolkit: score, label_value, race, sex.
-- A stop is an encounter. The score is 1.0 in every row and grades nothing, so it stays in the source, where EN-02 finds it. What label_value stands for is not
-- published with the file: it is carried as the source writes it and nothing is read into it.
create view encounter as
select format('{:08d}', source_rows._row) as encounter_id,
       'Stop, question and frisk' as kind,
       lower(source_rows.sex) as sex,
       -- Written down by the officer on the stop report. In New York's words, which have no place in a UK list.
       source_rows.race as ethnicity_observed,
       nullif(source_rows.label_value, '') as outcome,
       1 as row_count,
       md5(concat_ws(chr(31),
           coalesce(source_rows.score, ''), coalesce(source_rows.label_value, ''),
           coalesce(source_rows.race, ''), coalesce(source_rows.sex, ''))) as row_digest
from source_rows;
