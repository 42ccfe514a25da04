-- +goose Up
-- goal is the target AHT of a campaign, as a person set it. It stands by itself: a target row goes with its last reading.
create table goal (
    kind bigint not null,
    name text not null,
    mean_s bigint not null,
    set_by text not null,
    at bigint not null,
    primary key (kind, name)
);
