-- id: FT-01
-- title: An entry should be erased after an acquittal, unless the prosecutor orders it to be kept
-- asks: After each acquittal, was every earlier entry about the person closed, or did the prosecutor order that the data be kept?
-- kind: benchmark
-- basis: Code de procédure pénale art 230-8, as the reason, not as the rule
-- dated: on_date
-- found in: CNIL, deliberation SAN-2024-017, 17 October 2024: it was found that many prosecutors' offices did not pass acquittals, dismissals and decisions of no further action on as a matter of course, so that entries were neither erased nor marked
-- severity: critical
-- gate: none
-- limits: The wording of the article was not seen, only a secondary source on it. An outcome is recorded for the person and not for one case, so entries made before the acquittal are examined and later ones are not. Sets no time limit (FT-06 does). Relies on the register's record of the order.
-- remedy: Erase the entry, or record the date of the prosecutor's order, mark the entry and tell the person.
select entry.entry_id, outcome.on_date, entry.opened_on, entry.unit,
       outcome.kept_by_order_on is null
       and entry.status = 'active' and outcome.on_date >= entry.opened_on as breach,
       'still active after an acquittal, and no order to keep it' as reason
from outcome
join entry on entry.subject_id = outcome.subject_id
where outcome.kind = 'acquittal'
      and (entry.status = 'active' or entry.status is null)
      and coalesce(outcome.on_date >= entry.opened_on, true)
