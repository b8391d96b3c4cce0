-- id: LE-15
-- title: Log lines are deleted by the end of the next year
-- asks: Was each line of the access log deleted by the end of the year after the one in which it was made?
-- kind: benchmark
-- basis: Bundesdatenschutzgesetz section 76(4), by analogy (2018-05-25 ..)
-- severity: medium
-- gate: none
-- limits: the directive has logs kept (article 25) and says nothing of how long: the end of the next year is the rule of Germany, where the pack de-dgs asks it as a statute; goes by the day of what the line says, in UTC; elsewhere national law may have logs kept longer
-- remedy: Delete the lines whose time is over, and have the system delete them each year.
select access.access_id, access.occurred_at,
       end_of_year(add_years(day_of(access.occurred_at), 1)) < :as_of as breach,
       'kept beyond the end of the next year' as reason
from access
