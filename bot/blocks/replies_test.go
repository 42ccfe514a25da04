package blocks

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// noon is when every golden question is asked: 14:05 in India.
var noon = time.Date(2026, 11, 22, 8, 35, 0, 0, time.UTC)

// scene is a Handler whose world stands still.
type scene struct {
	person  request.Person
	reading *aht.Reading // of whatever target is asked about; nil: the upstream answers err
	past    *aht.Reading // an older one
	err     error
	place   int
	wait    time.Duration
	health  request.Health
}

func (s scene) Latest(t aht.Target) (aht.Reading, bool) {
	if s.reading == nil {
		return aht.Reading{}, false
	}
	r := *s.reading
	r.Target = t
	return r, true
}

func (s scene) Before(t aht.Target, at time.Time) (aht.Reading, bool) {
	if s.past == nil || s.past.At.After(at) {
		return aht.Reading{}, false
	}
	r := *s.past
	r.Target = t
	return r, true
}

func (s scene) Ask(context.Context, string, aht.Target) (aht.Reading, error) {
	return aht.Reading{}, s.err
}

func (s scene) Turn(aht.Target) (int, time.Duration, bool) { return s.place, s.wait, s.place > 0 }
func (s scene) Known(string) (request.Person, bool)        { return s.person, true }
func (s scene) Person(context.Context, string) (request.Person, error) {
	return s.person, nil
}
func (s scene) KnownMember(string, []string) (in, known bool)                 { return false, true }
func (s scene) Member(context.Context, string, []string) (in bool, err error) { return false, nil }

func (s scene) handler(tb testing.TB, access request.Access) *commands.Handler {
	tb.Helper()
	zone, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		tb.Fatal(err)
	}
	return commands.NewHandler(request.Config{
		Memory: s, Upstream: s, People: s, Access: access,
		Health: func() request.Health { return s.health }, MaxAge: time.Minute, Zone: zone,
	})
}

// upstreamError is an error as package ozonetel makes them.
type upstreamError struct {
	class, reason string
	wait          time.Duration
}

func (f upstreamError) Error() string          { return "SECRET CAUSE http://upstream.example/ca_apis/aht" }
func (f upstreamError) ErrorClass() string     { return f.class }
func (f upstreamError) ErrorReason() string    { return f.reason }
func (f upstreamError) RetryIn() time.Duration { return f.wait }

func reading(mean, age time.Duration) *aht.Reading {
	return &aht.Reading{Mean: mean, At: noon.Add(-age)}
}

