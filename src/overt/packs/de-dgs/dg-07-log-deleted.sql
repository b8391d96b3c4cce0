-- id: DG-07
-- title: Log lines are deleted by the end of the next year
-- asks: Was each line of the access log deleted by the end of the year after the one in which it was made?
-- kind: statute
-- basis: Bundesdatenschutzgesetz section 76(4) (2018-05-25 ..)
-- severity: medium
-- gate: none
-- limits: goes by the day of what the line says, in UTC, and not by when the line was made; a line that is kept for a case that is before a court is one to accept by name
-- remedy: Delete the lines whose time is over, and have the system delete them each year.
select access.access_id, access.occurred_at,
       end_of_year(add_years(day_of(access.occurred_at), 1)) < :as_of as breach,
       'kept beyond the end of the next year' as reason
from access
