package monitor

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"ahtbot/internal/alert"
)

const (
	maxPosting      = 16               // rules whose messages are under way
	claimTime       = 2 * time.Minute  // longer than a post can take; a crash gives the rule free after it
	minEditInterval = 30 * time.Second // a message changes no more often
	maxNoticeAge    = 24 * time.Hour   // what could not be said for so long is not news
	maxChannelRetry = 15 * time.Minute // between tries of a place that takes nothing, at the most
	minChannelRetry = 15 * time.Second // and at the least: somebody may do right away what its maker was told
	maxRetry        = time.Minute      // between tries of what Slack may take the next time
	lookupDelay     = 20 * time.Second // what may stand, so that it is there if it ever will be
)

// outbox posts what judging and people have put into the store, until it stands.
type outbox struct {
	cfg       *Config
	wake      chan struct{} // there may be something to post
	claims    int           // how often run has claimed
	posting   sync.WaitGroup
	slackDown atomic.Bool  // Slack takes no messages at all
	unsaved   atomic.Int64 // posts whose result could not be saved yet, because the store is away
}

// run posts what the outbox holds, the rules of one process beside those of others.
func (o *outbox) run(ctx, hard context.Context) {
	slots := make(chan struct{}, maxPosting)
	for ctx.Err() == nil {
		if free := maxPosting - len(slots); free > 0 && o.unsaved.Load() == 0 { // else it would be said again
			o.claims++
			holder := fmt.Sprintf("%s/%d", o.cfg.Holder, o.claims)
			due, err := o.cfg.Store.Claim(ctx, holder, claimTime, time.Now(), free)
			if err != nil && ctx.Err() == nil {
				o.cfg.Log.WarnContext(ctx, "what is to be said about alerts can't be read", "err", err)
			}
			for _, d := range due {
				slots <- struct{}{}
				o.posting.Go(func() {
					o.deliver(hard, holder, d)
					<-slots
					signal(o.wake)
				})
			}
		}
		sleep(ctx, maxPause, o.wake)
	}
}

// deliver says one thing and notes that it was said, or when to try again. Until the book
// knows, it is said again after a crash: at least once.
func (o *outbox) deliver(ctx context.Context, holder string, d DueNotice) {
	err := o.post(ctx, d)
	if later, ok := errors.AsType[*retryError](err); ok {
		err = o.save(ctx, func() error { return o.cfg.Store.Delay(ctx, holder, later.notice, later.after) })
	} else if err == nil {
		err = o.save(ctx, func() error { return o.cfg.Store.Finish(ctx, holder, d, time.Now()) })
	}
	if err != nil && ctx.Err() == nil { // the claim ends, and it is due again
		o.cfg.Log.WarnContext(ctx, "what was said about an alert is not noted", "rule", d.Rule, "err", err)
	}
}

// retryError is a saying that is due again after a while.
type retryError struct {
	notice DueNotice
	after  time.Duration
}

func (e *retryError) Error() string { return "later: " + e.after.String() }

// saveRetry is how often a book that is away is told what was said.
const saveRetry = time.Second

// save has the book note what was said, again until it is back: without that, and where the
// channel's history is closed, it would be said twice. Its error is the last one when ctx
// ends, and any that is not of being away.
func (o *outbox) save(ctx context.Context, note func() error) error {
	err := note()
	if err == nil || !o.cfg.Away(err) {
		return err
	}
	o.unsaved.Add(1)
	defer o.unsaved.Add(-1)
	for err != nil && o.cfg.Away(err) && sleep(ctx, saveRetry, nil) {
		err = note()
	}
	return err
}

