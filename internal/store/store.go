// Package store is what ahtbot remembers: interfaces by need, one database behind them, and
// the last day in memory.
package store

import (
	"context"
	"time"

	"ahtbot/internal/aht"
)

// Store is everything ahtbot remembers, kept by one database. It is safe for use by many
// goroutines and by several processes at once.
//
// Each call honours its context and ends within [Patience] by itself (Backup and Close
// take the time they need). A call that the database could not serve fails with
// an [*UnavailableError], which wraps [ErrUnavailable]; whether its effect was kept is then unknown unless
// the error says so, and every method says what that means. While the store is unavailable, calls
// that change something are not tried (see [Gate]), until a Ping has shown that it is back. A call whose context was cancelled fails with the context's cause alone.
//
// Unless a method says otherwise, "now" is the clock of the database: on PostgreSQL that
// of the server, on SQLite that of the machine. Durations below a millisecond count as
// none.
type Store interface {
	Ledger
	TokenRow
	Readings
	Goals
	Links
	Campaigns
	Digests
	Alerts
	Leases
	Deliveries
	Processes
	Upkeep
}

// Patience bounds every call of a [Store] by itself: a database that does not answer in
// this time is unavailable.
const Patience = 2 * time.Second

// Ledger is the account's allowance: as many slots as requests it grants in 60 s. A
// request takes a slot before it is sent and settles it when the answer has come; the
// slot is free again a little over 60 s later, so that no window of 60 s at the upstream
// sees more requests than there are slots (docs/adr/0009).
type Ledger interface {
	// Resize makes exactly n slots count, n >= 0. Slots that did not count before open
	// slowly, since something else may have used the account: for 75 s they are there for
	// early takes alone, and for those a few of them at once (a quarter of n, from 2 to 5) and
	// the rest over 60 s, evenly. A new ledger is open at once if fresh says that nobody has
	// used the account for as long. Slots above n are never taken again. Slots held for over
	// ten minutes, which only a clock set back leaves behind, are held for two minutes from
	// now. Several processes should give the same n: the last one wins. Repeating it does no
	// harm.
	Resize(ctx context.Context, n int, fresh bool) error
	// Take takes the free slot that has been free longest for holder, if spare further slots
	// are free, and holds it for hold, at most ten minutes. holder must be unique to this
	// request. early takes, those for people, get slots of a ledger that is opening. hold
	// must cover all the time in which the request may still reach the upstream, and 60 s
	// more. Without a free slot, slot is -1 and wait is the time until one can be free by
	// itself, from 1 ms to hold; a request that settles may make it less. A crash, or ErrUnavailable
	// after the fact, leaves the slot held; it frees itself.
	Take(ctx context.Context, holder string, early bool, spare int, hold time.Duration) (slot int, wait time.Duration, err error)
	// Settle says that the upstream has answered the request of holder: the slot is free
	// rest after now. If holder does not have the slot any more, nothing changes. When it
	// fails the slot frees itself at the end of its hold.
	Settle(ctx context.Context, slot int, holder string, rest time.Duration) error
	// HoldAll closes the ledger: no slot is free before d from now, d at most ten minutes. A
	// longer closure stays, unless it is over ten minutes: that, like slots held as long, is
	// left by a clock set back, and becomes d. When the clock has stepped, d must be the
	// longest hold ever given to Take, since requests in flight are dated by the old clock.
	// A ledger that is opening begins to open anew when the closure ends; a crash in between
	// leaves it going on where it was.
	HoldAll(ctx context.Context, d time.Duration) error
	// Opening returns how long the ledger is opening yet, its closure included; zero: it is
	// open, or nobody has sized it.
	Opening(ctx context.Context) (left time.Duration, err error)
	// Used returns how many slots are not free now, for early takes, and how many there are.
	// A closed ledger has none free. While the store is unavailable it fails, though it only reads.
	Used(ctx context.Context) (used, total int, err error)
	// Clock returns the time by which the ledger holds its slots, in milliseconds. A caller
	// that compares it with its own monotonic clock notices a step.
	Clock(ctx context.Context) (time.Time, error)
}

