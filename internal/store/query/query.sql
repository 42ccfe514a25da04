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

-- name: LedgerHead :one
-- How many slots count, how many of them did before the ledger began to open, and how long it is closed and opening yet;
-- none or less: it is not.
select rl.size, rl.proved, cast(rl.closed_until - now_ms() as bigint) as closed_left,
    cast(rl.opening_until - now_ms() as bigint) as opening_left
from rl where rl.name = sqlc.arg(name);

-- name: OpenLedger :exec
-- Begins an opening: slots from proved on are for early takes alone until it ends. One that lasts yet keeps what it had.
update rl set proved = case when rl.opening_until > now_ms() and rl.proved < cast(sqlc.arg(proved) as bigint)
        then rl.proved else cast(sqlc.arg(proved) as bigint) end,
    opening_until = now_ms() + cast(sqlc.arg(hold) as bigint)
where name = sqlc.arg(name);

-- name: CloseLedger :exec
insert into rl (name, size, closed_until) values (sqlc.arg(name), 0, now_ms() + cast(sqlc.arg(hold) as bigint))
on conflict (name) do update set closed_until = excluded.closed_until
where rl.closed_until < excluded.closed_until or rl.closed_until > now_ms() + cast(sqlc.arg(beyond) as bigint);

-- name: AddSlots :exec
-- The slots from one number up to another, in one statement: the first at_once of them are free ahead from now, the
-- others one after the other over span, evenly. One that is there already is not free sooner than it was.
with recursive n(slot) as (
    select cast(sqlc.arg(first) as bigint) union all select n.slot + 1 from n where n.slot + 1 < cast(sqlc.arg(size) as bigint))
insert into rl_slot (name, slot, free_at, holder)
select cast(sqlc.arg(name) as text), n.slot, now_ms() + cast(sqlc.arg(ahead) as bigint) + case
    when n.slot - cast(sqlc.arg(first) as bigint) < cast(sqlc.arg(at_once) as bigint) then 0
    else (n.slot - cast(sqlc.arg(first) as bigint) - cast(sqlc.arg(at_once) as bigint) + 1) * cast(sqlc.arg(span) as bigint)
        / (cast(sqlc.arg(size) as bigint) - cast(sqlc.arg(first) as bigint)) end, '' from n
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
-- How long until each slot that counts can be taken, early (1) or not (0); none or less: now.
select cast(case
    when cast(sqlc.arg(early) as bigint) = 0 and rl_slot.slot >= rl.proved and rl.opening_until > rl_slot.free_at
        and rl.opening_until > rl.closed_until then rl.opening_until
    when rl_slot.free_at > rl.closed_until then rl_slot.free_at
    else rl.closed_until end - now_ms() as bigint) as ahead
from rl join rl_slot on rl_slot.name = rl.name and rl_slot.slot < rl.size
where rl.name = sqlc.arg(name) order by 1;

-- name: CountSlots :one
-- How many slots cannot be taken now, not even early, and how many count.
select cast(count(case when rl_slot.free_at > now_ms() or rl.closed_until > now_ms() then 1 end) as bigint) as used,
    cast(count(*) as bigint) as total
from rl join rl_slot on rl_slot.name = rl.name and rl_slot.slot < rl.size
where rl.name = sqlc.arg(name);

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

-- name: LatestReading :one
select reading.at, reading.mean_s from target join reading on reading.target = target.id
where target.kind = sqlc.arg(kind) and target.name = sqlc.arg(name)
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

-- name: AddGoal :execrows
insert into goal (kind, name, mean_s, set_by, at)
values (sqlc.arg(kind), sqlc.arg(name), sqlc.arg(mean_s), sqlc.arg(set_by), sqlc.arg(at))
on conflict (kind, name) do nothing;

-- name: SwapGoal :execrows
update goal set mean_s = sqlc.arg(next_mean_s), set_by = sqlc.arg(next_set_by), at = sqlc.arg(next_at)
where kind = sqlc.arg(kind) and name = sqlc.arg(name) and mean_s = sqlc.arg(mean_s) and set_by = sqlc.arg(set_by) and at = sqlc.arg(at);

-- name: TakeGoal :execrows
delete from goal
where kind = sqlc.arg(kind) and name = sqlc.arg(name) and mean_s = sqlc.arg(mean_s) and set_by = sqlc.arg(set_by) and at = sqlc.arg(at);

-- name: Goals :many
select kind, name, mean_s, set_by, at from goal order by kind, name;

-- name: LinkOf :one
select slack_user, agent, proof, made_by, at from link where slack_user = sqlc.arg(slack_user);

-- name: ClearLinks :exec
-- Makes way for a link: takes away the person's own, and the agent's if it is another person's for a proof below one.
delete from link where slack_user = sqlc.arg(slack_user) or (agent = sqlc.arg(agent) and proof < sqlc.arg(weaker));

-- name: AddLink :execrows
insert into link (slack_user, agent, proof, made_by, at)
values (sqlc.arg(slack_user), sqlc.arg(agent), sqlc.arg(proof), sqlc.arg(made_by), sqlc.arg(at))
on conflict do nothing;

