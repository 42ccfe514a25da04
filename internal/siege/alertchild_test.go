package siege

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
	"ahtbot/internal/app/alerts"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/store"
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
	log := slog.New(judgedLog{})
	halt := halter(os.Getenv("CHILD_STOP"))
	poster := alerts.Poster{
		Bot: b, Words: alerts.Words{Card: apptest.AlertCard, Turn: apptest.AlertTurn, Stuck: apptest.AlertStuck, Outage: apptest.AlertOutage}, Zone: time.UTC, Admins: func(context.Context) []string { return nil }, Trouble: func() error { return nil },
	}
	loop := monitor.New(monitor.Config{
		Store: haltBook{alerts.Book{DB: db}, halt}, Poster: haltPoster{poster, halt}, Readings: db.ReadingsSince, History: db.ReadingsBetween,
		Goal: func(aht.Target) (aht.Goal, bool) { return aht.Goal{}, true }, Interval: func() time.Duration { return time.Second },
		Zone: time.UTC, Claim: db.Claim, Unclaim: db.Unclaim, Holder: os.Getenv("CHILD_NAME"), Away: store.IsUnavailable, Log: log,
	})
	go func() { // the test's readings are told to nobody
		for ; ; time.Sleep(100 * time.Millisecond) {
			loop.Wake()
		}
	}()
	loop.Run(ctx)
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
	alerts.Book
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
	lost, err := b.Book.Advance(ctx, at, moves, by)
	if says {
		b.at(haltAfterAdvance)
	}
	return lost, err
}

func (b haltBook) Finish(ctx context.Context, holder string, d monitor.DueNotice, at time.Time) error {
	err := b.Book.Finish(ctx, holder, d, at)
	b.at(haltAfterRecord)
	return err
}

type haltPoster struct {
	alerts.Poster
	halter
}

func (p haltPoster) PostCard(ctx context.Context, channel, key string, c alert.Card) (monitor.Place, error) {
	p.begins()
	at, err := p.Poster.PostCard(ctx, channel, key, c)
	p.ends(err)
	return at, err
}

func (p haltPoster) PostUpdate(ctx context.Context, under monitor.Place, key string, t alert.Update) error {
	p.begins()
	err := p.Poster.PostUpdate(ctx, under, key, t)
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
