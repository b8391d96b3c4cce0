-- id: OV-15
-- title: Each person should have one record and one recorded sex
-- asks: Is any person recorded more than once, or with more than one sex?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- found in: Chicago gang arrest cards: nearly 1,000 people recorded with more than one gender, review by the Office of Inspector General, 11 April 2019, as reported by the press
-- severity: medium
-- gate: note
-- limits: Finds records that share one reference. Does not detect two references for one person, or two people under one reference. A change of recorded sex may be correct; the finding is the duplicate.
-- remedy: Merge the records, and keep the value that a document supports.
select subject.subject_id,
       case when subject.subject_id is not null then count(*) > 1 end as breach,
       case when min(subject.sex) <> max(subject.sex) then 'the person is recorded with more than one sex'
            else 'the person is recorded more than once' end as reason
from subject
group by subject.subject_id
