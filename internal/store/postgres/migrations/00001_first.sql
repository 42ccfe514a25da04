-- +goose Up
-- Times are integer milliseconds UTC. Migrations only add.

-- rl is the ledger's head: how many slots count, and until when none may be taken.
create table rl (
    name text primary key,
    size bigint not null,
    closed_until bigint not null
);

create table rl_slot (
    name text not null,
    slot bigint not null,
    free_at bigint not null,
    holder text not null,
    primary key (name, slot)
);

create table token (
    account text primary key,
    gen bigint not null,
    sealed bytea not null,
    expires bigint not null,
    lease_until bigint not null,
    holder text not null
);

create table token_issue (
    id bigint generated always as identity primary key,
    account text not null,
    gen bigint not null,
    holder text not null,
    at bigint not null
);

create index token_issue_at on token_issue (account, at);

create table target (
    id bigint generated always as identity primary key,
    kind bigint not null,
    name text not null,
    unique (kind, name)
);

-- took is how long the answer took: the time asked is at - took, as on SQLite.
create table reading (
    target bigint not null references target (id) on delete cascade,
    at bigint not null,
    took bigint not null,
    mean_s bigint not null,
    primary key (target, at)
);

create table lease (
    key text primary key,
    holder text not null,
    until bigint not null
);

create table delivery (
    key text primary key,
    until bigint not null
);

create table process (
    id text primary key,
    seen bigint not null
);

create table process_peak (
    day bigint primary key,
    live bigint not null
);

-- migrated says which release of ahtbot brought the schema to a version, for the error an older one ends with.
create table migrated (
    schema bigint primary key,
    version text not null,
    at bigint not null
);
