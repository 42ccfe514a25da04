package siege

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
	"ahtbot/internal/app/digests"
	"ahtbot/internal/digest"
	"ahtbot/internal/digest/scheduler"
	"ahtbot/internal/store"
)

// The steps at which a process that posts digests is killed.
const (
	beforeClaim  = "before claim"
	afterClaim   = "after claim"
	afterMark    = "after mark"
	duringPost   = "during post"
	answerLost   = "post arrived, answer lost"
	beforeRecord = "before record"
	afterRecord  = "after record"
)

var crashSteps = []string{beforeClaim, afterClaim, afterMark, duringPost, answerLost, beforeRecord, afterRecord}

// digestChild is a process that posts digests, with the program's own parts between the
// loop and the simulated Slack. It says when it reaches the step it is told, and stays
// there.
func digestChild() {
	ctx := context.Background()
	db, b := childParts(ctx)
	at := halter(os.Getenv("CHILD_STOP"))
	loop := scheduler.New(scheduler.Config{
		Store:    stopBook{digests.Book{DB: db, Log: slog.New(slog.DiscardHandler)}, at, os.Getenv("CHILD_NAME")},
		Readings: calm{},
		Poster:   stopPoster{digests.Poster{Bot: b, Words: digests.Words{Message: plainDigest}}, at},

		Deactivated: func(context.Context, string) (bool, error) { return false, nil },
		Goal:        func(aht.Target) (aht.Goal, bool) { return aht.Goal{}, false },
		PerMinute:   func() int { return 0 },
		Away:        store.IsUnavailable, Log: slog.New(slog.DiscardHandler),
	})
	loop.Run(ctx)
}

// plainDigest is a message as short as they come.
func plainDigest(r digest.Report) reply.Reply {
	text := fmt.Sprintf("Digest %d of %s", r.Digest.ID, r.Slot.Local)
	return reply.Reply{Text: text, Lines: []string{text}}
}

// calm is an upstream that always answers.
type calm struct{}

func (calm) Read(_ context.Context, t aht.Target) (aht.Reading, error) {
	return aht.Reading{Target: t, Mean: time.Minute, At: time.Now()}, nil
}

func (calm) Latest(context.Context, aht.Target) (aht.Reading, bool, error) {
	return aht.Reading{}, false, nil
}

func (calm) History(context.Context, aht.Target, time.Time, time.Time) ([]aht.Reading, error) {
	return nil, nil
}

type stopBook struct {
	digests.Book
	halter
	name string
}

func (b stopBook) Claim(ctx context.Context, r scheduler.SlotRun, holder string, d time.Duration) (scheduler.SlotRun, bool, error) {
	b.at(beforeClaim)
	r, ok, err := b.Book.Claim(ctx, r, b.name+"-"+holder, d)
	if ok && err == nil {
		b.at(afterClaim)
	}
	return r, ok, err
}

func (b stopBook) Keep(ctx context.Context, r scheduler.SlotRun, d time.Duration, name bool) (bool, error) {
	if !r.Ended.IsZero() {
		b.at(beforeRecord)
	}
	ok, err := b.Book.Keep(ctx, r, d, name)
	switch {
	case !ok || err != nil:
	case !r.Ended.IsZero():
		b.at(afterRecord)
	case r.Posting:
		b.at(afterMark)
	}
	return ok, err
}

type stopPoster struct {
	digests.Poster
	halter
}

func (p stopPoster) Post(ctx context.Context, r digest.Report, key string) (channel, ts string, err error) {
	channel, ts, err = p.Poster.Post(ctx, r, key)
	if err != nil {
		p.at(answerLost)
	}
	return channel, ts, err
}
