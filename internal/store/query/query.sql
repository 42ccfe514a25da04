-- Every statement both engines run, in one text: generated for PostgreSQL, run on SQLite as it is (`make sqlc`).
-- Columns are bigint, text or bytes; times are integer milliseconds UTC. now_ms() is the engine's clock, put in its
-- place by package rows, so that a call need not ask for the time first. The ledger's take is not here: it is written
-- once per engine, in sqlite/take.go and postgres/take.go.

-- name: Clock :one
select cast(now_ms() as bigint);

-- name: LockLedger :one
-- Locks the head until the transaction ends, and makes it when it is not there: the size is then -1.
insert into rl (name, size, closed_until) values (sqlc.arg(name), -1, 0)
on conflict (name) do update set size = rl.size returning size;

-- name: SizeLedger :exec
update rl set size = sqlc.arg(size) where name = sqlc.arg(name);

-- name: LedgerSize :one
select rl.size from rl where rl.name = sqlc.arg(name);

-- name: CloseLedger :exec
insert into rl (name, size, closed_until) values (sqlc.arg(name), 0, now_ms() + cast(sqlc.arg(hold) as bigint))
on conflict (name) do update set closed_until = excluded.closed_until
where rl.closed_until < excluded.closed_until or rl.closed_until > now_ms() + cast(sqlc.arg(beyond) as bigint);

-- name: AddSlots :exec
-- The slots from one number up to another, in one statement.
with recursive n(slot) as (
    select cast(sqlc.arg(first) as bigint) union all select n.slot + 1 from n where n.slot + 1 < cast(sqlc.arg(size) as bigint))
insert into rl_slot (name, slot, free_at, holder)
select cast(sqlc.arg(name) as text), n.slot, now_ms() + cast(sqlc.arg(hold) as bigint), '' from n
where n.slot < cast(sqlc.arg(size) as bigint)
on conflict (name, slot) do update set free_at = case
    when rl_slot.free_at < excluded.free_at then excluded.free_at else rl_slot.free_at end;

-- name: PullSlots :exec
update rl_slot set free_at = now_ms() + cast(sqlc.arg(hold) as bigint)
where name = sqlc.arg(name) and free_at > now_ms() + cast(sqlc.arg(beyond) as bigint);

-- name: SettleSlot :exec
update rl_slot set free_at = now_ms() + cast(sqlc.arg(rest) as bigint), holder = ''
where name = sqlc.arg(name) and slot = sqlc.arg(slot) and holder = sqlc.arg(holder);

-- name: Slots :many
-- How long until each slot that counts can be taken, none or less: now.
select cast(case when rl_slot.free_at > rl.closed_until then rl_slot.free_at else rl.closed_until end - now_ms() as bigint) as ahead
from rl join rl_slot on rl_slot.name = rl.name and rl_slot.slot < rl.size
where rl.name = sqlc.arg(name) order by rl_slot.free_at;

-- name: ReadToken :one
select token.gen, token.sealed, token.expires from token where token.account = sqlc.arg(account);

-- name: LockToken :one
-- Locks the row until the transaction ends, and makes it when it is not there.
insert into token (account, gen, sealed, expires, lease_until, holder)
values (sqlc.arg(account), 0, sqlc.arg(sealed), 0, 0, '') on conflict (account) do update set gen = token.gen
returning gen, cast(lease_until - now_ms() as bigint) as lease_left;

-- name: LeaseToken :exec
update token set lease_until = now_ms() + cast(sqlc.arg(hold) as bigint), holder = sqlc.arg(holder)
where account = sqlc.arg(account);

-- name: StoreToken :execrows
update token set gen = gen + 1, sealed = sqlc.arg(sealed), expires = sqlc.arg(expires), lease_until = 0, holder = ''
where account = sqlc.arg(account) and gen = sqlc.arg(gen) and holder = sqlc.arg(holder);

-- name: EndTokenLease :execrows
update token set lease_until = 0, holder = ''
where account = sqlc.arg(account) and gen = sqlc.arg(gen) and holder = sqlc.arg(holder);

-- name: LogIssue :exec
insert into token_issue (account, gen, holder, at)
values (sqlc.arg(account), sqlc.arg(gen), sqlc.arg(holder), now_ms());

