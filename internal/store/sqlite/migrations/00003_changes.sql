-- +goose NO TRANSACTION
-- +goose Up
-- change_log is who changed what: one line for each change of a digest or an alert.
create table change_log (
    id integer primary key,
    kind text not null,
    thing integer not null,
    at integer not null,
    who text not null,
    did text not null
);

create index change_log_thing on change_log (kind, thing, id);
