-- +goose Up
-- campaign_list is the account's own list of campaigns, as it was fetched last: one row, and the list in it as JSON, so
-- that it is replaced and read in one statement however long it is. retry_at is before when it is not to be asked for.
create table campaign_list (
    id bigint primary key,
    campaigns text not null,
    listed_at bigint not null,
    retry_at bigint not null
);
