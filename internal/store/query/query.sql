-- Every statement both engines run, in one text: generated for PostgreSQL, run on SQLite as it is (`make sqlc`).
-- Columns are bigint, text or bytes; times are integer milliseconds UTC and always arguments. The ledger's take is
-- not here: it is written once per engine, in sqlite/take.go and postgres/take.go.

-- name: OpenLedger :execrows
insert into rl (name, size, closed_until) values (sqlc.arg(name), 0, 0) on conflict (name) do nothing;

-- name: LockLedger :one
-- The assignment changes nothing; it locks the row until the transaction ends.
update rl set size = size where name = sqlc.arg(name) returning size;

-- name: SizeLedger :exec
update rl set size = sqlc.arg(size) where name = sqlc.arg(name);

-- name: CloseLedger :exec
update rl set closed_until = sqlc.arg(until)
where name = sqlc.arg(name) and (closed_until < sqlc.arg(until) or closed_until > sqlc.arg(beyond));

-- name: AddSlot :exec
insert into rl_slot (name, slot, free_at, holder) values (sqlc.arg(name), sqlc.arg(slot), sqlc.arg(free_at), '')
on conflict (name, slot) do update set free_at = case
    when rl_slot.free_at < excluded.free_at then excluded.free_at else rl_slot.free_at end;

-- name: PullSlots :exec
update rl_slot set free_at = sqlc.arg(free_at) where name = sqlc.arg(name) and free_at > sqlc.arg(beyond);

-- name: SettleSlot :exec
update rl_slot set free_at = sqlc.arg(free_at), holder = ''
where name = sqlc.arg(name) and slot = sqlc.arg(slot) and holder = sqlc.arg(holder);

-- name: Slots :many
select rl_slot.free_at, rl.closed_until from rl join rl_slot on rl_slot.name = rl.name and rl_slot.slot < rl.size
where rl.name = sqlc.arg(name) order by rl_slot.free_at;

-- name: ReadToken :one
select token.gen, token.sealed, token.expires from token where token.account = sqlc.arg(account);

-- name: MakeToken :exec
insert into token (account, gen, sealed, expires, lease_until, holder)
values (sqlc.arg(account), 0, sqlc.arg(sealed), 0, 0, '') on conflict (account) do nothing;

-- name: LockToken :one
-- The assignment changes nothing; it locks the row until the transaction ends.
update token set gen = gen where account = sqlc.arg(account) returning gen, lease_until;

-- name: LeaseToken :exec
update token set lease_until = sqlc.arg(lease_until), holder = sqlc.arg(holder) where account = sqlc.arg(account);

-- name: StoreToken :execrows
update token set gen = gen + 1, sealed = sqlc.arg(sealed), expires = sqlc.arg(expires), lease_until = 0, holder = ''
where account = sqlc.arg(account) and gen = sqlc.arg(gen) and holder = sqlc.arg(holder);

-- name: EndTokenLease :execrows
update token set lease_until = 0, holder = ''
where account = sqlc.arg(account) and gen = sqlc.arg(gen) and holder = sqlc.arg(holder);

-- name: LogIssue :exec
insert into token_issue (account, gen, holder, at)
values (sqlc.arg(account), sqlc.arg(gen), sqlc.arg(holder), sqlc.arg(at));

-- name: IssuesSince :many
select token_issue.at from token_issue
where token_issue.account = sqlc.arg(account) and token_issue.at > sqlc.arg(since) order by token_issue.at;

-- name: TakeBackIssue :exec
delete from token_issue where id = (select max(t.id) from token_issue t
    where t.account = sqlc.arg(account) and t.gen = sqlc.arg(gen) and t.holder = sqlc.arg(holder));

-- name: DropIssues :exec
delete from token_issue where account = sqlc.arg(account) and at <= sqlc.arg(before);

-- name: AddReading :execrows
insert into reading (target, at, took, mean_s)
select target.id, cast(sqlc.arg(at) as bigint), cast(sqlc.arg(took) as bigint), cast(sqlc.arg(mean_s) as bigint)
from target where target.kind = sqlc.arg(kind) and target.name = sqlc.arg(name)
on conflict (target, at) do update set took = excluded.took, mean_s = excluded.mean_s;

-- name: AddTarget :exec
insert into target (kind, name) values (sqlc.arg(kind), sqlc.arg(name)) on conflict (kind, name) do nothing;

