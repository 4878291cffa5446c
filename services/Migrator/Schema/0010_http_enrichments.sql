-- Enrichments of the workspace that ask a source about a profile. In a table of their own: older hosts take every row of enrichments for a table.
create table http_enrichments (
  name        text primary key,
  definition  jsonb not null,
  updated_at  timestamptz not null default now()
);

-- What is to be asked about whom. Written in the transaction that changes the profile, so no change is missed; the row stays after the answer, so
-- that the change which the answer itself makes orders nothing.
create table enrichment_orders (
  profile_id  uuid not null,
  name        text not null,                  -- of the enrichment
  order_id    uuid not null,
  generation  int  not null,                  -- grows with each order of the profile; with order_id it is the message id of the answer
  key_hash    uuid not null,                  -- keyed hash of what is asked by
  state       text not null,                  -- 'Waiting' | 'Answered' | 'NotKnown' | 'GaveUp'
  reason      text,                           -- why the last attempt brought nothing
  attempt     int  not null,
  retry_at    timestamptz,                    -- when it is due; while it is being asked: when others may take it
  lease       uuid,                           -- who is asking
  asked_at    timestamptz not null,
  holds_until timestamptz not null,           -- later events of the profile order again
  primary key (profile_id, name)
) with (fillfactor = 85);
create index enrichment_orders_due on enrichment_orders (name, retry_at) where state = 'Waiting';
create index enrichment_orders_given_up on enrichment_orders (name, asked_at) where state = 'GaveUp';

-- Sources that asked to be left alone for a while, by all hosts.
create table enrichment_pauses (
  source_id   text primary key,
  until       timestamptz not null
);

-- Answers that other profiles may use: only of enrichments that ask by nothing personal.
create table enrichment_answers (
  name        text not null,
  key_hash    uuid not null,
  body        bytea,                          -- sealed; null: the source knows nothing
  key_id      uuid,
  answered_at timestamptz not null,
  holds_until timestamptz not null,
  primary key (name, key_hash)
);
create index enrichment_answers_age on enrichment_answers (holds_until);
