-- What people changed of a day: one row a value, with what it was before. Rows are only added. Keys
-- of shops are kept as digests.
create table changes (
    number bigint primary key,
    day bigint not null references days (id),
    at bigint not null,
    actor text not null,
    name text not null,
    what text not null,
    item text not null,
    field text,
    before text not null,
    after text not null
);
create index changes_of_day on changes (day, number);
create index changes_of_item on changes (day, what, item);
create table api_keys (
    number bigint primary key,
    digest bytea not null unique,
    name text not null,
    scopes text not null,
    created_at bigint not null,
    last_used_at bigint,
    revoked_at bigint
);