-- name: DropLink :execrows
delete from link where slack_user = sqlc.arg(slack_user);

-- name: DropLinkOfAgent :exec
delete from link where agent = sqlc.arg(agent);

-- name: ReplaceCampaigns :exec
insert into campaign_list (id, campaigns, listed_at, retry_at) values (1, sqlc.arg(campaigns), sqlc.arg(listed_at), 0)
on conflict (id) do update set campaigns = excluded.campaigns, listed_at = excluded.listed_at, retry_at = 0
where campaign_list.listed_at <= excluded.listed_at;

-- name: PostponeCampaigns :exec
insert into campaign_list (id, campaigns, listed_at, retry_at) values (1, '[]', 0, sqlc.arg(retry_at))
on conflict (id) do update set retry_at = excluded.retry_at;

-- name: Campaigns :one
select campaigns, listed_at, retry_at from campaign_list where id = 1;

-- name: SeenTargets :many
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

-- name: AdvanceDigests :many
-- Many digests at once, each from the slot it had: plans is an object of digest to version, was, slot and at.
update digest set next_slot = cast(j.value ->> 'slot' as text), next_at = cast(j.value ->> 'at' as bigint)
from json_each(sqlc.arg(plans)) as j
where digest.id = cast(j.key as bigint) and digest.version = cast(j.value ->> 'version' as bigint)
    and digest.next_slot = cast(j.value ->> 'was' as text) and digest.removed = 0
returning digest.id;

-- name: AddRuns :exec
-- runs is an object of any keys, as both engines take one apart. "where true" is for SQLite, which takes the on of
-- "on conflict" for a join's.
insert into slot_run (digest, slot, at, begun, state, holder, lease_until, attempt, report, channel, ts, late, cause, named, ended)
select cast(j.value ->> 'digest' as bigint), cast(j.value ->> 'slot' as text), cast(j.value ->> 'at' as bigint),
    cast(j.value ->> 'begun' as bigint), cast(j.value ->> 'state' as text), '', 0, 0, '', '', '', 0,
    cast(j.value ->> 'cause' as text), 0, cast(j.value ->> 'ended' as bigint)
from json_each(sqlc.arg(runs)) as j where true
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

-- name: AddAlert :one
insert into alert_rule (version, kind, name, rule, channel, made_by, made, removed)
values (1, sqlc.arg(kind), sqlc.arg(name), sqlc.arg(rule), sqlc.arg(channel), sqlc.arg(made_by), sqlc.arg(made), 0)
returning id;

-- name: AddAlertState :exec
insert into alert_state (rule, version, state, stuck, holder, until) values (sqlc.arg(rule), 0, '{}', '', '', 0);

-- name: ChangeAlert :execrows
update alert_rule set version = version + 1, rule = sqlc.arg(rule), channel = sqlc.arg(channel), removed = sqlc.arg(removed)
where id = sqlc.arg(id) and version = sqlc.arg(version);

-- name: UnstickAlert :exec
update alert_state set stuck = '' where rule = sqlc.arg(rule) and stuck <> '';

-- name: Alerts :many
select alert_rule.id, alert_rule.version, alert_rule.kind, alert_rule.name, alert_rule.rule, alert_rule.channel,
    alert_rule.made_by, alert_rule.made, alert_rule.removed, alert_state.version as judged, alert_state.state, alert_state.stuck
from alert_rule join alert_state on alert_state.rule = alert_rule.id
where alert_rule.removed = 0 or alert_rule.removed > cast(sqlc.arg(removed) as bigint) order by alert_rule.id;

-- name: Alert :one
select alert_rule.id, alert_rule.version, alert_rule.kind, alert_rule.name, alert_rule.rule, alert_rule.channel,
    alert_rule.made_by, alert_rule.made, alert_rule.removed, alert_state.version as judged, alert_state.state, alert_state.stuck
from alert_rule join alert_state on alert_state.rule = alert_rule.id where alert_rule.id = sqlc.arg(id);

-- name: AlertVersions :many
select alert_rule.id, alert_rule.version, alert_state.version as judged
from alert_rule join alert_state on alert_state.rule = alert_rule.id
where alert_rule.removed = 0 or alert_rule.removed > cast(sqlc.arg(removed) as bigint) order by alert_rule.id;

-- name: AdvanceAlerts :many
-- Many states at once, each in the place of its version: steps is an object of rule * 2^32 + version to state, a
-- number because both engines take one apart, and no second document because reading it doubles the time.
update alert_state set version = alert_state.version + 1, state = cast(j.value as text)
from json_each(sqlc.arg(steps)) as j
where alert_state.rule = cast(j.key as bigint) / 4294967296 and alert_state.version = cast(j.key as bigint) % 4294967296
returning alert_state.rule;

-- name: AddLine :exec
insert into outbox (rule, episode, seq, rev, doc, made, not_before, attempt, sent, done)
values (sqlc.arg(rule), sqlc.arg(episode), sqlc.arg(seq), 0, sqlc.arg(doc), sqlc.arg(made), 0, 0, 0, 0);