-- name: IssuesWithin :many
-- The issues of the last so many milliseconds, oldest first, and how long they are among them.
select token_issue.at, cast(token_issue.at + cast(sqlc.arg(back) as bigint) - now_ms() as bigint) as left_ms from token_issue
where token_issue.account = sqlc.arg(account) and token_issue.at > now_ms() - cast(sqlc.arg(back) as bigint)
order by token_issue.at;

-- name: TakeBackIssue :exec
delete from token_issue where id = (select max(t.id) from token_issue t
    where t.account = sqlc.arg(account) and t.gen = sqlc.arg(gen) and t.holder = sqlc.arg(holder));

-- name: SweepIssues :exec
delete from token_issue where at <= now_ms() - cast(sqlc.arg(back) as bigint);

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
insert into lease (key, holder, until) values (sqlc.arg(key), sqlc.arg(holder), now_ms() + cast(sqlc.arg(hold) as bigint))
on conflict (key) do update set holder = excluded.holder, until = excluded.until
where lease.until <= now_ms() or lease.until > now_ms() + cast(sqlc.arg(beyond) as bigint) or lease.holder = excluded.holder;

-- name: LeaseLeft :one
select cast(lease.until - now_ms() as bigint) as left_ms from lease where lease.key = sqlc.arg(key);

-- name: EndLease :exec
-- The row stays for the next who claims: on PostgreSQL that is much cheaper than a new one with its index entry.
update lease set until = 0 where key = sqlc.arg(key) and holder = sqlc.arg(holder);

-- name: SweepLeases :exec
delete from lease where until <= now_ms() - cast(sqlc.arg(late) as bigint);

-- name: AddDelivery :execrows
insert into delivery (key, until) values (sqlc.arg(key), now_ms() + cast(sqlc.arg(keep) as bigint))
on conflict (key) do update set until = excluded.until where delivery.until <= now_ms();

-- name: SweepDeliveries :exec
delete from delivery where until <= now_ms() - cast(sqlc.arg(late) as bigint);

-- name: SeeProcess :exec
insert into process (id, seen) values (sqlc.arg(id), now_ms())
on conflict (id) do update set seen = excluded.seen;

-- name: LiveProcesses :one
select cast(count(*) as bigint) from process where process.seen > now_ms() - cast(sqlc.arg(back) as bigint);

-- name: RaisePeak :one
insert into process_peak (day, live) values (now_ms() / 86400000, sqlc.arg(live))
on conflict (day) do update set live = case
    when process_peak.live < excluded.live then excluded.live else process_peak.live end
returning live;

-- name: DropProcess :exec
delete from process where id = sqlc.arg(id);

-- name: SweepProcesses :exec
delete from process where seen <= now_ms() - cast(sqlc.arg(back) as bigint);

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

-- name: ReplaceCampaigns :exec
insert into campaign_list (id, campaigns, listed_at, retry_at) values (1, sqlc.arg(campaigns), sqlc.arg(listed_at), 0)
on conflict (id) do update set campaigns = excluded.campaigns, listed_at = excluded.listed_at, retry_at = 0
where campaign_list.listed_at <= excluded.listed_at;

-- name: PostponeCampaigns :exec
insert into campaign_list (id, campaigns, listed_at, retry_at) values (1, '[]', 0, sqlc.arg(retry_at))
on conflict (id) do update set retry_at = excluded.retry_at;

-- name: Campaigns :one
select campaigns, listed_at, retry_at from campaign_list where id = 1;

-- name: SeenCampaigns :many
select target.name from target where target.kind = sqlc.arg(kind)
    and exists (select 1 from reading where reading.target = target.id)
order by target.name limit cast(sqlc.arg(most) as bigint);

-- name: AddChange :exec
insert into change_log (kind, thing, at, who, did)
values (sqlc.arg(kind), sqlc.arg(thing), sqlc.arg(at), sqlc.arg(who), sqlc.arg(did));

-- name: ChangesOf :many
select change_log.at, change_log.who, change_log.did from change_log
where change_log.kind = sqlc.arg(kind) and change_log.thing = sqlc.arg(thing)
order by change_log.id desc limit cast(sqlc.arg(most) as bigint);