// TokenRow is the account's token, one for all processes: a generation, a lease on its
// renewal, and a log of the tokens asked for. The token is sealed by the caller.
type TokenRow interface {
	// LoadToken returns the newest token of account, when it expires, and the times of the
	// renewals begun in the last hour, oldest first. Generation 0 is none yet: sealed is
	// empty and expires the zero time.
	LoadToken(ctx context.Context, account string) (gen int64, sealed []byte, expires time.Time, issued []time.Time, err error)
	// LeaseToken gives holder the right to renew generation gen for d (at most ten minutes),
	// if gen is the newest, nobody holds a lease, and fewer than most renewals began in the
	// last hour. The renewal is logged in the same transaction, so that a crash cannot lose
	// one. If not got, wait is the time until asking again can help, and 0 when gen is not
	// the newest: load it. ErrUnavailable may leave the lease and the log line; the lease ends.
	LeaseToken(ctx context.Context, account, holder string, gen int64, most int, d time.Duration) (got bool, wait time.Duration, err error)
	// StoreToken keeps sealed as generation gen+1 and ends the lease. It reports false, and
	// keeps nothing, if holder does not have the lease on gen any more.
	StoreToken(ctx context.Context, account, holder string, gen int64, sealed []byte, expires time.Time) (bool, error)
	// ReleaseToken ends the lease of holder on gen without a token. unlog takes the log line
	// back, for a call that surely never left. If holder has no such lease, nothing changes.
	ReleaseToken(ctx context.Context, account, holder string, gen int64, unlog bool) error
}

// AskCount is how many questions about a target were answered.
type AskCount struct {
	Target aht.Target
	Asked  int64
}

// Readings is every answer of the upstream, by the times the caller gives, to the
// millisecond. Times come back in UTC.
type Readings interface {
	// KeepReading keeps an answer: mean in whole seconds, zero for no calls; asked and
	// received as in [aht.Reading]. A second answer about t received in the same millisecond
	// replaces the first.
	KeepReading(ctx context.Context, t aht.Target, mean time.Duration, asked, received time.Time) error
	// LatestReading returns the newest reading of t; false when there is none.
	LatestReading(ctx context.Context, t aht.Target) (aht.Reading, bool, error)
	// ReadingsBetween returns the newest most readings of t received from from on and before
	// to, oldest first.
	ReadingsBetween(ctx context.Context, t aht.Target, from, to time.Time, most int) ([]aht.Reading, error)
	// RecentReadings returns the newest reading of each target that has one since since, at
	// most most of them, the newest first: what the view in memory begins with.
	RecentReadings(ctx context.Context, since time.Time, most int) ([]aht.Reading, error)
	// ReadingsSince returns the readings of all campaigns received after since, oldest first,
	// at most most of them.
	ReadingsSince(ctx context.Context, since time.Time, most int) ([]aht.Reading, error)
	// SeenTargets returns the names of the targets of a kind that have a reading, by name, at
	// most most of them.
	SeenTargets(ctx context.Context, kind aht.Kind, most int) ([]string, error)
	// PruneReadings removes at most most readings received before before, and the names of
	// targets that have none left. It returns how many readings went; fewer than most means
	// that none is left to prune.
	PruneReadings(ctx context.Context, before time.Time, most int) (int64, error)
	// Forget removes t, all its readings and its link to a person in one transaction, and
	// returns how many readings there were.
	Forget(ctx context.Context, t aht.Target) (int64, error)
	// AskCounts returns the targets with the most readings kept since since, at most most of
	// them, the dearest first. Questions that failed are not counted.
	AskCounts(ctx context.Context, since time.Time, most int) ([]AskCount, error)
}

// Goals is the target AHT of campaigns, one for each at most. Times are the caller's.
type Goals interface {
	// SetGoal keeps g in the place of the goal its target had. It refuses a goal of nobody or
	// of less than a second. ErrUnavailable may leave it kept.
	SetGoal(ctx context.Context, g aht.Goal) error
	// DropGoal removes the goal of t, if it has one.
	DropGoal(ctx context.Context, t aht.Target) error
	// ChangeGoal puts next in the place of now, both of one target, if now is what is kept: its
	// mean, who set it, and when. A zero Goal is none; one of the two is not. It reports false,
	// and changes nothing, if something else is kept. ErrUnavailable may leave it changed.
	ChangeGoal(ctx context.Context, now, next aht.Goal) (bool, error)
	// Goals returns all goals, by name.
	Goals(ctx context.Context) ([]aht.Goal, error)
}

