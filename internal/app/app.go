// Package app is the program, connected: what every subcommand starts from. It touches no environment, flag or stream;
// who reads those hands over [Settings], [Options] and a log.
package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/directory"
	"ahtbot/commands"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/app/alerts"
	"ahtbot/internal/app/campaigns"
	"ahtbot/internal/app/database"
	"ahtbot/internal/app/digests"
	"ahtbot/internal/app/goals"
	"ahtbot/internal/app/readings"
	"ahtbot/internal/ops"
	"ahtbot/internal/poll"
	"ahtbot/ozonetel"
)

// App is the program, connected. Make one with [Open]; [App.Start] and [App.Run] set it to work.
type App struct {
	upstream   *ozonetel.Client
	bot        *bot.Bot
	metrics    *ops.Metrics
	db         *database.Database
	readings   *readings.Readings
	usual      *readings.Usual
	goals      *goals.Book
	background *background
	settings   Settings
	log        *slog.Logger
}

// Open opens the database and connects the parts. It sends nothing yet. Close what it returns.
func Open(ctx context.Context, s Settings, o Options, log *slog.Logger) (*App, error) {
	db, err := openDatabase(ctx, s, o, log)
	if err != nil {
		return nil, err
	}
	a := &App{metrics: ops.NewMetrics(s.Release), db: db, readings: readings.New(db, log), goals: goals.New(db, log), settings: s, log: log}
	a.usual = a.readings.Usual(s.Zone)
	if err := a.wire(o); err != nil {
		a.Close(ctx)
		return nil, err
	}
	return a, nil
}

// wire connects the parts.
func (a *App) wire(o Options) (err error) {
	if a.upstream, err = ozonetel.New(a.upstreamConfig(o)); err != nil {
		return err
	}
	people := new(directory.Directory)
	handler := commands.NewHandler(a.answers(people))
	if a.bot, err = bot.New(a.slackSide(o, handler, people)); err != nil {
		return err
	}
	a.background = a.newBackground(people, handler)
	a.metrics.Watch(a.figures)
	return nil
}

func (a *App) upstreamConfig(o Options) ozonetel.Config {
	config := upstreamConfig(a.settings, o, a.db, a.readings, a.log)
	config.Observe = func(e ozonetel.Event) { a.metrics.Request(e.Op, e.Class, e.Outcome, e.Took) }
	config.Known = a.readings.Recent().Latest
	config.Keep = func(r aht.Reading, asked time.Time) error {
		err := a.readings.Keep(r, asked)
		a.background.names.Add(r.Target, err == nil && !a.readings.Waits(r.Target)) // nothing is asked before Open has returned
		a.background.alerts.Wake()
		return err
	}
	config.Latest = func(ctx context.Context, t aht.Target) (aht.Reading, bool, error) {
		r, ok, err := a.readings.Latest(ctx, t)
		if ok && err == nil { // another process took it, and people here are to be shown it
			a.background.names.Add(t, true)
		}
		return r, ok, err
	}
	return config
}

func (a *App) answers(people *directory.Directory) request.Config {
	return request.Config{
		Access: a.settings.Access, Health: a.health, MaxAge: a.settings.MaxAge, Zone: a.settings.Zone, Goals: a.goals, Links: a.db, Keeps: a.db.Ping,
		Recall: a.readings.Recall, Costs: a.costs, History: a.readings.History, Usual: a.usual.At, Memory: a.readings.Recent(), Upstream: upstream{a.upstream},
		People: people, UsedUp: func() time.Duration { return UsedUp(a.upstream) },
		Claim: func(ctx context.Context, form string) bool { return a.db.First(ctx, "form "+form) },
	}
}

func (a *App) slackSide(o Options, handler *commands.Handler, people *directory.Directory) bot.Config {
	s := a.settings
	config := bot.Config{
		AppToken: s.SlackApp.Reveal(), BotToken: s.SlackBot.Reveal(), APIURL: s.SlackURL, Connections: s.Connections,
		Dial: s.SlackDial(), Log: a.log, Name: ops.NewPseudonyms(s.APIKey.Reveal()).Name, Observe: a.metrics,
		First: a.db.First, Elsewhere: a.db, Handler: handler, People: people,
	}
	if o.DialSlack != nil {
		config.Dial = o.DialSlack
	}
	if o.Observe != nil {
		config.Observe = o.Observe(a.metrics)
	}
	return config
}

