-- The same as postgres/3_derived_codes.sql, in SQLite's words: pickup codes are derived from a key outside the database and
-- a version; what is dropped is overwritten.
pragma secure_delete = on;
create table pickup_versions (
    day integer not null references days (id),
    order_id text not null,
    centre text not null,
    version integer not null,
    primary key (day, order_id)
) strict;
create index pickup_versions_of_centre on pickup_versions (day, centre);
insert into pickup_versions select day, order_id, centre, 1 from pickup_codes;
drop table pickup_codes;
-- Kept answers held one-time codes.
delete from requests where scope like '%/api/v1/enrolments';
