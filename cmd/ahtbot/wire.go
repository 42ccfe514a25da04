package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/directory"
	"ahtbot/commands"
	"ahtbot/internal/aht"
	"ahtbot/internal/ops"
	"ahtbot/ozonetel"
)

// app is the program, connected and not yet running.
type app struct {
	upstream *ozonetel.Client
	bot      *bot.Bot
	metrics  *ops.Metrics
	shelf    *shelf
	standing *standing
	log      *slog.Logger
}

// wiring is what differs between the real thing and the demo.
type wiring struct {
	shelf   *shelf
	observe func(bot.Observer) bot.Observer
	// dialSlack and dialUpstream reach simulators over pipes; nil dials the network,
	// through a proxy where one is set.
	dialSlack, dialUpstream func(ctx context.Context, network, addr string) (net.Conn, error)
}

// wire connects the parts. It sends nothing yet.
func wire(s settings, w wiring, log *slog.Logger) (*app, error) {
	a := &app{metrics: ops.NewMetrics(release()), shelf: w.shelf, log: log}
	config := upstreamConfig(s, log)
	if w.dialUpstream != nil {
		config.Dial = w.dialUpstream
	}
	config.Observe = func(e ozonetel.Event) { a.metrics.Request(e.Op, e.Class, e.Outcome, e.Took) }
	answers := commands.Config{Access: s.access, Health: a.health, MaxAge: s.maxAge, Zone: s.zone}
	slackSide := bot.Config{
		AppToken: s.slackApp.reveal(), BotToken: s.slackBot.reveal(), APIURL: s.slackURL, Connections: s.connections,
		Dial: slackDial(s), Log: log, Name: ops.NewPseudonyms(s.apiKey.reveal()).Name, Observe: a.metrics,
	}
	if w.dialSlack != nil {
		slackSide.Dial = w.dialSlack
	}
	recent := w.shelf.recent
	w.shelf.share(&config)
	config.Known = recent.Latest
	config.Keep = func(r aht.Reading, asked time.Time) error {
		err := w.shelf.keep(r, asked)
		a.standing.names.saw(r.Target, err == nil && !w.shelf.unkept.has(r.Target)) // nothing is asked before wire has returned
		a.standing.alerts.came()
		return err
	}
	config.Latest = func(ctx context.Context, t aht.Target) (aht.Reading, bool, error) {
		r, ok, err := w.shelf.latest(ctx, t)
		if ok && err == nil { // another process took it, and people here are to be shown it
			a.standing.names.saw(t, true)
		}
		return r, ok, err
	}
	answers.Goals = w.shelf.goals
	answers.Keeps = w.shelf.db.Ping
	answers.Recall, answers.Costs, answers.History = w.shelf.recall, w.shelf.costs(s.zone), w.shelf.history
	slackSide.First, slackSide.Elsewhere = w.shelf.first, elsewhere{w.shelf}
	var err error
	if a.upstream, err = ozonetel.New(config); err != nil {
		return nil, err
	}
	people := new(directory.Directory)
	answers.Memory, answers.Upstream, answers.People, answers.UsedUp = recent, upstream{a.upstream}, people, usedUp(a.upstream)
	handler := commands.NewHandler(answers)
	slackSide.Handler, slackSide.People = handler, people
	if w.observe != nil {
		slackSide.Observe = w.observe(a.metrics)
	}
	if a.bot, err = bot.New(slackSide); err != nil {
		return nil, err
	}
	if a.standing, err = stand(s, a, people, handler); err != nil {
		return nil, err
	}
	a.metrics.Watch(a.figures)
	return a, nil
}

// upstreamConfig is what every subcommand's upstream client shares.
func upstreamConfig(s settings, log *slog.Logger) ozonetel.Config {
	return ozonetel.Config{
		BaseURL: s.baseURL, APIKey: s.apiKey.reveal(), Username: s.username, Auth: s.auth, Method: s.method,
		PerMinute: s.perMinute, Dial: upstreamDial(s), Log: quietly(log), Name: ops.NewPseudonyms(s.apiKey.reveal()).Name,
	}
}

// upstream gives ozonetel.Client the shape commands asks for.
type upstream struct{ *ozonetel.Client }

func (u upstream) Turn(t aht.Target) (place int, wait time.Duration, waiting bool) {
	w, ok := u.Waiting(t)
	return w.Place, w.For, ok
}

// usedUp is how long people's questions wait since something else has used the account up.
func usedUp(c *ozonetel.Client) func() time.Duration {
	return func() time.Duration {
		if s := c.Status(); s.Patient {
			return s.Held
		}
		return 0
	}
}

