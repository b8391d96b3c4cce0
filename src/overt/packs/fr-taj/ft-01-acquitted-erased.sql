-- id: FT-01
-- title: After an acquittal an entry is erased, unless the prosecutor has it kept
-- asks: After each acquittal, is every entry of the person that was made before it closed, or did the prosecutor order that the data be kept?
-- kind: benchmark
-- basis: Code de procédure pénale art 230-8, as the reason, not as the rule
-- dated: on_date
-- found in: CNIL, deliberation SAN-2024-017, 17 October 2024: it was found that many prosecutors' offices did not pass acquittals, dismissals and decisions of no further action on as a matter of course, so that entries were neither erased nor marked
-- severity: critical
-- gate: none
-- limits: the wording of the article was not seen, only a secondary source on it; an outcome is tied to the person and not to one case, so that entries made before the acquittal are asked about and later ones are not; gives no time in which it must be done (FT-06 does); takes the register's word for the order
-- remedy: Erase the entry, or record the day of the prosecutor's order, mark the entry and tell the person.
select entry.entry_id, outcome.on_date, entry.opened_on, entry.unit,
       outcome.kept_by_order_on is null
       and entry.status = 'active' and outcome.on_date >= entry.opened_on as breach,
       'still in use after an acquittal, and no order to keep it' as reason
from outcome
join entry on entry.subject_id = outcome.subject_id
where outcome.kind = 'acquittal'
      and (entry.status = 'active' or entry.status is null)
      and coalesce(outcome.on_date >= entry.opened_on, true)
