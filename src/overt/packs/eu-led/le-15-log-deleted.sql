-- id: LE-15
-- title: Log entries should be deleted by the end of the next year
-- asks: Was each entry of the access log deleted by the end of the year after the one in which it was made?
-- kind: benchmark
-- basis: Bundesdatenschutzgesetz section 76(4), by analogy (2018-05-25 ..)
-- severity: medium
-- gate: none
-- limits: The directive requires logs to be kept (article 25) and does not say for how long. The end of the next year is the rule in Germany, where the pack de-dgs applies it as statute. Uses the date of the act that is logged, in UTC. Elsewhere national law may require logs to be kept longer.
-- remedy: Delete the log entries whose time limit has passed, and have the system delete them each year.
select access.access_id, access.occurred_at,
       end_of_year(add_years(day_of(access.occurred_at), 1)) < :as_of as breach,
       'kept beyond the end of the next year' as reason
from access
