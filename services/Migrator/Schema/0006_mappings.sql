-- How senders' events are understood. Every version that was ever in force is kept, so that a replay can name one.
create table mappings (
  name       text not null,
  version    int not null,                    -- from 1, by name
  definition json not null,                   -- json, not jsonb: the order of 'let' and of rules means something
  checksum   text not null,                   -- of the definition: a file that returns to a former text returns to that version
  active     boolean not null,
  created_at timestamptz not null default now(),
  primary key (name, version),
  unique (name, checksum)
);
create unique index mappings_active on mappings (name) where active;
