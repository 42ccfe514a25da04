package app

import (
	"context"
	"net"
	"sync"

	"ahtbot/commands/request"
	"ahtbot/internal/ops"
	"ahtbot/ozonetel"
)

// health is what /aht status tells.
func (a *App) health() request.Health {
	s := a.upstream.Status()
	live, _ := a.db.Processes()
	h := request.Health{
		Version: a.settings.Release, Processes: live, Allowance: s.Allowance, Usable: s.Usable, Why: whyWords[s.Why], Used: s.Used60, Background: s.Background60,
		Refused: s.Refused60, Held: s.Held, Patient: s.Patient, Opening: s.Opening, Rival: s.Rival, AuthRefused: s.AuthRefused, AuthRest: s.AuthRest, TokenAge: s.TokenAge, TokensThisHour: s.TokensThisHour,
		LastReading: a.readings.Recent().Newest(), Store: a.db.Engine, Degraded: s.Degraded, StoreCause: string(a.db.Condition().Cause),
		Back: s.Why == ozonetel.WhyBack, Unkept: a.readings.Waiting(), NotKept: s.NotKept,
		Polling: a.background.polling(),
	}
	h.Connections, h.Since = a.bot.Connected()
	for _, w := range s.Waiting {
		h.Waiting = append(h.Waiting, request.Waiting{Target: w.Target, Place: w.Place, For: w.For, Askers: w.Askers})
	}
	return h
}

// figures are the same for the metrics.
func (a *App) figures() ops.Figures {
	s := a.upstream.Status()
	n, _ := a.bot.Connected()
	p, store := a.background.polling(), a.db.Condition()
	return ops.Figures{
		Connections: n, Allowance: s.Allowance, Usable: s.Usable, Used: s.Used60, Background: s.Background60, Refused: s.Refused60,
		Waiting: len(s.Waiting), WaitingBackground: s.WaitingBackground, Held: s.Held, Opening: s.Opening, TokenAge: s.TokenAge, TokensThisHour: s.TokensThisHour,
		Rival: s.Rival, AuthRefused: s.AuthRefused, AuthRest: s.AuthRest, LastReading: s.LastOK, StoreAway: a.storeUnavailable(), NotKept: s.NotKept,
		StoreCause: string(store.Cause), StoreRoom: store.Room, StoreTimes: a.db.TimesUnavailable(), Unkept: a.readings.Waiting(),
		Watched: p.Targets, Interval: p.Interval, Reached: p.Reached,
	}
}

// whyWords says to people why not the whole allowance is used.
var whyWords = map[string]string{
	ozonetel.WhyRefused: "something else uses this account as well",
	ozonetel.WhyAway:    "the store can't keep anything",
	ozonetel.WhyHeld:    "the clock stepped",
	ozonetel.WhyBack:    "the store has come back",
}

func (a *App) checkSlack() string {
	if n, _ := a.bot.Connected(); n == 0 {
		return "no Socket Mode connection has said hello; the log says why"
	}
	return ""
}

// storeUnavailable reports whether the store can't be written.
func (a *App) storeUnavailable() bool {
	return a.db.Condition().Unavailable() || a.upstream.Status().Degraded
}

func (a *App) checkStore() string {
	if !a.storeUnavailable() {
		return ""
	}
	const meanwhile = "people are answered, fewer requests sent, and nothing can be changed"
	if c := a.db.Condition(); c.Unavailable() {
		return "the store can't be written: " + c.Report() + ". Until then " + meanwhile
	}
	return "the store can't be written; " + meanwhile
}

func (a *App) checkUpstream() string {
	switch s := a.upstream.Status(); {
	case s.AuthRefused:
		return "Ozonetel refuses our credentials; run ahtbot doctor"
	case s.Rival:
		return "something else signs in to the Ozonetel account and ends our sign-in; give ahtbot a user of its own"
	default:
		return ""
	}
}

// ServeHealth serves health and metrics until the returned function is called: they are there for as long as the bot
// is, its soft stop included.
func (a *App) ServeHealth(ctx context.Context, listener net.Listener) (stop func()) {
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var done sync.WaitGroup
	done.Go(func() {
		if err := ops.Serve(serving, listener, ops.Handler(a.metrics, a.checkSlack, a.checkUpstream, a.checkStore)); err != nil {
			a.log.ErrorContext(ctx, "health and metrics ended", "err", err)
		}
	})
	return func() { cancel(); done.Wait() }
}