// post says d: it edits the message of its episode, or posts a line in its thread. Without
// a message it posts one. Its errors are a *laterError, or the book's.
func (o *outbox) post(ctx context.Context, d DueNotice) error {
	k, ok, err := o.cfg.Store.One(ctx, d.Rule)
	if err != nil || !ok {
		return err
	}
	turn, err := d.update(k.Watch)
	if err != nil || time.Since(d.Made) > maxNoticeAge {
		o.cfg.Log.WarnContext(ctx, "something about an alert is not said any more", "rule", d.Rule, "episode", d.Episode, "made", d.Made, "err", err)
		return nil
	}
	if turn.Why == alert.Unknown {
		return (&delivery{outbox: o, StoredRule: k, notice: d}).tellUnknown(ctx)
	}
	m, _, err := o.cfg.Store.Message(ctx, d.Rule, d.Episode)
	if err != nil {
		return err
	}
	if k.State.Episode != d.Episode || !k.State.Open() { // what came after its end is not of this alert
		k.State = turn.State
	}
	p := delivery{o, k, d, turn, m}
	switch {
	case d.Edit:
		err = p.edit(ctx)
	case m.Rule == 0 && turn.Action != 0:
		return nil // nobody was told of this alert, so there is nothing to say it under
	default:
		err = p.postUpdate(ctx)
	}
	return p.handleError(ctx, err)
}

// handleError decides what an error means for what was to be said.
func (p *delivery) handleError(ctx context.Context, err error) error {
	posted, ok := errors.AsType[*PostError](err)
	p.noteSlack(ctx, ok && posted.Kind >= FaultApp, err)
	switch {
	case err == nil && p.Blocked != "":
		return p.cfg.Store.SetBlocked(ctx, p.Watch.ID, "")
	case errors.Is(err, ErrUnsure): // it may stand: look before it is said again
		return &retryError{p.notice, lookupDelay}
	case !ok:
		return err
	case posted.Kind == FaultChannel:
		return p.failChannel(ctx, posted)
	default:
		return &retryError{p.notice, p.backoff(posted.Wait)}
	}
}

// noteSlack notes for the operator, once, that Slack takes nothing, and that it does again.
func (o *outbox) noteSlack(ctx context.Context, down bool, err error) {
	switch {
	case o.slackDown.Swap(down) == down:
	case down:
		o.cfg.Log.WarnContext(ctx, "slack takes no messages of alerts, trying again", "err", err)
	default:
		o.cfg.Log.InfoContext(ctx, "slack takes messages of alerts again")
	}
}

// backoff is how long to wait before the next try: longer each time, and never long, since
// what was tried by processes that have died counts as well.
func (p *delivery) backoff(least time.Duration) time.Duration {
	return max(least, min(maxRetry, maxPause<<min(p.notice.Attempt, 10)))
}

// failChannel tells the maker of a rule, once, that its place takes no message. Others go on.
func (p *delivery) failChannel(ctx context.Context, refused *PostError) error {
	if p.Blocked != refused.Code {
		p.cfg.Log.WarnContext(ctx, "the place of an alert takes no message", "rule", p.Watch.ID, "code", refused.Code)
		if err := p.cfg.Poster.TellMaker(ctx, p.Watch, refused.Code); err != nil {
			p.cfg.Log.WarnContext(ctx, "the maker of an alert can't be told", "rule", p.Watch.ID, "err", err)
		}
		if err := p.cfg.Store.SetBlocked(ctx, p.Watch.ID, refused.Code); err != nil {
			return err
		}
	}
	return &retryError{p.notice, min(maxChannelRetry, max(minChannelRetry, time.Since(p.notice.Made)/2))}
}

// tellUnknown tells the maker of a rule that its target is not known, unless it is by now, or
// nobody wants to know any more. Where nobody takes that message, trying again would not help.
func (p *delivery) tellUnknown(ctx context.Context) error {
	if p.State.UnknownSince.IsZero() || p.State.Paused || !p.Watch.Removed.IsZero() {
		return nil
	}
	err := p.cfg.Poster.TellMaker(ctx, p.Watch, alert.UnknownTarget)
	refused, ok := errors.AsType[*PostError](err)
	switch {
	case err == nil:
		p.cfg.Log.InfoContext(ctx, "the maker of an alert was told that its target is not known", "rule", p.Watch.ID)
		return nil
	case ok && refused.Kind == FaultChannel:
		p.cfg.Log.WarnContext(ctx, "nobody can be told that the target of an alert is not known", "rule", p.Watch.ID, "code", refused.Code)
		return nil
	default:
		return p.handleError(ctx, err)
	}
}
