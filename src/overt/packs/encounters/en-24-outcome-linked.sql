-- id: EN-24
-- title: Each search that led to action should record whether the outcome is linked to the object of the search
-- asks: Where a search ended in an action, is it recorded whether the outcome is linked to the object of the search?
-- kind: benchmark
-- basis: Columns of stop and search data on data.police.uk
-- dated: occurred_on
-- found in: Metropolitan Police stop and search, June 2016, as published: blank in all 10,490 rows
-- severity: medium
-- gate: note
-- limits: Without this answer, a share of searches "with an outcome" counts an arrest for something else as if the grounds had been right. A published file may lack data that the record holds.
-- remedy: Answer yes or no for every search that ends in an action, and publish the answer.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when encounter.outcome_linked is not null then false
            when not encounter.no_further_action then true
       end as breach,
       'it is not recorded whether the outcome is linked to the object of the search' as reason
from encounter
where (encounter.kind is null or lower(encounter.kind) like '%search%')
  and (encounter.no_further_action is null or not encounter.no_further_action)
