-- id: OV-60a
-- title: Requests are answered in time
-- asks: Was each request answered by the day it was due, or is that day still to come?
-- kind: statute
-- basis: Data Protection Act 2018 s.54 (2018-05-25 .. 2026-02-04)
-- basis: Data Protection Act 2018 s.54, as amended by the Data (Use and Access) Act 2025 s.76 (2026-02-05 ..)
-- basis: Freedom of Information Act 2000 s.10(1) (2005-01-01 ..)
-- dated: received_on
-- severity: high
-- gate: none
-- limits: takes the due day as the register has it, and does not work it out again from the day of receipt, the clock stopped for questions, or working days; an answer in time may still be no answer; a request received before 5 February 2026 keeps the section as it was; the Act of 2000 does not bind Scottish authorities
-- remedy: Answer now, say why it is late, and tell the person of the right to complain to the Information Commissioner.
select request.request_id, request.received_on, request.due_on, request.answered_on,
       coalesce(request.answered_on, :as_of) > request.due_on as breach,
       case when request.answered_on is null then 'not answered and past its day'
            else 'answered after its day' end as reason
from request
where request.outcome is distinct from 'withdrawn'