-- name: ReadingAt :one
-- The newest reading at or before a time.
select reading.at, reading.mean_s from target join reading on reading.target = target.id
where target.kind = sqlc.arg(kind) and target.name = sqlc.arg(name) and reading.at <= sqlc.arg(at)
order by reading.at desc limit 1;

-- name: ReadingsBetween :many
select reading.at, reading.mean_s from target join reading on reading.target = target.id
where target.kind = sqlc.arg(kind) and target.name = sqlc.arg(name)
    and reading.at >= sqlc.arg(since) and reading.at < sqlc.arg(until)
order by reading.at desc limit cast(sqlc.arg(most) as bigint);

-- The cross joins below keep SQLite from beginning with a scan of all readings; PostgreSQL makes no difference.

-- name: RecentReadings :many
select target.kind, target.name, reading.at, reading.mean_s from target cross join reading
where reading.target = target.id and reading.at = (select max(r.at) from reading r where r.target = target.id)
    and reading.at >= sqlc.arg(since)
order by reading.at desc limit cast(sqlc.arg(most) as bigint);

-- name: AskCounts :many
select target.kind, target.name, cast(count(*) as bigint) as asked
from target cross join reading where reading.target = target.id and reading.at >= sqlc.arg(since)
group by target.id, target.kind, target.name
order by 3 desc, target.kind, target.name limit cast(sqlc.arg(most) as bigint);

-- name: PruneReadings :execrows
delete from reading where (target, at) in (
    select r.target, r.at from target cross join reading r where r.target = target.id and r.at < sqlc.arg(before)
    limit cast(sqlc.arg(most) as bigint));

-- name: PruneTargets :exec
delete from target where not exists (select 1 from reading where reading.target = target.id);

-- name: DropReadings :execrows
delete from reading where target in (
    select target.id from target where target.kind = sqlc.arg(kind) and target.name = sqlc.arg(name));

-- name: DropTarget :exec
delete from target where kind = sqlc.arg(kind) and name = sqlc.arg(name);

-- name: ClaimLease :execrows
insert into lease (key, holder, until) values (sqlc.arg(key), sqlc.arg(holder), sqlc.arg(until))
on conflict (key) do update set holder = excluded.holder, until = excluded.until
where lease.until <= sqlc.arg(now) or lease.until > sqlc.arg(beyond) or lease.holder = excluded.holder;

-- name: LeaseUntil :one
select lease.until from lease where lease.key = sqlc.arg(key);

-- name: DropLease :exec
delete from lease where key = sqlc.arg(key) and holder = sqlc.arg(holder);

-- name: SweepLeases :exec
delete from lease where until <= sqlc.arg(now);

-- name: AddDelivery :execrows
insert into delivery (key, until) values (sqlc.arg(key), sqlc.arg(until))
on conflict (key) do update set until = excluded.until where delivery.until <= sqlc.arg(now);

-- name: SweepDeliveries :exec
delete from delivery where until <= sqlc.arg(now);

-- name: SeeProcess :exec
insert into process (id, seen) values (sqlc.arg(id), sqlc.arg(seen))
on conflict (id) do update set seen = excluded.seen;

-- name: LiveProcesses :one
select cast(count(*) as bigint) from process where process.seen > sqlc.arg(since);

-- name: RaisePeak :one
insert into process_peak (day, live) values (sqlc.arg(day), sqlc.arg(live))
on conflict (day) do update set live = case
    when process_peak.live < excluded.live then excluded.live else process_peak.live end
returning live;

-- name: DropProcess :exec
delete from process where id = sqlc.arg(id);

-- name: SweepProcesses :exec
delete from process where seen <= sqlc.arg(before);

-- name: NoteMigration :exec
insert into migrated (schema, version, at) values (sqlc.arg(schema), sqlc.arg(version), sqlc.arg(at))
on conflict (schema) do nothing;

-- name: MigratedBy :one
select migrated.version from migrated where migrated.schema = sqlc.arg(schema);

-- name: SetGoal :exec
insert into goal (kind, name, mean_s, set_by, at)
values (sqlc.arg(kind), sqlc.arg(name), sqlc.arg(mean_s), sqlc.arg(set_by), sqlc.arg(at))
on conflict (kind, name) do update set mean_s = excluded.mean_s, set_by = excluded.set_by, at = excluded.at;

-- name: DropGoal :exec
delete from goal where kind = sqlc.arg(kind) and name = sqlc.arg(name);

-- name: Goals :many
select kind, name, mean_s, set_by, at from goal order by kind, name;