// replies are all the messages the bot can send, by the name of their golden file.
func replies(t *testing.T) map[string]Message {
	t.Helper()
	ask := func(s scene, access request.Access, q request.Question) Message {
		q.User, q.At, q.Ref = "U1", noon, "abc234"
		r, _ := s.handler(t, access).Answer(t.Context(), q)
		seenBy := ForOne
		if r.Public {
			seenBy = ForAll
		}
		return Message{Reply: r, For: seenBy}
	}
	line := func(s scene, text string) Message {
		return ask(s, request.Access{}, request.Question{Text: text, Channel: true})
	}
	fresh := scene{reading: reading(4*time.Minute+32*time.Second, 8*time.Second)}
	none := scene{reading: reading(0, 0)}
	long := scene{reading: reading(100*time.Hour+time.Second, 90*time.Second)}
	long.reading.At = noon.Add(-50 * time.Second)
	out := map[string]Message{
		"figure-agent":        line(fresh, "agent 42"),
		"figure-campaign":     line(fresh, `campaign "Sales Outbound"`),
		"figure-long":         line(long, "campaign "+strings.Repeat("नाम ", 63)),
		"figure-hostile-name": line(fresh, "campaign &lt;!channel&gt; *b* _i_ `c` @here <https://evil.example|x>"),
		"figure-mention":      ask(fresh, request.Access{}, request.Question{Text: "campaign Sales_Outbound", Open: true, Channel: true}),
		"figure-direct":       ask(fresh, request.Access{}, request.Question{Text: "campaign Sales_Outbound"}),
		"figure-up":           line(scene{reading: fresh.reading, past: reading(3*time.Minute+12*time.Second, 2*time.Hour+9*time.Second)}, "campaign Sales"),
		"figure-down":         line(scene{reading: fresh.reading, past: reading(5*time.Minute, 3*time.Hour)}, "agent 42"),
		"figure-last":         line(scene{reading: reading(4*time.Minute, 17*time.Minute), err: upstreamError{class: "limit", reason: "limit-exceeded", wait: 40 * time.Second}}, "campaign Sales"),
		"no-calls-agent":      line(none, "agent 42"),
		"no-calls-campaign":   line(none, "campaign Winter Trial"),
		"help":                line(fresh, "help"),
		"menu":                line(fresh, ""),
		"status":              line(scene{health: health()}, "status"),
		"status-watching":     line(scene{health: watching()}, "status"),
		"status-admin":        admin(t, scene{health: health()}),
		"status-held":         line(scene{health: heldHealth(t)}, "status"),
		"status-opening":      line(scene{health: openingHealth(0)}, "status"),
		"status-used-up":      line(scene{health: openingHealth(58 * time.Second)}, "status"),
		"status-reconnecting": line(scene{health: request.Health{Version: "v0.1.0", Allowance: 50}}, "status"),
		"denied-guest":        line(scene{person: request.Person{Guest: true}}, "agent 42"),
		"denied-outside":      line(scene{person: request.Person{Outside: true}}, "campaign Sales"),
		"denied-reader":       ask(fresh, request.Access{Restricted: true, Readers: []string{"U9"}}, request.Question{Text: "agent 42"}),
		"old-button":          ask(fresh, request.Access{}, request.Question{Action: "aht_gone", Value: "{}"}),
		"goal-set":            goal(t, "target campaign Sales Outbound 4m"),
		"goal-refused":        goal(t, "target campaign Theirs 4m"),
		"goal-cleared":        goal(t, "target campaign Ours clear"),
		"goal-show":           goal(t, "target campaign Ours"),
		"goal-list":           goal(t, "target"),
		"goal-none":           line(fresh, "target"),
		"goal-agent":          line(fresh, "target agent 42 4m"),
		"goal-zero":           line(fresh, "target campaign Sales 0s"),
		"goal-away":           line(fresh, "target campaign Sales 4m"),
		"figure-over":         goal(t, "campaign Ours"),
		"figure-within":       goal(t, "campaign Theirs"),
		"trend-today":         trend(t, "trend Sales Outbound", 0, 80, 170, 175, 400),
		"trend-day":           trend(t, "trend Sales Outbound 24h", 0, 300, 600, 1200),
		"trend-week":          trend(t, "trend Sales Outbound 7d", 0, 1440, 2880, 4320),
		"trend-one":           trend(t, "trend Sales Outbound", 7),
		"trend-none":          trend(t, "trend Sales Outbound"),
		"trend-agent":         line(fresh, "trend agent 42"),
		"trend-away":          trend(t, "trend Sales Outbound", -1),
		"busy":                {Reply: reply.Busy(), For: ForOne},
		"stopping":            {Reply: reply.Stopping(), For: ForOne},
		"broken":              {Reply: reply.Broken("abc234"), For: ForOne},
		"no-address":          {Reply: reply.Unreachable(), For: ForOne},
		"delay-slow":          {Reply: scene{}.handler(t, request.Access{}).Delay(request.Question{Text: "agent 42"}), For: ForOne},
		"delay-next":          {Reply: scene{place: 1, wait: 50 * time.Second}.handler(t, request.Access{}).Delay(request.Question{Text: "agent 42", Ref: "abc234"}), For: ForOne},
		"delay-queue":         {Reply: scene{place: 3, wait: 12 * time.Second}.handler(t, request.Access{}).Delay(request.Question{Text: "agent 42"}), For: ForOne},
		"delay-used-up":       usedUp(t),
		"unknown-person":      stranger(t),
		"explain-deadline":    line(scene{err: context.DeadlineExceeded}, "agent 42"),
		"closest":             named(t, "campaign Colections", 5*time.Hour),
		"closest-spelling":    named(t, "campaign collections_north", 0),
		"closest-goal":        named(t, "target campaign Colections 4m", time.Minute),
		"closest-goal-show":   named(t, "target campaign Colections", 72*time.Hour),
		"closest-trend":       named(t, "trend campaign Colections 7d", 5*time.Hour),
		"goal-strange":        named(t, "target campaign Xyzzy 4m", 5*time.Hour),
		"goal-taken":          named(t, "target campaign collections_north 4m", 5*time.Hour),
		"trend-taken":         named(t, "trend campaign collections_north", 5*time.Hour),
	}
	share := request.Question{Action: reply.ActionShare, Channel: true, Value: out["figure-campaign"].Buttons[1].Value}
	out["shared"] = ask(fresh, request.Access{}, share)
	share.At, share.User = noon, "U1"
	out["shared-private"] = Message{Reply: fresh.handler(t, request.Access{}).Shared(share), For: ForOne, Replace: true}
	for _, topic := range []string{"agent", "campaign", "campaigns", "target", "trend", "digest", "alert", "mine", "status", "help"} {
		out["help-"+topic] = line(fresh, "help "+topic)
	}
	for name, text := range mistakes() {
		out["usage-"+name] = line(fresh, text)
	}
	for _, f := range upstreamErrors() {
		out["explain-"+f.class+"-"+f.reason] = line(scene{err: f}, "campaign Sales Outbound")
	}
	maps.Copy(out, wordAnswers(t))
	maps.Copy(out, drawings())
	maps.Copy(out, storeAnswers(t))
	maps.Copy(out, digestAnswers(t))
	maps.Copy(out, digestMessages(t))
	maps.Copy(out, cards(t))
	maps.Copy(out, alertAnswers(t))
	maps.Copy(out, menuAnswers(t))
	maps.Copy(out, peopleAnswers(t))
	out["explain-refused-agent-word"] = line(scene{err: upstreamError{class: "refused", reason: "bad-agent"}}, `agent "Agent 42"`)
	out["explain-refused-bad-agent"] = line(scene{err: upstreamError{class: "refused", reason: "bad-agent"}}, "agent 42")
	return out
}

