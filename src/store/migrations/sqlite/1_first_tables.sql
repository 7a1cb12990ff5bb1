-- The same tables as postgres/1_first_tables.sql, in SQLite's words.
pragma application_id = 1668246628;

create table meta (
    name text primary key,
    value blob not null
) strict;

create table days (
    id integer primary key,
    digest blob not null unique,
    name text not null,
    date text not null,
    network blob not null,
    orders blob not null,
    created_at integer not null
) strict;

create table plans (
    id integer primary key,
    day integer not null references days (id),
    status text not null check (status in ('draft', 'published', 'superseded')),
    version integer not null,
    base integer references plans (id),
    source text not null,
    seed integer,
    created_at integer not null,
    published_at integer,
    published_by text,
    reasons text not null,
    figures text not null,
    report blob not null,
    body blob not null
) strict;
create index plans_of_day on plans (day);
create unique index one_published_plan_a_day on plans (day) where status = 'published';

create table events (
    number integer primary key,
    id text not null unique,
    day integer not null references days (id),
    actor text not null,
    role text not null,
    received_at integer not null,
    order_id text,
    form integer not null,
    body text not null
) strict;
create index events_of_day on events (day, number);
create index events_of_order on events (day, order_id) where order_id is not null;

create table devices (
    number integer primary key,
    token blob not null unique,
    role text not null,
    courier text,
    centre text,
    name text not null,
    created_at integer not null,
    last_seen_at integer,
    revoked_at integer
) strict;

create table enrolments (
    code blob primary key,
    role text not null,
    courier text,
    centre text,
    name text not null,
    created_at integer not null,
    expires_at integer not null,
    used_at integer,
    device integer references devices (number)
) strict;

create table requests (
    scope text not null,
    name text not null,
    digest blob not null,
    status integer,
    content_type text,
    location text,
    body blob,
    expires_at integer not null,
    primary key (scope, name)
) strict;
create index requests_by_expiry on requests (expires_at);

create table pickup_codes (
    day integer not null references days (id),
    order_id text not null,
    centre text not null,
    code text not null,
    primary key (day, order_id),
    unique (day, centre, code)
) strict;
