-- What people changed of a day: one row a value, with what it was before. Rows are only added.
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
