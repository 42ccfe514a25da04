-- +goose NO TRANSACTION
-- +goose Up
-- link is which agent a person in Slack is: one of each at most. proof is what it rests on: 0 somebody's word, 1 the
-- person's e-mail address, 2 an admin's word.
create table link (
    slack_user text not null primary key,
    agent text not null unique,
    proof integer not null,
    made_by text not null,
    at integer not null
) without rowid;
