-- +goose NO TRANSACTION
-- +goose Up
-- All pending migrations run inside one immediate transaction that the adapter holds (migrate.go), so goose
-- must not begin its own. Times are integer milliseconds UTC. Migrations only add.

-- rl is the ledger's head: how many slots count, and until when none may be taken.
create table rl (
    name text primary key,
    size integer not null,
    closed_until integer not null
) without rowid;

create table rl_slot (
    name text not null,
    slot integer not null,
    free_at integer not null,
    holder text not null,
    primary key (name, slot)
) without rowid;

create table token (
    account text primary key,
    gen integer not null,
    sealed blob not null,
    expires integer not null,
    lease_until integer not null,
    holder text not null
);

create table token_issue (
    id integer primary key,
    account text not null,
    gen integer not null,
    holder text not null,
    at integer not null
);

create index token_issue_at on token_issue (account, at);

create table target (
    id integer primary key,
    kind integer not null,
    name text not null,
    unique (kind, name)
);

-- took is how long the answer took: the time asked is at - took, in two bytes instead of six.
create table reading (
    target integer not null references target (id) on delete cascade,
    at integer not null,
    took integer not null,
    mean_s integer not null,
    primary key (target, at)
) without rowid;

create table lease (
    key text primary key,
    holder text not null,
    until integer not null
) without rowid;

create table delivery (
    key text primary key,
    until integer not null
) without rowid;

create table process (
    id text primary key,
    seen integer not null
) without rowid;

create table process_peak (
    day integer primary key,
    live integer not null
);

-- migrated says which release of ahtbot brought the schema to a version, for the error an older one ends with.
create table migrated (
    schema integer primary key,
    version text not null,
    at integer not null
);
