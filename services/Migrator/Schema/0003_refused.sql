-- Events of a known sender that were refused before they counted as received: a figure beside the ledger's equation, not in it.
-- Each Ingress keeps one row per source and hour, under a batch id of its own that no batch has, and writes its total so far.
alter table ledger_entries add column refused int not null default 0;

create or replace view ledger as
select e.hour,
       e.source_id,
       sum(e.received)::bigint  as received,
       sum(e.duplicate)::bigint as duplicate,
       sum(e.filtered)::bigint  as filtered,
       sum(e.applied)::bigint   as applied,
       sum(e.parked)::bigint    as parked,
       coalesce(sum(e.carries) filter (where b.state in ('Received', 'WaitingForRetry')), 0)::bigint as waiting,
       sum(e.received - e.duplicate - e.filtered - e.applied - e.parked)::bigint
         - coalesce(sum(e.carries) filter (where b.state in ('Received', 'WaitingForRetry')), 0)::bigint as residue,
       sum(e.refused)::bigint   as refused
from ledger_entries e
left join event_batches b on b.batch_id = e.batch_id
group by e.hour, e.source_id;
