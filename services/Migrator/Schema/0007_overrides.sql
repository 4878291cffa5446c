-- Values that a person set for a while instead of what sources say. What is in force is in the profile's sealed state, so that applying an event
-- looks nothing up; this table is the history (who, when, until when, why) and says when the next one ends.
create table overrides (
  subject_id  uuid not null,                  -- the identity that it follows when profiles merge and part
  override_id uuid not null,
  trait       text not null,
  set_at      timestamptz not null,
  set_by      text not null,                  -- name of the key that set it
  expires_at  timestamptz not null,
  ended_at    timestamptz,                    -- null: in force, or just about to be taken off
  ended       text,                           -- 'expired' | 'removed' | 'replaced'
  ended_by    text,                           -- name of the key that removed or replaced it
  sealed      bytea not null,                 -- value and reason, sealed under the key of the profile that it was set on
  key_id      uuid not null,
  primary key (subject_id, override_id)
);
create index overrides_due on overrides (expires_at) where ended_at is null;
