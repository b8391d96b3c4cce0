-- id: DG-07
-- title: Log entries must be deleted by the end of the next year
-- asks: Was each entry of the access log deleted by the end of the year after the one in which it was made?
-- kind: statute
-- basis: Bundesdatenschutzgesetz section 76(4) (2018-05-25 ..)
-- severity: medium
-- gate: none
-- limits: Uses the date of the act that is logged, in UTC, and not the date on which the log entry was made. Accept individually any log entry that is kept for proceedings before a court.
-- remedy: Delete the log entries whose time limit has passed, and have the system delete them each year.
select access.access_id, access.occurred_at,
       end_of_year(add_years(day_of(access.occurred_at), 1)) < :as_of as breach,
       'kept beyond the end of the next year' as reason
from access
