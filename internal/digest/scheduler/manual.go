package scheduler

import (
	"context"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// Preview returns what d would show now. Its readings are background requests: readings of
// the last two minutes serve, and a target that cannot be read within a minute has failed.
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

// Send posts d now, once, for the person by. Errors are those of [Poster.Post] and of
// Config.Watched.
func (l *Scheduler) Send(ctx context.Context, d digest.Digest, by string) error {
	report, err := l.Preview(ctx, d)
	if err != nil {
		return err
	}
	report.Preview, report.ByHand = false, by
	unlock, err := l.channels.lock(ctx, d.Channel)
	if err != nil {
		return err
	}
	defer unlock()
	_, _, err = l.Poster.Post(ctx, report, "")
	return err
}

// ReadingStart returns when reading n targets for a slot due at a moment starts, with the
// allowance there is now. Its error is a [*digest.TooManyTargetsError].
func (l *Scheduler) ReadingStart(due time.Time, n int) (time.Time, error) {
	return digest.ReadingStart(due, n, l.PerMinute())
}

// Targets returns the campaigns that w selects now: named ones in their order, others by
// name. Errors are those of Config.Watched.
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
		if t, err := aht.NewTarget(aht.KindCampaign, name); err == nil { // stored names were checked
			targets = append(targets, t)
		}
	}
	return targets, nil
}

// foldName returns the form of name that is compared: people write a space where CloudAgent
// has an underscore.
func foldName(name string) string { return strings.ReplaceAll(strings.ToLower(name), "_", " ") }

// targetsOf is Targets for a slot, which is posted even without them.
func (l *Scheduler) targetsOf(ctx context.Context, w digest.Selection) []aht.Target {
	targets, err := l.Targets(ctx, w)
	if err != nil {
		l.Log.WarnContext(ctx, "the watched campaigns are not known", "err", err)
	}
	return targets
}
