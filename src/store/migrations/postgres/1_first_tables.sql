-- The same tables as sqlite/1_first_tables.sql, in PostgreSQL's words.

create table meta (
    name text primary key,
    value bytea not null
);

create table days (
    id bigint primary key,
    digest bytea not null unique,
    name text not null,
    date text not null,
    network bytea not null,
    orders bytea not null,
    created_at bigint not null
);

create table plans (
    id bigint primary key,
    day bigint not null references days (id),
    status text not null check (status in ('draft', 'published', 'superseded')),
    version bigint not null,
    base bigint references plans (id),
    source text not null,
    seed bigint,
    created_at bigint not null,
    published_at bigint,
    published_by text,
    reasons text not null,
    figures text not null,
    report bytea not null,
    body bytea not null
);
create index plans_of_day on plans (day);
create unique index one_published_plan_a_day on plans (day) where status = 'published';

create table events (
    number bigint primary key,
    id text not null unique,
    day bigint not null references days (id),
    actor text not null,
    role text not null,
    received_at bigint not null,
    order_id text,
    form bigint not null,
    body text not null
);
create index events_of_day on events (day, number);
create index events_of_order on events (day, order_id) where order_id is not null;

create table devices (
    number bigint primary key,
    token bytea not null unique,
    role text not null,
    courier text,
    centre text,
    name text not null,
    created_at bigint not null,
    last_seen_at bigint,
    revoked_at bigint
);

create table enrolments (
    code bytea primary key,
    role text not null,
    courier text,
    centre text,
    name text not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint,
    device bigint references devices (number)
);

create table requests (
    scope text not null,
    name text not null,
    digest bytea not null,
    status bigint,
    content_type text,
    location text,
    body bytea,
    expires_at bigint not null,
    primary key (scope, name)
);
create index requests_by_expiry on requests (expires_at);

create table pickup_codes (
    day bigint not null references days (id),
    order_id text not null,
    centre text not null,
    code text not null,
    primary key (day, order_id),
    unique (day, centre, code)
);