// newBackground connects them, and makes h answer for them.
func (a *App) newBackground(people *directory.Directory, h *commands.Handler) *background {
	s, log := a.settings, database.Quietly(a.log)
	st := &background{log: log}
	db := countingStore{a.db, a.metrics}
	admins := func(ctx context.Context) []string { return people.Everyone(ctx, s.Access.Admins) }
	st.names = campaigns.New(a.upstream.Campaigns, a.db, a.db.ID, log)
	st.alerts = alerts.New(alerts.Config{
		DB: db, Poster: alerts.Poster{
			Bot: a.bot, Zone: s.Zone, Admins: admins,
			Words: alerts.Words{Card: alertpost.Card, Turn: alertpost.Turn, Stuck: alertpost.Stuck, Outage: alertpost.Outage},
		},
		Goal: func(t aht.Target) (aht.Goal, bool) {
			read := a.goals.Read() // before the goal, which may come in between
			g, _ := a.goals.Goal(t)
			return g, read
		},
		Read: func(ctx context.Context, t aht.Target) error {
			_, err := a.upstream.AskBackground(ctx, t, ozonetel.Polling)
			return err
		},
		Room: func() int { return poll.Capacity(a.upstream.Status().Usable) }, AlsoWatched: st.digestCampaigns,
		CatchUp: a.readings.CatchUp, Interval: s.Poll, ID: a.db.ID, Log: log,
	})
	st.digests = digests.New(digests.Config{
		DB: db, Recent: a.readings.Recent(), Client: a.upstream,
		Poster: digests.Poster{Bot: a.bot, Words: digests.Words{Message: digestpost.Message, Stuck: digestpost.Stuck, Orphan: digestpost.Orphan}, Admins: admins},
		Names:  func() []string { all, _ := st.names.Campaigns(); return all }, Watched: st.alerts.Campaigns,
		Goal: a.goals.Goal, PerMinute: func() int { return digestCapacity(s.PerMinute) }, Calendars: s.Days, Log: log,
		Changed: func(ctx context.Context) { st.alerts.Replan(ctx) },
	})
	h.Names, h.Digests, h.Alerts, h.Places = st.names, st.digests, st.alerts, places{a.bot}
	h.Watched = st.watchedBy
	return st
}

// digestCapacity is how many requests a minute digests may take of an allowance: what is left
// keeps people from waiting.
func digestCapacity(perMinute int) int { return max(1, perMinute*8/10) }

// costs are the targets that cost most requests today.
func (a *App) costs(ctx context.Context) []request.Cost {
	zone := a.settings.Zone
	now := time.Now().In(zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
	counts, err := a.db.AskCounts(ctx, midnight, 5)
	if err != nil {
		return nil
	}
	var out []request.Cost
	for _, c := range counts {
		out = append(out, request.Cost{Target: c.Target, Asked: c.Asked})
	}
	return out
}

// Start sets to work what nobody asks for: keeping memory and the database in order, digests and alerts. The returned
// function stops it, and waits until what was under way is done.
func (a *App) Start(ctx context.Context) (stop func()) {
	tending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var all sync.WaitGroup
	all.Go(func() { a.readings.Follow(tending) })
	all.Go(func() { a.usual.Follow(tending) })
	all.Go(func() { a.goals.Follow(tending) })
	all.Go(func() { a.db.Tend(tending, a.settings.Retention, a.readings.CatchUp) })
	stopBackground := a.background.serve(ctx)
	return func() { stopBackground(); cancel(); all.Wait() }
}

// Run connects to Slack and answers until ctx ends.
func (a *App) Run(ctx context.Context) error { return a.bot.Run(ctx) }

// SignIn gets an upstream token ahead of the first question, so that nobody waits for it and wrong credentials show at
// once, in the log.
func (a *App) SignIn(ctx context.Context) {
	if err := a.upstream.Login(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "ozonetel sign-in failed, the next question tries again", "err", err)
	}
}

// NamesReady is closed when the names of campaigns are known for the first time after [App.Start].
func (a *App) NamesReady() <-chan struct{} { return a.background.names.Ready() }

// Close closes the upstream client and the database, which keeps before what was read while it was unavailable. Stop what
// [App.Start] has begun before.
func (a *App) Close(ctx context.Context) {
	if a.upstream != nil {
		a.upstream.Close()
	}
	closeStore(ctx, a.db, a.readings, a.log)
}
