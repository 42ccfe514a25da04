-- +goose Up
-- A ledger that is new, or larger than before, opens slowly: until opening_until the slots from number proved on are for
-- people alone, and free_at says how fast. Both are zero where nothing opens.
alter table rl add column proved bigint not null default 0;
alter table rl add column opening_until bigint not null default 0;
