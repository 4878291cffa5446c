-- Values that an event was applied without, because their trait cannot take them: [{"trait": "age", "code": "type.mismatch"}]. The names are the
-- dictionary's; the values are only in the sealed raw event. Null: none, as nearly always.
alter table events add column rejected jsonb;
