-- The same tables as postgres/4_changes.sql, in SQLite's words: what people changed of a day, one row a value; keys
-- of shops.
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
create table api_keys (
    number integer primary key,
    digest blob not null unique,
    name text not null,
    scopes text not null,
    created_at integer not null,
    last_used_at integer,
    revoked_at integer
) strict;
