-- Tables of the workspace by which events are enriched: the value of one trait or property gives values of others. Written by the Migrator with
-- the rest of the workspace, read by every host when its version changes.
create table enrichments (
  name        text primary key,
  definition  text not null,                  -- JSON: what the key is, which traits are set, and the rows
  updated_at  timestamptz not null default now()
);
