-- What a day's files were before they were corrected.
create table day_versions (
    day bigint not null references days (id),
    version bigint not null,
    digest bytea not null,
    name text not null,
    network bytea not null,
    orders bytea not null,
    replaced_at bigint not null,
    primary key (day, version)
);
create index days_of_date on days (date);
