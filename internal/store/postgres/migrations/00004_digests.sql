-- +goose Up
-- digest is one standing order of a person. Its number is never given again, so that slots of one that is gone are
-- not taken for those of another. doc is the order as JSON; next_at 0: no slot comes.
create table digest (
    id bigint generated always as identity primary key,
    version bigint not null,
    channel text not null,
    made_by text not null,
    made bigint not null,
    doc text not null,
    paused bigint not null,
    paused_until text not null,
    paused_by text not null,
    why text not null,
    next_slot text not null,
    next_at bigint not null,
    removed bigint not null
);

create index digest_next on digest (next_at) where removed = 0 and next_at > 0;

-- slot_run is what becomes of one slot of a digest. ended 0: nothing yet.
create table slot_run (
    digest bigint not null,
    slot text not null,
    at bigint not null,
    begun bigint not null,
    state text not null,
    holder text not null,
    lease_until bigint not null,
    attempt bigint not null,
    report text not null,
    channel text not null,
    ts text not null,
    late bigint not null,
    cause text not null,
    named bigint not null,
    ended bigint not null,
    primary key (digest, slot)
);

create index slot_run_open on slot_run (lease_until) where ended = 0;

create index slot_run_at on slot_run (at);