// goals are two campaigns' goals: U1 set one, somebody else the other.
type goals map[string]aht.Goal

func (g goals) Goal(t aht.Target) (aht.Goal, bool) { one, ok := g[t.Name()]; return one, ok }
func (g goals) All() []aht.Goal                    { return []aht.Goal{g["Ours"], g["Theirs"]} }

func (goals) SetGoal(context.Context, aht.Goal) error            { return nil }
func (goals) DropGoal(context.Context, aht.Target, string) error { return nil }

func (goals) ChangeGoal(context.Context, aht.Goal, aht.Goal, string) (bool, error) { return true, nil }

// goal is what U1 is told about goals, or with them.
func goal(t *testing.T, text string) Message {
	t.Helper()
	r, _ := goalHandler(t).Answer(t.Context(), request.Question{User: "U1", Text: text, At: noon, Ref: "abc234"})
	return Message{Reply: r, For: ForOne}
}

// goalHandler knows goals.
func goalHandler(t *testing.T) *commands.Handler {
	t.Helper()
	h := scene{reading: reading(4*time.Minute+32*time.Second, 8*time.Second)}.handler(t, request.Access{Admins: []string{"U9"}})
	known := goals{}
	for name, g := range map[string]aht.Goal{"Ours": {Mean: 4 * time.Minute, By: "U1"}, "Theirs": {Mean: 5 * time.Minute, By: "U2"}} {
		target, err := aht.NewTarget(aht.KindCampaign, name)
		if err != nil {
			t.Fatal(err)
		}
		g.Target = target
		known[name] = g
	}
	h.Goals = known
	return h
}

// book is the account's campaigns, listed so long before noon; zero: never.
type book time.Duration

