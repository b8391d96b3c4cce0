-- id: OV-74
-- title: An agreement to extract data from a device must be in writing, and not made by a child alone
-- asks: Does each agreement to extract data from a device have a written notice and a written confirmation, and was it not made by a child alone?
-- kind: statute
-- basis: Police, Crime, Sentencing and Courts Act 2022 ss.37-39 (2022-11-08 ..)
-- in force: 2022-11-08 ..
-- dated: granted_on
-- severity: high
-- gate: refuse
-- limits: Checks that the notice and the confirmation were recorded, not what they say or whether the person understood them. Data obtained under another power, an order or consent is out of scope, because section 37(12) does not affect other powers. An agreement before 8 November 2022 was not one under the Act and is out of scope.
-- remedy: Stop using the extracted data. Give the notice and have the agreement confirmed by a person entitled to give it, or delete the data.
select authority.authority_id, authority.granted_on, authority.notice_on, authority.confirmed_on,
       (case when authority.kind = 'device_agreement' then true end)
       and (authority.notice_on is null or authority.confirmed_on is null
            or case when has(authority.agreed_by) then authority.agreed_by = 'child' end) as breach,
       case when authority.notice_on is null then 'no written notice was given'
            when authority.confirmed_on is null then 'the agreement was not confirmed in writing'
            else 'a child made the agreement alone' end as reason
from authority
where authority.kind = 'device_agreement' or authority.kind is null
