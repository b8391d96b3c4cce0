-- id: CG-16
-- title: An information request must be answered in writing, with all required details
-- asks: Was each request for information answered, and did the answer give receipt and its date, whether the person is designated, the criteria, the basis and the source documents?
-- kind: regulation
-- basis: California Code of Regulations, title 11, section 754(b) (2020-10-22 ..)
-- basis: California Penal Code section 186.34(d)(1)
-- in force: 2020-10-22 ..
-- dated: received_on
-- severity: high
-- gate: none
-- limits: Reads the parts of the answer as the register names them (receipt, designation, criteria, basis, documents), not the answer. For an unanswered request it uses the due date held in the register; without one the result is unknown. A withdrawn request is out of scope.
-- remedy: Answer in writing with every part that the section lists.
select request.request_id, request.received_on, request.due_on, request.answered_on,
       case when request.answered_on is not null and parts.listed then false
            when request.answered_on is null and :as_of <= request.due_on then false
            when request.kind is null then null
            when request.answered_on is null then :as_of > request.due_on
            else not parts.listed end as breach,
       case when request.answered_on is null then 'unanswered and overdue'
            else 'the answer lacks a part that the section lists' end as reason
from request
join (
    select said.request_id,
           said.words like '% receipt %' and said.words like '% designation %' and said.words like '% criteria %'
           and said.words like '% basis %' and said.words like '% documents %' as listed
    from (
        select request.request_id, ' ' || lower(request.answer_parts) || ' ' as words
        from request
    ) as said
) as parts on parts.request_id = request.request_id
where (request.kind in ('information', 'access') or request.kind is null)
  and request.outcome is distinct from 'withdrawn'
