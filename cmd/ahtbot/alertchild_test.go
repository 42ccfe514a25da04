package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
)

// The steps at which a process that judges and tells is killed.
const (
	haltBeforeAdvance = "before advance"
	haltAfterAdvance  = "after advance"
	haltDuringPost    = "during post"
	haltAnswerLost    = "answer lost"
	haltBeforeRecord  = "after post, before record"
	haltAfterRecord   = "after record"
)

var haltSteps = []string{haltBeforeAdvance, haltAfterAdvance, haltDuringPost, haltAnswerLost, haltBeforeRecord, haltAfterRecord}

// alertChild is a process that judges and tells, with the program's own parts between the
// loop, the database and the simulated Slack. Readings are put into the database by the
// test. It says when it reaches the step it is told, and which readings it has judged.
func alertChild() {
	ctx := context.Background()
	db, b := childParts(ctx)
	a := newAlerts(alertParts{
		db: db, bot: b, words: plainAlerts(), goal: func(aht.Target) (aht.Goal, bool) { return aht.Goal{}, true },
		read: func(context.Context, aht.Target) error { return errors.New("the test reads") },
		room: func() int { return 600 }, asked: time.Second, zone: time.UTC, id: os.Getenv("CHILD_NAME"), log: slog.New(judgedLog{}),
		admins: func(context.Context) []string { return nil },
	})
	halt := halter(os.Getenv("CHILD_STOP"))
	config := a.config()
	config.Interval = func() time.Duration { return time.Second }
	config.Store, config.Poster = haltBook{alertBook{db}, halt}, haltPoster{alertPoster{a}, halt}
	a.loop = monitor.New(config)
	go func() { // the test's readings are told to nobody
		for ; ; time.Sleep(100 * time.Millisecond) {
			a.came()
		}
	}()
	a.loop.Run(ctx)
}

// plainAlerts are words from which a test can tell what was said.
func plainAlerts() alertWords {
	say := func(text string) reply.Reply { return reply.Reply{Text: text, Lines: []string{text}} }
	again := func(repeated bool) string {
		if repeated {
			return " again"
		}
		return ""
	}
	return alertWords{
		card: func(c alert.Card, _ *time.Location) reply.Reply {
			return say(fmt.Sprintf("rule %d episode %d %s %s%s", c.Watch.ID, c.State.Episode, c.State.Phase, c.State.Ended, again(c.Repeated)))
		},
		turn: func(t alert.Update, _ *time.Location) reply.Reply {
			return say(fmt.Sprintf("%s at %d%s", t.Why, t.At.UnixMilli(), again(t.Repeated)))
		},
		stuck: func(w alert.Watch, code string) reply.Reply { return say(fmt.Sprint("stuck ", w.ID, code)) },
		outage: func(_ error, o alert.Outage, _ *time.Location) reply.Reply {
			return say(fmt.Sprint("outage ", o.Until.IsZero()))
		},
	}
}

// judgedLog writes which readings were judged, and what went wrong.
type judgedLog struct{}

func (judgedLog) Enabled(context.Context, slog.Level) bool { return true }

func (judgedLog) Handle(_ context.Context, r slog.Record) error {
	if r.Message != "alert judged" && r.Level < slog.LevelWarn {
		return nil
	}
	var line strings.Builder
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "rule" || a.Key == "at" || a.Key == "reason" || a.Key == "err" {
			fmt.Fprintf(&line, " %s=%v", a.Key, a.Value)
		}
		return true
	})
	fmt.Println(r.Message + ":" + line.String())
	return nil
}

func (l judgedLog) WithAttrs([]slog.Attr) slog.Handler { return l }
func (l judgedLog) WithGroup(string) slog.Handler      { return l }

// haltBook and haltPoster are the places of the steps.
type haltBook struct {
	alertBook
	halter
}

func (b haltBook) Advance(ctx context.Context, at time.Time, moves []monitor.StateChange, by monitor.ChangedBy) ([]int64, error) {
	says := false
	for _, m := range moves {
		says = says || len(m.Notices) > 0
	}
	if says {
		b.at(haltBeforeAdvance)
	}
	lost, err := b.alertBook.Advance(ctx, at, moves, by)
	if says {
		b.at(haltAfterAdvance)
	}
	return lost, err
}

func (b haltBook) Finish(ctx context.Context, holder string, d monitor.DueNotice, at time.Time) error {
	err := b.alertBook.Finish(ctx, holder, d, at)
	b.at(haltAfterRecord)
	return err
}

type haltPoster struct {
	alertPoster
	halter
}

func (p haltPoster) PostCard(ctx context.Context, channel, key string, c alert.Card) (monitor.Place, error) {
	p.begins()
	at, err := p.alertPoster.PostCard(ctx, channel, key, c)
	p.ends(err)
	return at, err
}

func (p haltPoster) PostUpdate(ctx context.Context, under monitor.Place, key string, t alert.Update) error {
	p.begins()
	err := p.alertPoster.PostUpdate(ctx, under, key, t)
	p.ends(err)
	return err
}

// begins says that a post begins, and lets it: it is killed on its way.
func (p haltPoster) begins() {
	if p.halter == haltDuringPost {
		fmt.Println("halted")
	}
}

func (p haltPoster) ends(err error) {
	if errors.Is(err, monitor.ErrUnsure) {
		p.at(haltAnswerLost)
	}
	if err == nil {
		p.at(haltBeforeRecord)
	}
}
