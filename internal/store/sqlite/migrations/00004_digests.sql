-- +goose NO TRANSACTION
-- +goose Up
-- digest is one standing order of a person. Its number is never given again, so that slots of one that is gone are
-- not taken for those of another. doc is the order as JSON; next_at 0: no slot comes.
create table digest (
    id integer primary key autoincrement,
    version integer not null,
    channel text not null,
    made_by text not null,
    made integer not null,
    doc text not null,
    paused integer not null,
    paused_until text not null,
    paused_by text not null,
    why text not null,
    next_slot text not null,
    next_at integer not null,
    removed integer not null
);

create index digest_next on digest (next_at) where removed = 0 and next_at > 0;

-- slot_run is what becomes of one slot of a digest. ended 0: nothing yet.
create table slot_run (
    digest integer not null,
    slot text not null,
    at integer not null,
    begun integer not null,
    state text not null,
    holder text not null,
    lease_until integer not null,
    attempt integer not null,
    report text not null,
    channel text not null,
    ts text not null,
    late integer not null,
    cause text not null,
    named integer not null,
    ended integer not null,
    primary key (digest, slot)
) without rowid;

create index slot_run_open on slot_run (lease_until) where ended = 0;

create index slot_run_at on slot_run (at);
