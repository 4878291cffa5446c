-- Fields that arrive in events and that no trait takes: their names and shapes, never a value. Processing counts them by samples, beside the
-- transaction that applies; at most 500 rows per source, whose further fields share one row with an empty type and path.
create table ignored_fields (
  source_id  text not null,
  event_type text not null,
  path       text not null,                   -- a name that looks personal is '*'
  field_id   uuid not null default gen_random_uuid(),
  shape      text not null,
  format     text,                            -- what its texts look like: 'email', 'date', ...; null: nothing known
  events     bigint not null,                 -- about how many had it
  first_seen timestamptz not null,
  last_seen  timestamptz not null,
  primary key (source_id, event_type, path)
);
