-- What query.sql calls now_ms() is the engine's clock in milliseconds UTC. No database has this function: each engine
-- puts its own expression in its place (rows.Engine.Now), and this one tells sqlc the type.
create function now_ms() returns bigint language sql as 'select 0::bigint';
