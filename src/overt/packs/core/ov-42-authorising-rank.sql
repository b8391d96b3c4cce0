-- id: OV-42
-- title: Every authority was granted by an officer of sufficient rank
-- asks: Did the officer who granted each authority hold at least the rank that its kind asks for?
-- kind: statute
-- basis: Regulation of Investigatory Powers (Directed Surveillance and Covert Human Intelligence Sources) Order 2010, SI 2010/521 (2010-04-06 ..)
-- basis: Regulation of Investigatory Powers (Covert Human Intelligence Sources: Relevant Sources) Order 2013, SI 2013/2788 (2014-01-01 ..)
-- dated: granted_on
-- severity: high
-- gate: refuse
-- limits: the ranks are to be checked against the Orders before a finding is relied on; they are taken to be superintendent for directed surveillance and covert sources, inspector where it was urgent, assistant chief constable (in London, commander) for juvenile and undercover sources; the higher approval that an undercover source needs beyond twelve months is not seen; a rank outside the model's list cannot be judged, and authorities older than the Orders are held to the same ranks; the Act of 2000 does not reach conduct that is likely to take place in Scotland, which has an Act of its own
-- remedy: Have the authority looked at by an officer of the right rank now, stop relying on it meanwhile, and report the error.
select ranked.authority_id, ranked.granted_on,
       ranked.held_rank < ranked.needed_rank
       and not (ranked.urgent and ranked.held_rank = 3 and ranked.needed_rank = 4) as breach,
       'granted below the rank that the kind asks for' as reason
from (
    select authority.authority_id, authority.granted_on, case when has(authority.urgent) then authority.urgent end as urgent,
           case authority.granted_by_rank
               when 'constable' then 1
               when 'sergeant' then 2
               when 'inspector' then 3
               when 'superintendent' then 4
               when 'assistant_chief_constable' then 5
               when 'chief_constable' then 6 end as held_rank,
           case authority.kind
               when 'directed_surveillance' then 4
               when 'chis' then 4
               when 'juvenile_chis' then 5
               when 'undercover' then 5 end as needed_rank
    from authority
    where authority.kind is distinct from 'ipa'
) as ranked