-- name: AddEdit :exec
-- An edit that waits is taken over by this one, and keeps its time.
insert into outbox (rule, episode, seq, rev, doc, made, not_before, attempt, sent, done)
values (sqlc.arg(rule), sqlc.arg(episode), 0, 0, sqlc.arg(doc), sqlc.arg(made), 0, 0, 0, 0)
on conflict (rule, episode) where seq = 0 do update set rev = outbox.rev + 1, doc = excluded.doc, made = excluded.made,
    not_before = case when outbox.done = 0 then outbox.not_before else 0 end, done = 0,
    attempt = case when outbox.done = 0 then outbox.attempt else 0 end;

-- name: LeaseOutbox :execrows
-- The rules that have something due, most at once, go to holder. A line is due when none before it waits.
update alert_state set holder = sqlc.arg(holder), until = now_ms() + cast(sqlc.arg(hold) as bigint)
where alert_state.until <= now_ms() and alert_state.rule in (
    select o.rule from outbox o where o.done = 0 and o.not_before <= now_ms()
    and not exists (select 1 from outbox e where o.seq > 0 and e.rule = o.rule and e.done = 0 and e.seq > 0 and e.id < o.id)
    and not exists (select 1 from alert_state b where b.rule = o.rule and b.until > now_ms())
    order by o.id limit cast(sqlc.arg(most) as bigint));

-- name: LeasedOutbox :many
-- What is due of the rules that holder has, in order; messages before lines.
select o.id, o.rule, o.episode, o.seq, o.rev, o.doc, o.made, o.attempt, o.sent from alert_state s join outbox o on o.rule = s.rule
where s.holder = sqlc.arg(holder) and s.until > now_ms() and o.done = 0 and o.not_before <= now_ms()
    and not exists (select 1 from outbox e where o.seq > 0 and e.rule = o.rule and e.done = 0 and e.seq > 0 and e.id < o.id)
order by o.rule, case when o.seq = 0 then 0 else 1 end, o.id;

-- name: TryOutbox :exec
update outbox set attempt = attempt + 1, sent = case when sent = 0 then cast(sqlc.arg(sent) as bigint) else sent end
where id = sqlc.arg(id);

-- name: FinishOutbox :exec
update outbox set done = sqlc.arg(done) where id = sqlc.arg(id) and rev = sqlc.arg(rev);

-- name: DelayOutbox :exec
update outbox set not_before = now_ms() + cast(sqlc.arg(delay) as bigint), sent = sqlc.arg(sent)
where id = sqlc.arg(id) and done = 0;

-- name: EndOutboxLease :exec
update alert_state set until = 0 where rule = sqlc.arg(rule) and holder = sqlc.arg(holder);

-- name: StickAlert :execrows
update alert_state set stuck = sqlc.arg(stuck) where rule = sqlc.arg(rule) and stuck <> sqlc.arg(stuck);

-- name: AlertMessage :one
select rule, episode, generation, channel, ts, sent, edited, shown, repeated from alert_message
where rule = sqlc.arg(rule) and episode = sqlc.arg(episode);

-- name: SetAlertMessage :exec
insert into alert_message (rule, episode, generation, channel, ts, sent, edited, shown, repeated)
values (sqlc.arg(rule), sqlc.arg(episode), sqlc.arg(generation), sqlc.arg(channel), sqlc.arg(ts), sqlc.arg(sent),
    sqlc.arg(edited), sqlc.arg(shown), sqlc.arg(repeated))
on conflict (rule, episode) do update set generation = excluded.generation, channel = excluded.channel, ts = excluded.ts,
    sent = excluded.sent, edited = excluded.edited, shown = excluded.shown, repeated = excluded.repeated;

-- name: BeginTrouble :exec
insert into trouble (name, since, told) values (sqlc.arg(name), sqlc.arg(since), 0) on conflict (name) do nothing;

-- name: Trouble :one
select since, told from trouble where name = sqlc.arg(name);

-- name: TellTrouble :exec
update trouble set told = sqlc.arg(told) where name = sqlc.arg(name);

-- name: EndTrouble :exec
delete from trouble where name = sqlc.arg(name);

-- name: SweepOutbox :exec
delete from outbox where done > 0 and done <= now_ms() - cast(sqlc.arg(back) as bigint)
    or made <= now_ms() - cast(sqlc.arg(back) as bigint) and done = 0;

-- name: SweepAlertMessages :exec
delete from alert_message where sent <= now_ms() - cast(sqlc.arg(back) as bigint) and edited <= now_ms() - cast(sqlc.arg(back) as bigint);

-- name: SweepAlerts :exec
delete from alert_rule where removed > 0 and removed <= now_ms() - cast(sqlc.arg(back) as bigint);

-- name: ReadingsSince :many
-- The readings of all campaigns received after a time, oldest first.
select target.name, reading.at, reading.mean_s from target cross join reading
where target.kind = sqlc.arg(kind) and reading.target = target.id and reading.at > sqlc.arg(since)
order by reading.at, target.id limit cast(sqlc.arg(most) as bigint);
