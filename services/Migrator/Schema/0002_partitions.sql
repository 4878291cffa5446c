-- Day partitions of the three tables that grow with every event, by UTC day, named events_20261123.
--
-- events is cut by received_at, event_batches and ledger_entries by batch_id: a UUIDv7 starts with its time in milliseconds,
-- so the ids of a day lie between the day's first millisecond and the next day's.
--
-- Each table also has a default partition. It takes what no day takes: a replayed event keeps its old received_at, a batch
-- that was spilled during a long outage its old id, a host's clock may be wrong. So an insert never fails for want of a
-- partition. ensure_partitions moves such rows into the day's partition when it makes one later; drop_expired_partitions
-- deletes them when they are too old.

create table events_default         partition of events         default;
create table event_batches_default  partition of event_batches  default;
create table ledger_entries_default partition of ledger_entries default;

-- The smallest UUIDv7 of the millisecond that holds the instant (RFC 9562, 5.7). Version and variant bits stay zero: as a
-- bound, that is below every id of that millisecond and above every id of the one before.
create function uuid_v7_floor(instant timestamptz) returns uuid
language sql immutable strict parallel safe
return (lpad(to_hex(floor(extract(epoch from instant) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

-- The first instant of a UTC day, whatever the session's time zone is.
create function utc_midnight(day date) returns timestamptz
language sql immutable strict parallel safe
return day::timestamp at time zone 'UTC';

create function utc_today() returns date
language sql stable parallel safe
return (now() at time zone 'UTC')::date;

create function partition_name(parent text, day date) returns text
language sql stable strict parallel safe
return parent || '_' || to_char(day, 'YYYYMMDD');

-- Where a table's partition of that day begins; the next day's beginning is its end. A literal of the key's type.
create function partition_bound(parent text, day date) returns text
language sql stable strict parallel safe
return case parent when 'events' then utc_midnight(day)::text else uuid_v7_floor(utc_midnight(day))::text end;

-- Makes one partition. Attaching needs a weaker lock on the parent than `create table ... partition of`, so hosts go on writing.
create function add_partition(parent text, key text, day date) returns void
language plpgsql as $$
declare
  child     text := partition_name(parent, day);
  spare     text := parent || '_default';
  bound     text := partition_bound(parent, day);
  next_bound text := partition_bound(parent, day + 1);
begin
  execute format('create table %I (like %I including all)', child, parent);
  -- Nobody may add a row of this day to the default partition between the move and the attachment.
  execute format('lock table %I in access exclusive mode', spare);
  execute format('with moved as (delete from %1$I where %2$I >= %3$L and %2$I < %4$L returning *) insert into %5$I select * from moved',
                 spare, key, bound, next_bound, child);
  execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, child, bound, next_bound);
end
$$;

-- Makes the partitions from yesterday (clocks differ around midnight) to so many days ahead. Returns how many were missing.
-- Cheap when there are none, so that it can be called at every start and every few hours.
create function ensure_partitions(days_ahead int default 3, today date default utc_today()) returns int
language plpgsql as $$
declare
  missing record;
  made    int := 0;
begin
  perform pg_advisory_xact_lock(hashtext('freshet.partitions'));
  for missing in
    select t.parent, t.key, today + n as day
    from (values ('events', 'received_at'), ('event_batches', 'batch_id'), ('ledger_entries', 'batch_id')) as t (parent, key)
    cross join generate_series(-1, days_ahead) as n
    where to_regclass(partition_name(t.parent, today + n)) is null
  loop
    perform add_partition(missing.parent, missing.key, missing.day);
    made := made + 1;
  end loop;
  return made;
end
$$;

-- Whether a batch with an id in that range still has to be applied. Such a batch holds acknowledged events: it never expires.
create function has_open_batch(from_id uuid, to_id uuid) returns boolean
language sql stable parallel safe
return exists (select from event_batches
               where batch_id >= from_id and batch_id < to_id and state in ('Received', 'WaitingForRetry'));

-- Deletes from the default partitions what is older than the retention, then drops the partitions of days that ended before it.
-- Days with a batch that is still open stay. Dropping locks the whole table until the function has ended, so that comes last,
-- and who cannot have the lock within two seconds gives up: the next call takes the rest. Returns how many partitions were dropped.
create function drop_expired_partitions(retention interval default '31 days', today date default utc_today()) returns int
language plpgsql set lock_timeout = '2s' as $$
declare
  cutoff  date := (today - retention)::date;
  expired record;
  dropped int := 0;
begin
  perform pg_advisory_xact_lock(hashtext('freshet.partitions'));

  delete from events_default where received_at < utc_midnight(cutoff);
  delete from ledger_entries_default l
  where l.batch_id < uuid_v7_floor(utc_midnight(cutoff))
    and not exists (select from event_batches b where b.batch_id = l.batch_id and b.state in ('Received', 'WaitingForRetry'));
  delete from event_batches_default
  where batch_id < uuid_v7_floor(utc_midnight(cutoff)) and state not in ('Received', 'WaitingForRetry');

  for expired in
    select parent.relname as parent, child.relname as child, to_date(right(child.relname, 8), 'YYYYMMDD') as day
    from pg_inherits
    join pg_class parent on parent.oid = inhparent
    join pg_class child  on child.oid = inhrelid
    where inhparent in ('events'::regclass, 'event_batches'::regclass, 'ledger_entries'::regclass)
      and child.relname ~ '_[0-9]{8}$'
      and to_date(right(child.relname, 8), 'YYYYMMDD') < cutoff
    order by 3, 1 desc
  loop
    continue when expired.parent <> 'events'
      and has_open_batch(uuid_v7_floor(utc_midnight(expired.day)), uuid_v7_floor(utc_midnight(expired.day + 1)));
    begin
      execute format('drop table %I', expired.child);
      dropped := dropped + 1;
    exception when lock_not_available then
      raise notice 'partition % is in use; the next call drops it', expired.child;
      exit;
    end;
  end loop;
  return dropped;
end
$$;