// health is what /aht status tells.
func (a *app) health() commands.Health {
	s := a.upstream.Status()
	h := commands.Health{
		Version: release(), Processes: int(a.shelf.live.Load()), Allowance: s.Allowance, Ceiling: s.Ceiling, Why: ceilingWords[s.Why], Used: s.Used60, Background: s.Background60,
		Refused: s.Refused60, Held: s.Held, Patient: s.Patient, Opening: s.Opening, AuthRefused: s.AuthRefused, AuthRest: s.AuthRest, TokenAge: s.TokenAge, TokensThisHour: s.TokensThisHour,
		LastReading: a.shelf.recent.Newest(), Store: a.shelf.engine, Degraded: s.Degraded, StoreCause: string(a.shelf.db.Condition().Cause),
		Back: s.Why == ozonetel.WhyBack, Unkept: a.shelf.unkept.count(), NotKept: s.NotKept,
		Polling: a.standing.polling(),
	}
	h.Connections, h.Since = a.bot.Connected()
	for _, w := range s.Waiting {
		h.Waiting = append(h.Waiting, commands.Waiting{Target: w.Target, Place: w.Place, For: w.For, Askers: w.Askers})
	}
	return h
}

// figures are the same for the metrics.
func (a *app) figures() ops.Figures {
	s := a.upstream.Status()
	n, _ := a.bot.Connected()
	p, store := a.standing.polling(), a.shelf.db.Condition()
	return ops.Figures{
		Connections: n, Allowance: s.Allowance, Ceiling: s.Ceiling, Used: s.Used60, Background: s.Background60, Refused: s.Refused60,
		Waiting: len(s.Waiting), WaitingBackground: s.WaitingBackground, Held: s.Held, Opening: s.Opening, TokenAge: s.TokenAge, TokensThisHour: s.TokensThisHour,
		Rival: s.Rival, AuthRefused: s.AuthRefused, AuthRest: s.AuthRest, LastReading: s.LastOK, StoreAway: a.storeAway(), NotKept: s.NotKept,
		StoreCause: string(store.Cause), StoreRoom: store.Room, StoreTimes: a.shelf.state.timesAway(), Unkept: a.shelf.unkept.count(),
		Watched: p.Targets, Interval: p.Interval, Reached: p.Reached,
	}
}

// ceilingWords says to people why not the whole allowance is used.
var ceilingWords = map[string]string{
	ozonetel.WhyRefused: "something else uses this account as well",
	ozonetel.WhyAway:    "the store can't keep anything",
	ozonetel.WhyHeld:    "the clock stepped",
	ozonetel.WhyBack:    "the store has come back",
}

// checks are what readiness means.
func (a *app) checks() []ops.Check {
	return []ops.Check{a.checkSlack, a.checkUpstream, a.checkStore}
}

func (a *app) checkSlack() string {
	if n, _ := a.bot.Connected(); n == 0 {
		return "no Socket Mode connection has said hello; the log says why"
	}
	return ""
}

// storeAway reports whether the store can't be written.
func (a *app) storeAway() bool { return a.shelf.db.Condition().Away() || a.upstream.Status().Degraded }

func (a *app) checkStore() string {
	if !a.storeAway() {
		return ""
	}
	const meanwhile = "people are answered, fewer requests sent, and nothing can be changed"
	if c := a.shelf.db.Condition(); c.Away() {
		return "the store can't be written: " + c.Report() + ". Until then " + meanwhile
	}
	return "the store can't be written; " + meanwhile
}

func (a *app) checkUpstream() string {
	switch s := a.upstream.Status(); {
	case s.AuthRefused:
		return "Ozonetel refuses our credentials; run ahtbot doctor"
	case s.Rival:
		return "something else signs in to the Ozonetel account and ends our sign-in; give ahtbot a user of its own"
	default:
		return ""
	}
}

// newLog returns the program's log, with secrets taken out of whatever reaches it, and with the way
// out added to what is about the network.
func newLog(s settings, w io.Writer) *slog.Logger {
	redact := ops.Redactor(append(s.proxies.Secrets(), s.apiKey.reveal(), s.slackApp.reveal(), s.slackBot.reveal(), s.database.reveal())...)
	opts := &slog.HandlerOptions{
		Level:       s.logLevel,
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr { return redact(groups, withWayOut(a)) },
	}
	asJSON := !terminal(w)
	if s.logJSON != nil {
		asJSON = *s.logJSON
	}
	if asJSON {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

// terminal reports whether a stream is one a person sits at.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// signIn gets an upstream token ahead of the first question, so that nobody waits for it
// and wrong credentials show at once.
func (a *app) signIn(ctx context.Context) {
	if err := a.upstream.Login(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "ozonetel sign-in failed, the next question tries again", "err", err)
	}
}
