-- The same table as postgres/4_changes.sql, in SQLite's words: what people changed of a day, one row a value.
create table changes (
    number integer primary key,
    day integer not null references days (id),
    at integer not null,
    actor text not null,
    name text not null,
    what text not null,
    item text not null,
    field text,
    before text not null,
    after text not null
) strict;
create index changes_of_day on changes (day, number);
create index changes_of_item on changes (day, what, item);
