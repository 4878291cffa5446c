-- The core of Freshet: how an event is kept, applied and accounted for. docs/architecture.md walks through it.

-- What this installation knows. Applied from the workspace files by the Migrator; read by every host, which listens on the
-- channel 'workspace_changed' to load it again.
create table sources (
  source_id   text primary key,
  kind        text not null,                  -- 'standard-webhooks' | 'tracking'
  name        text not null,
  enabled     boolean not null default true,
  settings    jsonb not null default '{}',    -- secret references (never values), limits, mapping
  updated_at  timestamptz not null default now()
);

create table traits (
  name        text primary key,
  ordinal     int not null,                   -- position in the dictionary, for readers
  definition  jsonb not null,
  updated_at  timestamptz not null default now()
);

create table workspace (
  one         boolean primary key default true check (one),
  version     bigint not null,                -- grows by one each time sources or traits change
  checksum    text not null,
  applied_at  timestamptz not null default now()
);

-- Data keys, wrapped by the key-encryption key. purpose 'profile': one per profile; erasing a person destroys theirs.
-- purpose 'batch': raw events before their profile is known; 'cache': what Redis holds. The latter two are rotated by age.
create table data_keys (
  key_id       uuid primary key,
  purpose      text not null,
  profile_id   uuid,
  kek_id       text not null,
  wrapped      bytea,                         -- null once destroyed
  created_at   timestamptz not null default now(),
  destroyed_at timestamptz
);
create index data_keys_profile on data_keys (profile_id) where profile_id is not null;
-- Few keys are wrapped by an old secret: what a rotation still has to do is found without reading the table.
create index data_keys_kek on data_keys (kek_id, key_id) where wrapped is not null;
create index data_keys_purpose on data_keys (purpose, created_at desc) where purpose <> 'profile';

-- One row per event ever accepted (kept 31 days): event_id is derived from source and message id, so the same message is
-- the same event on any path and the primary key is the duplicate check.
create table event_keys (
  event_id    uuid primary key,
  batch_id    uuid not null,
  ordinal     int  not null,
  received_at timestamptz not null
);
create index event_keys_age on event_keys using brin (received_at);

-- The micro-batch that Ingress commits before it answers, and at the same time the saga instance that Processing moves.
-- batch_id is a UUIDv7, so a range of ids is a range of time and old batches leave by dropping a partition.
create table event_batches (
  batch_id     uuid not null primary key,
  parent_id    uuid,                          -- the batch it was split off from
  kind         text not null,                 -- 'received' | 'split' | 'replay' | 'unmerge'
  state        text not null,                 -- 'Received' | 'WaitingForRetry' | 'Applied' | 'Split' | 'Parked'
  received_at  timestamptz not null,
  event_count  int not null,
  fresh        int[] not null default '{}', -- ordinals in payload that were new; the others are duplicates and are skipped
  payload      bytea,                         -- raw events, sealed with payload_key; null once every event has its own place
  payload_key  uuid,
  attempt      int not null default 0,
  retry_at     timestamptz,
  failure      text,                          -- code of the last failure, no personal data
  applied_at   timestamptz,
  outgoing     bytea,                         -- changes to publish, sealed; null once published
  outgoing_key uuid,
  published_at timestamptz
) partition by range (batch_id);
create index event_batches_open on event_batches (state, retry_at) where state in ('Received', 'WaitingForRetry');
create index event_batches_unpublished on event_batches (applied_at) where outgoing is not null;

-- Counters per batch, source and hour of receipt. Ingress writes received/duplicate/filtered, Processing applied/parked,
-- each in the transaction that makes it true. carries = events of this source that the batch still has to place.
create table ledger_entries (
  batch_id   uuid not null,
  source_id  text not null,
  hour       timestamptz not null,
  received   int not null default 0,
  duplicate  int not null default 0,
  filtered   int not null default 0,
  carries    int not null default 0,
  applied    int not null default 0,
  parked     int not null default 0,          -- may be negative: a replay takes its events out of the dead letters
  primary key (batch_id, source_id, hour)
) partition by range (batch_id);
create index ledger_entries_hour on ledger_entries (hour, source_id);

-- One live profile. traits holds the visible values that are not personal (segments read them in SQL); state holds
-- everything (identities, links, per-identity trait states, personal values) in one seal under the profile's data key.
create table profiles (
  profile_id  uuid primary key,
  version     bigint not null,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  merged_into uuid,
  traits      jsonb not null default '{}',
  state       bytea,                          -- null for a profile that was merged away
  key_id      uuid not null
) with (fillfactor = 85);

-- Which profile an identity belongs to. identity_id is the blind index (keyed HMAC of namespace and value).
create table identities (
  identity_id uuid primary key,
  profile_id  uuid not null
) with (fillfactor = 90);
create index identities_profile on identities (profile_id);

-- Applied events. subject_id is the strongest identity of the event: it never changes, so merging and unmerging profiles
-- moves no history. The raw event is sealed under the data key of the profile it was applied to.
create table events (
  subject_id  uuid not null,
  occurred_at timestamptz not null,
  event_id    uuid not null,
  received_at timestamptz not null,
  source_id   text not null,
  type        text not null,
  batch_id    uuid not null,
  raw         bytea not null,
  key_id      uuid not null,
  primary key (subject_id, occurred_at, event_id, received_at)
) partition by range (received_at);

create table dead_letters (
  dead_letter_id uuid primary key,
  event_id       uuid not null,
  source_id      text not null,
  message_id     text not null,
  type           text,
  received_at    timestamptz not null,
  parked_at      timestamptz not null,
  stage          text not null,               -- 'read' | 'map' | 'apply' | 'bus'
  code           text not null,
  reason         text not null,               -- tells the cure; never holds values of the event
  fingerprint    text not null,               -- stage, code and place of the cause: equal causes have equal fingerprints
  attempts       int not null,
  state          text not null,               -- 'Parked' | 'Replaying' | 'Replayed'
  batch_id       uuid not null,               -- the batch that parked it
  replay_batch_id uuid,
  raw            bytea not null,              -- body and headers, sealed
  key_id         uuid not null
);
create index dead_letters_listing on dead_letters (parked_at desc, dead_letter_id);
create index dead_letters_fingerprint on dead_letters (fingerprint, state);
create unique index dead_letters_open on dead_letters (event_id) where state <> 'Replayed';

create view ledger as
select e.hour,
       e.source_id,
       sum(e.received)::bigint  as received,
       sum(e.duplicate)::bigint as duplicate,
       sum(e.filtered)::bigint  as filtered,
       sum(e.applied)::bigint   as applied,
       sum(e.parked)::bigint    as parked,
       coalesce(sum(e.carries) filter (where b.state in ('Received', 'WaitingForRetry')), 0)::bigint as waiting,
       sum(e.received - e.duplicate - e.filtered - e.applied - e.parked)::bigint
         - coalesce(sum(e.carries) filter (where b.state in ('Received', 'WaitingForRetry')), 0)::bigint as residue
from ledger_entries e
left join event_batches b on b.batch_id = e.batch_id
group by e.hour, e.source_id;
