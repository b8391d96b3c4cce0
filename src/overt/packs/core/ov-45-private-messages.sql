-- id: OV-45
-- title: Private messages must be obtained with lawful authority
-- asks: Does each private message rest on a warrant under the Investigatory Powers Act 2016, a statutory power, a court order or consent?
-- kind: statute
-- basis: Investigatory Powers Act 2016 s.3 (2018-06-27 ..)
-- basis: Investigatory Powers Act 2016 s.6(1)(a)-(c) (2018-05-31 ..)
-- basis: Regulation of Investigatory Powers Act 2000 s.1 (2000-10-02 .. 2018-06-26)
-- basis: Police, Crime, Sentencing and Courts Act 2022 s.37, as the power in a device agreement (2022-11-08 ..)
-- dated: collected_on
-- severity: critical
-- gate: refuse
-- limits: Does not judge whether the power, the order or the consent covered the message. An agreement to extract data from a device became a power on 8 November 2022; before that date it is not known what it rests on. A message in which an officer's persona took part may be covered by the authorisation for that covert source, which these columns cannot show, so it is unknown and not a breach. A message that its sender or receiver gave to the police depends on their consent, and should be recorded as coming from the victim or witness. The Acts apply in the whole United Kingdom.
-- remedy: Record the warrant, power, order or consent, or delete the message and report the error to the oversight body.
select item.item_id, item.entry_id, item.authority_id, item.collected_on,
       case when authority.kind in ('ipa', 'statutory_power', 'court_order', 'consent') then false
            when authority.kind = 'device_agreement' then
                case when not has(item.collected_on) then null
                     when item.collected_on >= :device_agreement_from then false end
            when item.visibility is null then null
            when item.authority_id is null then true
            when not has(authority.authority_id) then null
            when not has(authority.kind) then null
            when authority.kind is null then null
            when item.visibility = 'persona' and authority.kind in ('chis', 'juvenile_chis', 'undercover') then null
            else true end as breach,
       case when item.authority_id is null then 'no lawful authority is recorded'
            else 'the authority is not one for other people''s messages' end as reason
from item
left join authority on authority.authority_id = item.authority_id
where item.origin = 'message'
  and (item.visibility in ('private', 'persona') or item.visibility is null)