-- name: AddDigest :one
insert into digest (version, channel, made_by, made, doc, paused, paused_until, paused_by, why, next_slot, next_at, removed)
values (1, sqlc.arg(channel), sqlc.arg(made_by), sqlc.arg(made), sqlc.arg(doc), sqlc.arg(paused), sqlc.arg(paused_until),
    sqlc.arg(paused_by), sqlc.arg(why), sqlc.arg(next_slot), sqlc.arg(next_at), 0)
returning id;

-- name: ChangeDigest :execrows
update digest set version = digest.version + 1, channel = sqlc.arg(channel), doc = sqlc.arg(doc), paused = sqlc.arg(paused),
    paused_until = sqlc.arg(paused_until), paused_by = sqlc.arg(paused_by), why = sqlc.arg(why),
    next_slot = sqlc.arg(next_slot), next_at = sqlc.arg(next_at), removed = sqlc.arg(removed)
where id = sqlc.arg(id) and version = sqlc.arg(version);

-- name: Digests :many
select * from digest where digest.removed = 0 order by digest.id;

-- name: DigestByID :one
select * from digest where digest.id = sqlc.arg(id);

-- name: DueDigests :many
select * from digest where digest.removed = 0 and digest.next_at > 0 and digest.next_at <= sqlc.arg(before)
order by digest.next_at limit cast(sqlc.arg(most) as bigint);

-- name: AdvanceDigest :execrows
update digest set next_slot = sqlc.arg(next_slot), next_at = sqlc.arg(next_at)
where id = sqlc.arg(id) and version = sqlc.arg(version) and digest.next_slot = sqlc.arg(was) and removed = 0;

-- name: AddRun :exec
insert into slot_run (digest, slot, at, begun, state, holder, lease_until, attempt, report, channel, ts, late, cause, named, ended)
values (sqlc.arg(digest), sqlc.arg(slot), sqlc.arg(at), sqlc.arg(begun), sqlc.arg(state), '', 0, 0, '', '', '', 0, sqlc.arg(cause), 0, sqlc.arg(ended))
on conflict (digest, slot) do nothing;

-- name: ClaimRun :one
update slot_run set holder = sqlc.arg(holder), lease_until = now_ms() + cast(sqlc.arg(hold) as bigint), attempt = slot_run.attempt + 1
where digest = sqlc.arg(digest) and slot = sqlc.arg(slot) and ended = 0
    and (lease_until <= now_ms() or lease_until > now_ms() + cast(sqlc.arg(beyond) as bigint) or slot_run.holder = sqlc.arg(holder))
returning *;

-- name: KeepRun :execrows
update slot_run set state = sqlc.arg(state), lease_until = now_ms() + cast(sqlc.arg(hold) as bigint), report = sqlc.arg(report),
    channel = sqlc.arg(channel), ts = sqlc.arg(ts), late = sqlc.arg(late), cause = sqlc.arg(cause), named = sqlc.arg(named), ended = sqlc.arg(ended)
where digest = sqlc.arg(digest) and slot = sqlc.arg(slot) and holder = sqlc.arg(holder) and slot_run.ended = 0;

-- name: OpenRuns :many
select * from slot_run
where slot_run.ended = 0 and (slot_run.lease_until <= now_ms() or slot_run.lease_until > now_ms() + cast(sqlc.arg(beyond) as bigint))
order by slot_run.at limit cast(sqlc.arg(most) as bigint);

-- name: LastRuns :many
select * from slot_run where slot_run.digest = sqlc.arg(digest) order by slot_run.at desc limit cast(sqlc.arg(most) as bigint);

-- name: MissedRuns :many
select * from slot_run
where slot_run.digest = sqlc.arg(digest) and slot_run.state = 'skipped' and slot_run.named = 0 and slot_run.at < sqlc.arg(before)
order by slot_run.at desc limit cast(sqlc.arg(most) as bigint);

-- name: NameRuns :exec
update slot_run set named = 1
where digest = sqlc.arg(digest) and state = 'skipped' and named = 0 and at < sqlc.arg(before);

-- name: SweepDigests :exec
delete from digest where removed > 0 and removed <= now_ms() - cast(sqlc.arg(back) as bigint);

-- name: SweepRuns :exec
delete from slot_run where at <= now_ms() - cast(sqlc.arg(back) as bigint);