// Links is which agent each person in Slack is, one of each at most. Times are the caller's,
// to the millisecond.
type Links interface {
	// Link returns the link of a person, by their Slack id; false when there is none.
	Link(ctx context.Context, user string) (aht.Link, bool, error)
	// SetLink keeps l in the place of the person's own, and takes its agent from another
	// person whose link has no greater proof: of two who only say so it stays the first one's.
	// It reports false, and changes nothing, when the agent stays the other's. It refuses a link
	// of nobody or to no agent. ErrUnavailable may leave it kept.
	SetLink(ctx context.Context, l aht.Link) (bool, error)
	// DropLink removes the link of a person, and reports whether there was one.
	DropLink(ctx context.Context, user string) (bool, error)
}

// Campaign is one campaign of the account's own list.
type Campaign struct {
	Name     string `json:"name"`
	Position string `json:"position"` // such as RUNNING; empty when the account does not say
}

// CampaignList is the account's own list, as it was fetched last.
type CampaignList struct {
	Campaigns []Campaign
	Listed    time.Time // when it was fetched; zero: never
	Retry     time.Time // fetching failed since, and is not to be tried before; zero: it did not fail
}

// Campaigns is which campaigns there are. Times are the caller's, to the millisecond.
type Campaigns interface {
	// ReplaceCampaigns makes all the list, fetched at listed, and ends a postponement. A list
	// that was fetched later stays. ErrUnavailable may leave it replaced.
	ReplaceCampaigns(ctx context.Context, all []Campaign, listed time.Time) error
	// PostponeCampaigns keeps that fetching failed, and is not to be tried before retry. The
	// list stays as it was.
	PostponeCampaigns(ctx context.Context, retry time.Time) error
	// Campaigns returns the list; the zero CampaignList when it was never fetched.
	Campaigns(ctx context.Context) (CampaignList, error)
}

// Leases are names that one holder has at a time, over all processes. The database holds
// a digest of the name, so a lease keeps nobody's name.
type Leases interface {
	// Claim gives key to holder for d (at most ten minutes), or says how long its present
	// holder has it still, from 1 ms to d. The same holder claims again to keep it longer,
	// so holder must be unique to whoever must not share. ErrUnavailable may leave it claimed.
	Claim(ctx context.Context, key, holder string, d time.Duration) (got bool, left time.Duration, err error)
	// Unclaim gives key up. If holder does not have it, nothing changes.
	Unclaim(ctx context.Context, key, holder string) error
}

// Deliveries recognises what Slack delivers again, over all processes.
type Deliveries interface {
	// FirstDelivery reports whether nobody has asked about key, a trigger or event id, in
	// the last keep. ErrUnavailable may leave it known.
	FirstDelivery(ctx context.Context, key string, keep time.Duration) (first bool, err error)
}

// Processes counts the ahtbots that share the database.
type Processes interface {
	// Heartbeat says that process id lives. It returns how many were heard of in the last 60
	// s, this one included, and the largest such count of the present UTC day. Now and then it
	// also removes leases, deliveries and processes that are over.
	Heartbeat(ctx context.Context, id string) (live, most int, err error)
	// Goodbye takes process id off the count at once.
	Goodbye(ctx context.Context, id string) error
}

// Upkeep is what an operator asks of the database.
type Upkeep interface {
	// Ping reports whether the database can be written now, by writing as much as calls do and
	// taking it back. While the store is unavailable it is what brings it back; a store that went
	// unavailable again soon after it came back has to take every Ping for a while.
	Ping(ctx context.Context) error
	// Condition is how the store is, as the calls of this process have found it. It never waits.
	Condition() Condition
	// Watch has changed called at every change of the condition, one after the other. It must
	// not call the store. Only the last one given is called.
	Watch(changed func(Condition))
	// Schema returns the version of the schema and which release of ahtbot brought it there;
	// an empty release is unknown.
	Schema(ctx context.Context) (version int64, release string, err error)
	// Backup writes a copy of the database to file, which must not exist, while others go on
	// using it. The copy has no ledger, leases, deliveries or processes: an ahtbot started on
	// its allowance opens slowly, as a new one. On PostgreSQL it fails with [ErrNoBackup].
	Backup(ctx context.Context, file string) error
	// Close ends all connections. Calls after it, and those it cuts short, fail with ErrUnavailable.
	Close() error
}
