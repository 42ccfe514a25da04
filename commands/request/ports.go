package request

import (
	"context"
	"errors"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// Memory is the readings at hand. It never blocks.
type Memory interface {
	Latest(t aht.Target) (aht.Reading, bool)
	// Before returns the newest reading received at a time or earlier.
	Before(t aht.Target, at time.Time) (aht.Reading, bool)
}

// Upstream asks for a new reading. Its errors are worded by [Explain].
type Upstream interface {
	// Ask may take as long as the account's allowance makes it wait. who is the Slack id of
	// who asks: people are served in turn.
	Ask(ctx context.Context, who string, t aht.Target) (aht.Reading, error)
	// Turn says which place a question has among those waiting to be sent (1 is next) and
	// about how long that takes; false when it is not waiting. It never blocks.
	Turn(t aht.Target) (place int, wait time.Duration, waiting bool)
}

// People says who somebody is.
type People interface {
	// Known answers from memory and never blocks.
	Known(id string) (Person, bool)
	// Person may ask Slack.
	Person(ctx context.Context, id string) (Person, error)
	// KnownMember reports whether somebody is in one of groups, and whether that is known
	// from memory. It never blocks.
	KnownMember(id string, groups []string) (in, known bool)
	// Member may ask Slack.
	Member(ctx context.Context, id string, groups []string) (bool, error)
}

// Looking is what [Names] and [Goals] may be as well: views in memory that can look at what
// other processes have kept since, so that nothing is refused or changed for what memory
// lacks. A look may ask a database; when that does not answer, what was known stays.
type Looking interface{ Look(ctx context.Context) }

// Renewing is what [People] may be as well: Anew is Person by Slack's word of the last
// seconds, for what is set up once and then stands.
type Renewing interface {
	Anew(ctx context.Context, id string) (Person, error)
}

// Wanting is what [Names] may be as well: told when a name was asked for that they lack,
// so that they may look for it. It never blocks.
type Wanting interface{ Want() }

// Polling is how watched targets are read in turn.
type Polling struct {
	Targets  int           // distinct campaigns of alerts and digests
	Asked    time.Duration // POLL_INTERVAL
	Interval time.Duration // planned: as asked, or slower when there are many
	Reached  time.Duration // as measured lately; 0: not yet
	Room     int           // requests a minute there are for it
	Most     int           // targets that could be read in a quarter of an hour
	TooMany  bool          // Interval would be over a quarter of an hour
}

// Places is where something is posted that nobody waits for.
type Places interface {
	// Announce posts r in a channel. Its error is a [*PlaceError] when only a person can mend it.
	Announce(ctx context.Context, channel string, r reply.Reply) error
}

// PlaceError is a place that takes no post until a person changes something; [reply.PostFault]
// words it.
type PlaceError struct {
	Code    string // Slack's word
	Channel string
}

func (e *PlaceError) Error() string { return "slack takes no post there: " + e.Code }

// Names is the campaigns known by name, from memory: it never blocks.
type Names interface {
	// Campaigns returns the names, sorted. listed is when the account's own list was fetched
	// last; zero: never, the names come from readings.
	Campaigns() (names []string, listed time.Time)
}

// Recognised is what a typed name is taken for.
type Recognised struct {
	Name    string   // as the account writes it, or as it was typed
	Known   bool     // the account or a reading has it
	Closest []string // when it is not known: at most three that it may have been meant for
}

// Health is what /aht status tells about ahtbot itself.
type Health struct {
	Version     string
	Connections int       // Slack connections open now
	Since       time.Time // when the oldest of them said hello; zero when none is open

	Processes  int    // that share the account now; 0 and 1 are this one
	Allowance  int    // upstream requests the account may send a minute
	Usable     int    // of those, how many we use at present; 0 means all
	Why        string // why fewer may be used, or nothing is sent; empty when all is well
	Used       int    // sent by this process in the last 60 s, sign-ins included
	Background int    // of those, not for a person who waits
	Refused    int    // of those, refused for the limit
	Held       time.Duration
	Patient    bool          // while held, in the first minutes of a new database: who asks waits, and is answered then
	Opening    time.Duration // how long background work has to wait yet, since the database is new or the allowance larger
	Waiting    []Waiting

	Rival          bool          // something else signs in to the account, which ends our sign-in
	AuthRefused    bool          // the upstream does not accept our credentials
	AuthRest       time.Duration // until they are tried again; 0: with the next question
	TokenAge       time.Duration // of the sign-in in use; 0 when there is none
	TokensThisHour int
	LastReading    time.Time // when the upstream last answered; zero when it has not
	Store          string    // "SQLite" or "PostgreSQL"; empty when nothing is kept
	Degraded       bool      // the store is away
	StoreCause     string    // why it is, as a stable word; empty when it is not known
	Back           bool      // the store has just come back, and nothing is sent for about a minute
	Unkept         int       // readings that are to be kept when it is back
	NotKept        int       // readings that were lost to it since the start
	Polling        Polling   // how watched campaigns are read; zero: nothing is watched, or not known yet
}

// Cost is how many requests a target cost.
type Cost struct {
	Target aht.Target
	Asked  int64
}

// Waiting is one question waiting for its turn upstream.
type Waiting struct {
	Target aht.Target
	Place  int           // 1 is next
	For    time.Duration // about how long yet
	Askers int           // people waiting for the same answer
}

// Goals is where the goals of campaigns are kept.
type Goals interface {
	// Goal and All answer from memory and never block.
	Goal(t aht.Target) (aht.Goal, bool)
	All() []aht.Goal // by name
	// SetGoal and DropGoal may ask a database; an error means that nothing may have changed.
	SetGoal(ctx context.Context, g aht.Goal) error
	DropGoal(ctx context.Context, t aht.Target, by string) error
	// ChangeGoal puts next in the place of now for by, if now is what stands: its mean, who
	// set it and when, to the millisecond. A zero Goal is none. False means that something
	// else stands, and that nothing was changed.
	ChangeGoal(ctx context.Context, now, next aht.Goal, by string) (bool, error)
}

// Links is where it is kept which agent each person is, by their Slack id. All of it may ask a
// database; an error means that this does not answer.
type Links interface {
	// Link returns the link of a person; false when there is none.
	Link(ctx context.Context, user string) (aht.Link, bool, error)
	// SetLink keeps l in the place of the person's own. It reports false, and changes nothing,
	// when the agent is another person's by a greater proof, or both only say so.
	SetLink(ctx context.Context, l aht.Link) (bool, error)
	// DropLink removes the link of a person, and reports whether there was one.
	DropLink(ctx context.Context, user string) (bool, error)
}

// ErrChanged is returned for a change of something that somebody else changed meanwhile.
var ErrChanged = errors.New("changed meanwhile")

// Change is one line of the record of who changed what.
type Change struct {
	At  time.Time
	By  string // Slack id; empty: ahtbot itself
	Did string // a word: made, edited, paused, resumed, removed, restored, sent, muted, …
}

// Digests is where digests are kept and made. All of it may ask a database; an error that
// is not ErrChanged means that the store, or for Send Slack, does not answer.
type Digests interface {
	// All returns the digests that stand, by id.
	All(ctx context.Context) ([]digest.Digest, error)
	// Digest returns one, also one that was removed less than ten minutes ago.
	Digest(ctx context.Context, id int64) (digest.Digest, bool, error)
	// Add keeps d, whose ID and Version it sets. Next is the caller's.
	Add(ctx context.Context, d digest.Digest) (digest.Digest, error)
	// Change keeps d in the place of its Version, by who did it.
	Change(ctx context.Context, d digest.Digest, by, did string) (digest.Digest, error)
	// Ran returns what became of the last slots, the newest first.
	Ran(ctx context.Context, id int64, most int) ([]digest.SlotResult, error)
	// Changes returns who changed it, the newest first.
	Changes(ctx context.Context, id int64, most int) ([]Change, error)
	// Preview reads what d shows now, within what the budget leaves.
	Preview(ctx context.Context, d digest.Digest) (digest.Report, error)
	// Send reads and posts d now for by. Its errors are a [*PlaceError] or the store's.
	Send(ctx context.Context, d digest.Digest, by string) error
	// Begin says when reading of n targets for a slot due at a moment has to begin; the error
	// is a [*digest.TooManyTargetsError].
	Begin(due time.Time, n int) (time.Time, error)
	// Calendars are the working week and the holidays of the account.
	Calendars() digest.Calendars
	// Campaigns are whom w means now, by name.
	Campaigns(ctx context.Context, w digest.Selection) ([]aht.Target, error)
}

// Alerts is where alerts are kept. All of it may ask a database.
type Alerts interface {
	// All returns the alerts that stand, by id.
	All(ctx context.Context) ([]alert.Standing, error)
	// Alert returns one, also one that was removed less than ten minutes ago.
	Alert(ctx context.Context, id int64) (alert.Standing, bool, error)
	// Add keeps w, whose ID and Version it sets.
	Add(ctx context.Context, w alert.Watch) (alert.Watch, error)
	// Change keeps w in the place of its Version, by who did it.
	Change(ctx context.Context, w alert.Watch, by, did string) (alert.Watch, error)
	// Amend applies change to how an alert stands, again when it was judged meanwhile, and
	// puts turn, if change returns true, on its way into the thread. The message follows.
	Amend(ctx context.Context, id int64, by, did string, change func(alert.Standing) (alert.State, alert.Update, bool)) (alert.Standing, error)
	// Changes returns who changed it, the newest first.
	Changes(ctx context.Context, id int64, most int) ([]Change, error)
	// Post posts a test of w now. Its errors are a [*PlaceError] or Slack's.
	Post(ctx context.Context, c alert.Card) error
	// Plan returns how watched targets are read, with those of extra on top.
	Plan(ctx context.Context, extra ...aht.Target) (Polling, error)
}

// Config is what a Handler works with.
type Config struct {
	Memory   Memory
	Upstream Upstream
	Goals    Goals   // nil has none and keeps none
	Links    Links   // nil has none, and takes nobody for an agent
	Digests  Digests // nil keeps none
	Alerts   Alerts  // nil keeps none
	Places   Places  // where digests and alerts are announced; set where they are
	Names    Names   // nil knows no campaign by name, and takes every name as it is typed
	// Watched are the campaigns of the alerts and digests that a person set up, as of a moment ago. It never blocks; nil knows none.
	Watched func(person string) []aht.Target
	People  People
	Access  Access
	Health  func() Health // for /aht status; never blocks
	// Recall looks for a reading of t that another process took, and puts it into Memory. It
	// may ask a database; nil when nobody else takes readings.
	Recall func(ctx context.Context, t aht.Target)
	// Costs returns the targets that cost most requests today, for admins; nil knows none.
	Costs func(ctx context.Context) []Cost
	// History returns the kept readings of t from from to to, oldest first. It may ask a
	// database; an error means that this does not answer.
	History func(ctx context.Context, t aht.Target, from, to time.Time) ([]aht.Reading, error)
	// Usual is what is usual of t at the hour of at, from memory: it never blocks. The zero Band is not known, or not yet; nil knows none.
	Usual func(t aht.Target, at time.Time) aht.Band
	// UsedUp is how long nothing is sent because something else has used the account up in the
	// first minutes of a new database; questions wait for that, and are asked by themselves.
	// Zero: that is not so. It never blocks; nil never knows.
	UsedUp func() time.Duration
	// Keeps shows by writing that changes can be kept, before anybody is told of one. It asks a
	// database; nil: nobody is asked.
	Keeps func(ctx context.Context) error
	// Claim reports whether nothing was made yet by the form that key names, in any process, and keeps that something is now.
	// It may ask a database; nil: no form is ever submitted twice.
	Claim  func(ctx context.Context, key string) bool
	MaxAge time.Duration  // how old a reading may be and still answer; READING_MAX_AGE
	Zone   *time.Location // in which the window's times are written; TIMEZONE
}

// Base is what every room works with, and what all of them need of it.
type Base struct {
	Config
	Forms []string // names of the forms there are

	Asked Lately // who asked about what in this process
}

// Again returns the answer to a form that was submitted before, whose wish is done already; nil when it was not.
func (b *Base) Again(ctx context.Context, q Question) *reply.Reply {
	if q.Once == "" || b.Claim == nil || b.Claim(ctx, q.Once) {
		return nil
	}
	r := reply.OneLine("again", "That form was sent already, and I did it once.")
	return &r
}
