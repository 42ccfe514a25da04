-- +goose NO TRANSACTION
-- +goose Up
-- goal is the target AHT of a campaign, as a person set it. It stands by itself: a target row goes with its last reading.
create table goal (
    kind integer not null,
    name text not null,
    mean_s integer not null,
    set_by text not null,
    at integer not null,
    primary key (kind, name)
) without rowid;
