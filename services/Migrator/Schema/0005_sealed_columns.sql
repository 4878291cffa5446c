-- How rows lie on the disk, by what is done with them. docs/performance.md has the figures.
--
-- A profile's state is read and written whole with nearly every event. Out of line it cost more than the row itself: its chunks, their index, and the
-- deletion of the old ones. So it stays in the row as long as it fits a page, and each page keeps room for a new version of one of its rows beside
-- them: then no index has to be touched.
alter table profiles set (toast_tuple_target = 8160, fillfactor = 70);

-- What is sealed looks like noise: trying to compress it is in vain.
alter table profiles      alter column state    set storage external;
alter table events        alter column raw      set storage external;
alter table event_batches alter column payload  set storage external, alter column outgoing set storage external;
alter table dead_letters  alter column raw      set storage external;
