package monitor

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"ahtbot/internal/alert"
	"ahtbot/internal/wait"
)

const (
	maxPosting      = 16               // rules whose notices are posted at the same time
	claimTime       = 2 * time.Minute  // longer than a post can take; after a crash the claim ends
	minEditInterval = 30 * time.Second // between two edits of one message
	maxNoticeAge    = 24 * time.Hour   // older notices are dropped
	maxChannelRetry = 15 * time.Minute // between attempts in a channel that refuses messages, at most
	minChannelRetry = 15 * time.Second // and at least: the owner may mend it at once
	maxRetry        = time.Minute      // between other attempts, at most
	lookupDelay     = 20 * time.Second // before a post whose answer was lost is looked for
)

// outbox posts the notices that judging and people have put into the store.
type outbox struct {
	cfg       *Config
	wake      wait.Signal // there may be something to post
	claims    int         // how often run has claimed
	posting   sync.WaitGroup
	slackDown atomic.Bool  // Slack takes no messages at all
	unsaved   atomic.Int64 // posts whose result could not be saved yet, because the store is away
}

// run claims and posts notices until ctx ends. Every process does so.
func (o *outbox) run(ctx, hard context.Context) {
	slots := make(chan struct{}, maxPosting)
	for ctx.Err() == nil {
		if free := maxPosting - len(slots); free > 0 && o.unsaved.Load() == 0 { // otherwise they would be claimed and posted again
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
					o.wake.Wake()
				})
			}
		}
		o.wake.Wait(ctx, maxPause)
	}
}

// deliver posts one notice and saves that it was posted, or when to try again. A notice
// whose result was not saved is posted again after a crash: at least once.
func (o *outbox) deliver(ctx context.Context, holder string, d DueNotice) {
	err := o.post(ctx, d)
	if later, ok := errors.AsType[*retryError](err); ok {
		err = o.save(ctx, func() error { return o.cfg.Store.Delay(ctx, holder, later.notice, later.after) })
	} else if err == nil {
		err = o.save(ctx, func() error { return o.cfg.Store.Finish(ctx, holder, d, time.Now()) })
	}
	if err != nil && ctx.Err() == nil { // the claim ends, and the notice is due again
		o.cfg.Log.WarnContext(ctx, "what was said about an alert is not noted", "rule", d.Rule, "err", err)
	}
}

// retryError means that a notice is to be tried again after a while.
type retryError struct {
	notice DueNotice
	after  time.Duration
}

func (e *retryError) Error() string { return "later: " + e.after.String() }

// saveRetry is the pause between attempts to save a result while the store is unreachable.
const saveRetry = time.Second

// save calls write until the store is reachable: without the result, a notice would be
// posted twice where the app may not read the channel. Its error is the last one when ctx
// ends, or any that does not mean that the store is unreachable.
func (o *outbox) save(ctx context.Context, write func() error) error {
	err := write()
	if err == nil || !o.cfg.Away(err) {
		return err
	}
	o.unsaved.Add(1)
	defer o.unsaved.Add(-1)
	for err != nil && o.cfg.Away(err) && wait.For(ctx, saveRetry) == nil {
		err = write()
	}
	return err
}

// post posts d: it edits the message of its episode, or posts an update in its thread. If
// there is no message yet it posts one. Errors are a *retryError or those of the Store.
func (o *outbox) post(ctx context.Context, d DueNotice) error {
	k, ok, err := o.cfg.Store.One(ctx, d.Rule)
	if err != nil || !ok {
		return err
	}
	update, err := d.update(k.Watch)
	if err != nil || time.Since(d.Made) > maxNoticeAge {
		o.cfg.Log.WarnContext(ctx, "something about an alert is not said any more", "rule", d.Rule, "episode", d.Episode, "made", d.Made, "err", err)
		return nil
	}
	if update.Why == alert.Unknown {
		return (&delivery{outbox: o, StoredRule: k, notice: d}).tellUnknown(ctx)
	}
	m, _, err := o.cfg.Store.Message(ctx, d.Rule, d.Episode)
	if err != nil {
		return err
	}
	if k.State.Episode != d.Episode || !k.State.Open() { // later states are of another alert
		k.State = update.State
	}
	p := delivery{o, k, d, update, m}
	switch {
	case d.Edit:
		err = p.edit(ctx)
	case m.Rule == 0 && update.Action != 0:
		return nil // nobody was told of this alert, so it has no thread
	default:
		err = p.postUpdate(ctx)
	}
	return p.handleError(ctx, err)
}

// handleError decides what to do after an attempt.
func (p *delivery) handleError(ctx context.Context, err error) error {
	posted, ok := errors.AsType[*PostError](err)
	p.noteSlack(ctx, ok && posted.Kind >= FaultApp, err)
	switch {
	case err == nil && p.Blocked != "":
		return p.cfg.Store.SetBlocked(ctx, p.Watch.ID, "")
	case errors.Is(err, ErrUnsure): // it may have been posted: look for it before the next attempt
		return &retryError{p.notice, lookupDelay}
	case !ok:
		return err
	case posted.Kind == FaultChannel:
		return p.failChannel(ctx, posted)
	default:
		return &retryError{p.notice, p.backoff(posted.Wait)}
	}
}

// noteSlack logs, once each, that Slack takes no messages and that it does again.
func (o *outbox) noteSlack(ctx context.Context, down bool, err error) {
	switch {
	case o.slackDown.Swap(down) == down:
	case down:
		o.cfg.Log.WarnContext(ctx, "slack takes no messages of alerts, trying again", "err", err)
	default:
		o.cfg.Log.InfoContext(ctx, "slack takes messages of alerts again")
	}
}

// backoff returns the pause before the next attempt: longer each time, up to maxRetry,
// because attempts of processes that have crashed count as well.
func (p *delivery) backoff(least time.Duration) time.Duration {
	return max(least, min(maxRetry, maxPause<<min(p.notice.Attempt, 10)))
}

// failChannel tells the owner of a rule, once, that its channel refuses messages, and tries
// again later. Other rules are not affected.
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

// tellUnknown tells the owner of a rule that the account does not know its target, unless
// that is no longer so or the rule is not judged any more. If the owner cannot be reached
// it is not tried again.
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
