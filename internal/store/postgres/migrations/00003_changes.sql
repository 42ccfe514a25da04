-- +goose Up
-- change_log is who changed what: one line for each change of a digest or an alert.
create table change_log (
    id bigint generated always as identity primary key,
    kind text not null,
    thing bigint not null,
    at bigint not null,
    who text not null,
    did text not null
);

create index change_log_thing on change_log (kind, thing, id);
