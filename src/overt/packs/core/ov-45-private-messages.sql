-- id: OV-45
-- title: Private messages were obtained under the Investigatory Powers Act
-- asks: Does each private message rest on an authority under the Investigatory Powers Act 2016?
-- kind: statute
-- basis: Investigatory Powers Act 2016 s.3 (2018-06-27 ..)
-- basis: Investigatory Powers Act 2016 s.6(1)(a)-(c) (2018-05-31 ..)
-- basis: Regulation of Investigatory Powers Act 2000 s.1 (2000-10-02 .. 2018-06-26)
-- dated: collected_on
-- severity: critical
-- gate: refuse
-- limits: whether the power reached the message is not judged; a message that an officer's persona took part in may be covered by the authority for that covert source, which these columns cannot show, so it is unknown and not a breach; a message that its sender or receiver gave to the police is a matter for their consent, and should be recorded as coming from the victim or witness; the Acts hold in the whole United Kingdom
-- remedy: Record the authority under the Act, or delete the message and report the error to the oversight body.
select item.item_id, item.entry_id, item.authority_id, item.collected_on,
       case when authority.kind = 'ipa' then false
            when item.visibility is null then null
            when item.authority_id is null then true
            when not has(authority.authority_id) then null
            when not has(authority.kind) then null
            when authority.kind is null then null
            when item.visibility = 'persona' and authority.kind in ('chis', 'juvenile_chis', 'undercover') then null
            else true end as breach,
       case when item.authority_id is null then 'no authority is recorded'
            else 'the authority is not one under the Act' end as reason
from item
left join authority on authority.authority_id = item.authority_id
where item.origin = 'message'
  and (item.visibility in ('private', 'persona') or item.visibility is null)
