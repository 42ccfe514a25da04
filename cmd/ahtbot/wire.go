package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"time"

	"ahtbot/bot"
	"ahtbot/commands"
	"ahtbot/internal/aht"
	"ahtbot/internal/ops"
	"ahtbot/internal/store"
	"ahtbot/ozonetel"
)

// app is the program, connected and not yet running.
type app struct {
	upstream *ozonetel.Client
	bot      *bot.Bot
	metrics  *ops.Metrics
	log      *slog.Logger
}

// wiring is what differs between the real thing and the demo.
type wiring struct {
	observe func(bot.Observer) bot.Observer
}

// wire connects the parts. It sends nothing yet.
func wire(s settings, w wiring, log *slog.Logger) (*app, error) {
	a := &app{metrics: ops.NewMetrics(release()), log: log}
	name := ops.NewPseudonyms(s.apiKey.reveal()).Name
	latest := new(store.Latest)
	config := upstreamConfig(s, log)
	config.Fresh, config.Keep = true, kept(latest)
	config.Observe = func(e ozonetel.Event) { a.metrics.Request(e.Op, e.Outcome, e.Took) }
	var err error
	if a.upstream, err = ozonetel.New(config); err != nil {
		return nil, err
	}
	people := &bot.Directory{Groups: s.access.Groups()}
	handler := commands.NewHandler(commands.Config{
		Memory: latest, Upstream: upstream{a.upstream}, People: people, Access: s.access,
		Health: a.health, MaxAge: s.maxAge, Zone: s.zone,
	})
	var observer bot.Observer = a.metrics
	if w.observe != nil {
		observer = w.observe(observer)
	}
	a.bot, err = bot.New(bot.Config{
		AppToken: s.slackApp.reveal(), BotToken: s.slackBot.reveal(), APIURL: s.slackURL,
		Handler: handler, People: people, Log: log, Name: name, Observe: observer,
	})
	if err != nil {
		return nil, err
	}
	a.metrics.Watch(ops.Gauges{
		Allowance: func() int { return a.upstream.Status().Allowance },
		Used:      func() int { return a.upstream.Status().Used60 },
		Waiting:   func() int { return len(a.upstream.Status().Waiting) },
		Connections: func() int {
			if _, ok := a.bot.Connected(); ok {
				return 1
			}
			return 0
		},
	})
	return a, nil
}

// upstreamConfig is what every subcommand's upstream client shares.
func upstreamConfig(s settings, log *slog.Logger) ozonetel.Config {
	return ozonetel.Config{
		BaseURL: s.baseURL, APIKey: s.apiKey.reveal(), Username: s.username, Auth: s.auth, Method: s.method,
		PerMinute: s.perMinute, Log: log, Name: ops.NewPseudonyms(s.apiKey.reveal()).Name,
	}
}

// kept keeps readings in memory, which never fails.
func kept(latest *store.Latest) func(aht.Reading) error {
	return func(r aht.Reading) error { latest.Keep(r); return nil }
}

// upstream gives ozonetel.Client the shape commands asks for.
type upstream struct{ *ozonetel.Client }

func (u upstream) Turn(t aht.Target) (place int, wait time.Duration, waiting bool) {
	w, ok := u.Waiting(t)
	return w.Place, w.For, ok
}

// health is what /aht status tells.
func (a *app) health() commands.Health {
	s := a.upstream.Status()
	h := commands.Health{
		Version: release(), Allowance: s.Allowance, Used: s.Used60, Refused: s.Refused60, Held: s.Held, AuthRefused: s.AuthRefused,
	}
	if since, ok := a.bot.Connected(); ok {
		h.Connections, h.Since = 1, since
	}
	for _, w := range s.Waiting {
		h.Waiting = append(h.Waiting, commands.Waiting{Target: w.Target, Place: w.Place, For: w.For, Askers: w.Askers})
	}
	return h
}

// checks are what readiness means.
func (a *app) checks() []ops.Check {
	return []ops.Check{
		func() string {
			if _, ok := a.bot.Connected(); !ok {
				return "no Socket Mode connection has said hello; the log says why"
			}
			return ""
		},
		func() string {
			if a.upstream.Status().AuthRefused {
				return "Ozonetel refuses our credentials; run ahtbot doctor"
			}
			return ""
		},
	}
}

// newLog returns the program's log, with secrets taken out of whatever reaches it.
func newLog(s settings, w io.Writer) *slog.Logger {
	opts := &slog.HandlerOptions{
		Level:       s.logLevel,
		ReplaceAttr: ops.Redactor(s.apiKey.reveal(), s.slackApp.reveal(), s.slackBot.reveal()),
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
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && f.Name() != os.DevNull
}

// signIn gets an upstream token ahead of the first question, so that nobody waits for it
// and wrong credentials show at once.
func (a *app) signIn(ctx context.Context) {
	if err := a.upstream.Login(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "ozonetel sign-in failed, the next question tries again", "err", err)
	}
}
