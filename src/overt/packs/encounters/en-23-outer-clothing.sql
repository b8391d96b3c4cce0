-- id: EN-23
-- title: Each search of a person should record whether more than outer clothing was removed
-- asks: Where a person was searched, is it recorded whether more than outer clothing was removed?
-- kind: benchmark
-- basis: Columns of stop and search data on data.police.uk
-- basis: Children Act 2004 s.11(2), as the reason in England (2005-10-01 ..)
-- dated: occurred_on
-- found in: Metropolitan Police stop and search, June 2016, as published: blank in all 10,490 rows
-- severity: high
-- gate: note
-- limits: The Act requires arrangements, applies in England and names no column. A blank is neither "no" nor "yes". A published file may lack data that the record holds. A vehicle searched with no one in it is left out.
-- remedy: Answer yes or no for every search of a person, and publish the answer.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when encounter.more_than_outer_clothing is not null then false
            when encounter.kind is not null then true
       end as breach,
       'it is not recorded whether more than outer clothing was removed' as reason
from encounter
where encounter.kind is null
   or (lower(encounter.kind) like '%search%' and lower(trim(encounter.kind)) <> 'vehicle search')
