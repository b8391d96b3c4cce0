-- id: FT-03
-- title: An entry should be marked with a dismissal, or erased
-- asks: After each dismissal or decision to take no further action, was every earlier entry about the person marked or closed?
-- kind: benchmark
-- basis: Code de procédure pénale art 230-8, as the reason, not as the rule
-- dated: on_date
-- found in: CNIL, deliberation SAN-2024-017, 17 October 2024: it was found that many prosecutors' offices did not pass acquittals, dismissals and decisions of no further action on as a matter of course, so that entries were neither erased nor marked
-- severity: critical
-- gate: none
-- limits: The wording of the article was not seen, only a secondary source on it. Covers dismissals by a judge (non-lieu) and decisions to take no further action (classement sans suite), some of which the law may leave out. An outcome is recorded for the person and not for one case. A mark from before the outcome is about another one. Sets no time limit (FT-06 does).
-- remedy: Mark the entry with the outcome (mention), or erase it.
select entry.entry_id, outcome.on_date, entry.mention_on, entry.unit,
       entry.status = 'active' and outcome.on_date >= entry.opened_on
       and coalesce(entry.mention_on < outcome.on_date, true) as breach,
       'still active after a dismissal, and not marked with it' as reason
from outcome
join entry on entry.subject_id = outcome.subject_id
where outcome.kind in ('dismissal', 'no_further_action')
      and (entry.status = 'active' or entry.status is null)
      and coalesce(outcome.on_date >= entry.opened_on, true)
