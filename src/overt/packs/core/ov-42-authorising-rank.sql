-- id: OV-42
-- title: Every authority was granted by an officer of sufficient rank
-- asks: Did the officer who granted each authority hold at least the rank that its kind asks for?
-- kind: statute
-- basis: Regulation of Investigatory Powers (Directed Surveillance and Covert Human Intelligence Sources) Order 2010, SI 2010/521 (2010-04-06 ..)
-- basis: Regulation of Investigatory Powers (Covert Human Intelligence Sources: Relevant Sources) Order 2013, SI 2013/2788 (2014-01-01 ..)
-- basis: Home Office, Covert Human Intelligence Sources: Revised Code of Practice, 2018, Annex A (2018-09-01 .. 2022-12-12)
-- basis: Home Office, Covert Human Intelligence Sources: Revised Code of Practice, December 2022, Annex A (2022-12-13 ..)
-- dated: granted_on
-- severity: high
-- gate: refuse
-- limits: the ranks are those of the Orders: a superintendent for directed surveillance and a covert source, an inspector where it was urgent; for an undercover source from 2014 an assistant chief constable, in London a commander, and a superintendent where it was urgent; for a juvenile source the assistant chief constable stands in the Code of Practice (Annex A, not confirmed) and in no Order, and the reason of such a row says so; the higher approval that an undercover source needs beyond twelve months is not seen; warrants, statutory powers, court orders and consent are not judged; a rank outside the model's list, and what was granted before 6 April 2010 or on a day not recorded, cannot be judged; the Act of 2000 does not reach conduct that is likely to take place in Scotland, which has an Act of its own
-- remedy: Have the authority looked at by an officer of the right rank now, stop relying on it meanwhile, and report the error.
select ranked.authority_id, ranked.granted_on,
       case when ranked.granted_on >= '2010-04-06'
            then ranked.held_rank < ranked.needed_rank
                 and not (ranked.urgent and ranked.held_rank >= ranked.urgent_rank) end as breach,
       case when ranked.kind = 'juvenile_chis' and ranked.held_rank >= case when ranked.urgent then 3 else 4 end
                then 'granted below the rank that the Code of Practice asks for a juvenile source'
            else 'granted below the rank that the kind asks for' end as reason
from (
    select authority.authority_id, authority.kind, authority.granted_on,
           case when has(authority.urgent) then authority.urgent end as urgent,
           case authority.granted_by_rank
               when 'constable' then 1
               when 'sergeant' then 2
               when 'inspector' then 3
               when 'superintendent' then 4
               when 'commander' then 5
               when 'assistant_chief_constable' then 5
               when 'assistant_commissioner' then 6
               when 'chief_constable' then 6 end as held_rank,
           case authority.kind
               when 'directed_surveillance' then 4
               when 'chis' then 4
               when 'juvenile_chis' then 5
               when 'undercover' then case when authority.granted_on < '2014-01-01' then 4 else 5 end end as needed_rank,
           case authority.kind
               when 'directed_surveillance' then 3
               when 'chis' then 3
               when 'juvenile_chis' then 5
               when 'undercover' then case when authority.granted_on < '2014-01-01' then 3 else 4 end end as urgent_rank
    from authority
    where coalesce(authority.kind, '') not in ('ipa', 'statutory_power', 'court_order', 'consent', 'device_agreement')
) as ranked
