-- +goose Up
-- alert_rule is what a person asked to be told of. A removed one is swept after a day.
create table alert_rule (
    id bigint generated always as identity primary key,
    version bigint not null,
    kind bigint not null,
    name text not null,
    rule text not null,
    channel text not null,
    made_by text not null,
    made bigint not null,
    removed bigint not null
);

-- alert_state is how a rule stands. holder has the rule's messages in hand until a moment; stuck is Slack's word
-- for why its place takes none, once its maker was told. Each round writes every row anew: half a page is left free, so
-- that the new row lies beside the old one and the index need not know.
create table alert_state (
    rule bigint primary key references alert_rule (id) on delete cascade,
    version bigint not null,
    state text not null,
    stuck text not null,
    holder text not null,
    until bigint not null
) with (fillfactor = 50);

-- alert_message is the one message of an episode: the generation that stands, and since when it may stand although
-- ts is empty, because a post of it was begun.
create table alert_message (
    rule bigint not null references alert_rule (id) on delete cascade,
    episode bigint not null,
    generation bigint not null,
    channel text not null,
    ts text not null,
    sent bigint not null,
    edited bigint not null,
    shown text not null,
    repeated bigint not null,
    primary key (rule, episode)
);

-- outbox is what is still to be said about rules, in the order of id. seq 0 is the message of an episode, which has
-- one row that later edits take over (rev counts them); every other row is a line in its thread. sent is since when
-- a line may stand, because a post of it was begun.
create table outbox (
    id bigint generated always as identity primary key,
    rule bigint not null references alert_rule (id) on delete cascade,
    episode bigint not null,
    seq bigint not null,
    rev bigint not null,
    doc text not null,
    made bigint not null,
    not_before bigint not null,
    attempt bigint not null,
    sent bigint not null,
    done bigint not null
);

create unique index outbox_message on outbox (rule, episode) where seq = 0;

create index outbox_open on outbox (rule, id) where done = 0;

create index outbox_rule on outbox (rule, id);

-- trouble is that all readings stay away, as ADMINS were told.
create table trouble (
    name text primary key,
    since bigint not null,
    told bigint not null
);
