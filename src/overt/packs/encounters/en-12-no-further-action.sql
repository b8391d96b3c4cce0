-- id: EN-12
-- title: Searches that ended in no further action (a measure, not a duty)
-- asks: How many searches ended with nothing found and no further action?
-- kind: benchmark
-- basis: Home Office, Police powers and procedures, England and Wales, year ending 31 March 2020: 76 per cent of searches ended so
-- dated: occurred_on
-- found in: Police powers and procedures, year ending 31 March 2020: 437,139 of 577,054 searches
-- severity: low
-- gate: none
-- limits: This is a count, not a fault: lawful searches often find nothing, and a find may lead to no action. It bears on the grounds only when groups, places and powers are compared.
-- remedy: Publish the share by ethnic group, power and unit, and check the grounds where the share is unusually high.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       encounter.no_further_action as breach,
       'it ended without further action' as reason
from encounter
where encounter.kind is null or lower(encounter.kind) like '%search%'
