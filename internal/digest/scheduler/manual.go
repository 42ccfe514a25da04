package scheduler

import (
	"context"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// Preview reads what d shows now, as background work: readings of the last two minutes
// serve, and what cannot be read within a minute has failed.
func (l *Scheduler) Preview(ctx context.Context, d digest.Digest) (digest.Report, error) {
	targets, err := l.Targets(ctx, d.Order.Selection)
	if err != nil {
		return digest.Report{}, err
	}
	now := time.Now()
	rows := l.readAll(ctx, targets, now.Add(-digest.ReadingTime), now.Add(time.Minute), nil)
	if err := ctx.Err(); err != nil {
		return digest.Report{}, err
	}
	at := time.Now()
	l.compareAll(ctx, d, rows, at)
	return digest.Report{Digest: d, At: at, Rows: rows, Next: d.Next, Preview: true}, nil
}

// Send reads and posts d now for by, out of turn and once. Its errors are those of
// [Poster.Post], and of who knows the watched campaigns.
func (l *Scheduler) Send(ctx context.Context, d digest.Digest, by string) error {
	report, err := l.Preview(ctx, d)
	if err != nil {
		return err
	}
	report.Preview, report.ByHand = false, by
	leave, err := l.channels.lock(ctx, d.Channel)
	if err != nil {
		return err
	}
	defer leave()
	_, _, err = l.Poster.Post(ctx, report, "")
	return err
}

// ReadingStart says when reading of n targets for a slot due at a moment begins, with the budget
// there is. Its error is a [*TooManyError].
func (l *Scheduler) ReadingStart(due time.Time, n int) (time.Time, error) {
	return digest.ReadingStart(due, n, l.PerMinute())
}

// Targets are whom w means now: those named in their order, the others by name. Errors
// are about the watched ones only.
func (l *Scheduler) Targets(ctx context.Context, w digest.Selection) ([]aht.Target, error) {
	if w.Watched {
		return l.Watched(ctx)
	}
	names := w.Campaigns
	if w.Group != "" {
		names = slices.DeleteFunc(slices.Sorted(slices.Values(l.Names())), func(name string) bool {
			return !strings.HasPrefix(foldName(name), foldName(w.Group))
		})
	}
	var targets []aht.Target
	for _, name := range names {
		if t, err := aht.NewTarget(aht.KindCampaign, name); err == nil { // what is kept was checked
			targets = append(targets, t)
		}
	}
	return targets, nil
}

// foldName is name as it is compared: people write a space where CloudAgent has a line.
func foldName(name string) string { return strings.ReplaceAll(strings.ToLower(name), "_", " ") }

// targetsOf is Campaigns for a slot, which is posted whatever happens.
func (l *Scheduler) targetsOf(ctx context.Context, w digest.Selection) []aht.Target {
	targets, err := l.Targets(ctx, w)
	if err != nil {
		l.Log.WarnContext(ctx, "the watched campaigns are not known", "err", err)
	}
	return targets
}