func (b book) Campaigns() (names []string, listed time.Time) {
	if b != 0 {
		listed = noon.Add(-time.Duration(b))
	}
	return []string{"Collections North", "Collections_South", "Sales Outbound"}, listed
}

// named is what U1 is told about a campaign whose name is not quite one of book's.
func named(t *testing.T, text string, age time.Duration) Message {
	t.Helper()
	r, _ := namedHandler(t, age).Answer(t.Context(), request.Question{User: "U1", Text: text, At: noon, Ref: "abc234"})
	return Message{Reply: r, For: ForOne}
}

// namedHandler knows the campaigns of book, and of no other has an answer.
func namedHandler(t *testing.T, age time.Duration) *commands.Handler {
	t.Helper()
	h := scene{err: upstreamError{class: "refused", reason: "bad-campaign"}}.handler(t, request.Access{})
	h.Names, h.Goals = book(age), goals{}
	h.History = func(_ context.Context, target aht.Target, _, _ time.Time) ([]aht.Reading, error) {
		if target.Name() != "Collections North" {
			return nil, nil
		}
		return []aht.Reading{{Target: target, Mean: 4 * time.Minute, At: noon.Add(-time.Hour)}}, nil
	}
	return h
}

// trend is a trend of readings so many minutes old; a negative age is a store that does
// not answer.
func trend(t *testing.T, text string, ages ...int) Message {
	t.Helper()
	h := scene{}.handler(t, request.Access{})
	h.History = func(_ context.Context, target aht.Target, from, _ time.Time) ([]aht.Reading, error) {
		var out []aht.Reading
		for _, ago := range slices.Backward(ages) {
			if ago < 0 {
				return nil, context.DeadlineExceeded
			}
			if at := noon.Add(-time.Duration(ago) * time.Minute); !at.Before(from) {
				out = append(out, aht.Reading{Target: target, Mean: time.Duration(200+ago%97) * time.Second, At: at})
			}
		}
		return out, nil
	}
	r, _ := h.Answer(t.Context(), request.Question{User: "U1", Text: text, At: noon, Ref: "abc234"})
	return Message{Reply: r, For: ForOne}
}

// admin is the status an admin reads.
func admin(t *testing.T, s scene) Message {
	t.Helper()
	h := s.handler(t, request.Access{Admins: []string{"U1"}})
	h.Costs = func(context.Context) []request.Cost {
		var out []request.Cost
		for i, kind := range []aht.Kind{aht.KindCampaign, aht.KindAgent} {
			target, err := aht.NewTarget(kind, "Sales Outbound")
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, request.Cost{Target: target, Asked: int64(90 - i)})
		}
		return out
	}
	r, _ := h.Answer(t.Context(), request.Question{User: "U1", Text: "status", At: noon, Ref: "abc234"})
	return Message{Reply: r, For: ForOne}
}

func health() request.Health {
	return request.Health{Store: "SQLite", TokenAge: 12 * time.Minute, TokensThisHour: 1, LastReading: noon.Add(-2 * time.Minute), Version: "v0.1.0", Connections: 1, Since: noon.Add(-3 * time.Hour), Allowance: 50, Used: 12}
}

// usedUp is what a person reads who waits since something else has used the account up.
func usedUp(t *testing.T) Message {
	t.Helper()
	h := scene{place: 1, wait: 58 * time.Second}.handler(t, request.Access{})
	h.UsedUp = func() time.Duration { return 58 * time.Second }
	return Message{Reply: h.Delay(request.Question{Text: "agent 42", Ref: "abc234"}), For: ForOne}
}

// openingHealth is a new database, and something else that has used the account up when held
// is over zero; our sign-in is refused as well.
func openingHealth(held time.Duration) request.Health {
	h := health()
	h.Opening, h.Held, h.Patient = 71*time.Second, held, held > 0
	h.AuthRefused, h.AuthRest = true, held/4
	return h
}

