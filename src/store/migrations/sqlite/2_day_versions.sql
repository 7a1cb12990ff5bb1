-- The same table as postgres/2_day_versions.sql, in SQLite's words: what a day's files were before they were corrected.
create table day_versions (
    day integer not null references days (id),
    version integer not null,
    digest blob not null,
    name text not null,
    network blob not null,
    orders blob not null,
    replaced_at integer not null,
    primary key (day, version)
) strict;
create index days_of_date on days (date);