func heldHealth(t *testing.T) request.Health {
	t.Helper()
	h := health()
	h.Usable, h.Why, h.Background = 38, "something else uses this account", 21
	h.TokenAge, h.TokensThisHour, h.LastReading, h.Store, h.Degraded, h.NotKept = 17*time.Minute, 2, noon.Add(-time.Minute), "PostgreSQL", true, 3
	h.Since, h.Used, h.Refused, h.Held, h.AuthRefused = noon.Add(-72*time.Hour), 50, 2, 41*time.Second, true
	for i := range 7 {
		kind := aht.KindCampaign
		if i%2 == 0 {
			kind = aht.KindAgent
		}
		target, err := aht.NewTarget(kind, fmt.Sprintf("asha%d@example.com", i))
		if err != nil {
			t.Fatal(err)
		}
		h.Waiting = append(h.Waiting, request.Waiting{Target: target, Place: i + 1, For: time.Duration(i+1) * 1500 * time.Millisecond, Askers: 1 + i%3})
	}
	return h
}

// nobody is a directory that Slack does not answer.
type nobody struct{ scene }

func (nobody) Known(string) (request.Person, bool) { return request.Person{}, false }
func (nobody) Person(context.Context, string) (request.Person, error) {
	return request.Person{}, context.DeadlineExceeded
}

func stranger(t *testing.T) Message {
	t.Helper()
	h := scene{}.handler(t, request.Access{})
	h.People = nobody{}
	r, _ := h.Answer(t.Context(), request.Question{Text: "agent 42", Ref: "abc234"})
	return Message{Reply: r, For: ForOne}
}

// mistakes has a line for each fault of the language.
func mistakes() map[string]string {
	return map[string]string{
		"unknown": "Sales Outbound", "unknown-id": "42", "empty-agent": "agent", "empty-campaign": `campaign ""`, "misspelt-change": "digst add watched daily at 9:00",
		"both": "agent 42 campaign Sales", "twice": "agent Agent 42", "after-quote": `campaign "Sales" Outbound`, "span": `trend campaign "Sales Outbound" 30d`,
		"bare": `target campaign "Sales Outbound" 5`, "no-goal": `target campaign "Sales Outbound" soon`,
		"long": strings.Repeat("x", 4000), "unreadable": "agent a\x00b", "mention": "me is <@U123>", "people": "me 42",
		"digest": "digest add campaign Sales every day at 25:00", "digest-days": `digest add campaign "Sales Outbound" at 9:00`,
		"digest-zone": "digest add campaign Sales daily at 9 tz UTC+2", "digest-date": "digest edit 3 until 03/04/2027",
		"alert":   "alert add campaign Sales above 45",
		"hostile": "<!channel> `rm` <https://evil.example|good>",
	}
}

// upstreamErrors are the classes and reasons of package ozonetel.
func upstreamErrors() []upstreamError {
	return []upstreamError{
		{class: "refused", reason: "bad-campaign"},
		{class: "refused", reason: "method-refused"},
		{class: "refused", reason: "bad-request-body"},
		{class: "refused", reason: "unknown-refusal"},
		{class: "auth", reason: "empty-user"},
		{class: "auth", reason: "empty-key"},
		{class: "auth", reason: "bad-credentials", wait: 14 * time.Second},
		{class: "auth", reason: "wrong-mode"},
		{class: "auth", reason: "token-refused"},
		{class: "limit", reason: "limit-exceeded", wait: 41 * time.Second},
		{class: "limit", reason: "account-shared", wait: time.Minute},
		{class: "auth", reason: "unknown-refusal"},
		{class: "limit", reason: "queue-full", wait: 130 * time.Second},
		{class: "unreachable", reason: "store-failed"},
		{class: "refused", reason: "none-given"},
		{class: "limit", reason: "tokens-spent", wait: 17 * time.Minute},
		{class: "unreachable", reason: "timeout"},
		{class: "unreachable", reason: "connect-failed"},
		{class: "unreachable", reason: "hung-up"},
		{class: "unreachable", reason: "server-error"},
		{class: "unreachable", reason: "redirected"},
		{class: "unreadable", reason: "not-json"},
		{class: "unreadable", reason: "too-large"},
		{class: "unreadable", reason: "no-figure"},
		{class: "unreadable", reason: "other-target"},
	}
}
