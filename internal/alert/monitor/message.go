package monitor

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ahtbot/internal/alert"
)

// recentReadings is how many readings the message of an alert draws.
const recentReadings = 10

// delivery is something to be said, with all that is known about it.
type delivery struct {
	*outbox
	StoredRule // State is that of the episode the message is about
	notice     DueNotice
	update     alert.Update
	message    PostedMessage
}

// key marks a message so that it is found after a crash. It tells nobody anything.
func (p *delivery) key(part string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %d %s", p.Watch.ID, p.Watch.Made.UnixMilli(), p.notice.Episode, part))
	return hex.EncodeToString(sum[:12])
}

func (p *delivery) messageKey() string { return p.key(fmt.Sprintf("message %d", p.message.Generation)) }

// card is the facts of the message now, and a digest of them.
func (p *delivery) card(ctx context.Context) (alert.Card, string, error) {
	goal, _ := p.cfg.Goal(p.Watch.Target)
	c := alert.Card{Standing: p.Standing, Goal: goal, Continues: p.message.Generation > 1, Repeated: p.message.Repeated}
	c.Watch.Rule.Interval = p.cfg.Interval()
	c.Earliest, _ = alert.EarliestClear(c.Watch.Rule, c.State)
	var err error
	if last := p.State.Last; !last.IsZero() {
		c.Course, err = p.cfg.History(ctx, p.Watch.Target, last.Add(-maxAge), last.Add(time.Millisecond), recentReadings)
	}
	if err != nil {
		return c, "", err
	}
	text, err := json.Marshal(c)
	sum := sha256.Sum256(text)
	return c, hex.EncodeToString(sum[:12]), err
}

// edit brings the message up to date, at most twice a minute. One that is gone, or can't be
// changed any more, is followed by a new one.
func (p *delivery) edit(ctx context.Context) error {
	if p.message.At.TS == "" {
		err := p.ensurePosted(ctx)
		if err == nil && p.message.Shown == "" { // found: it shows what was true before a crash
			err = &retryError{p.notice, minEditInterval}
		}
		return err
	}
	if wait := minEditInterval - time.Since(p.message.Edited); wait > 0 {
		return &retryError{p.notice, wait}
	}
	c, shown, err := p.card(ctx)
	if err != nil || shown == p.message.Shown {
		return err
	}
	err = p.cfg.Poster.EditCard(ctx, p.message.At, c)
	if p.isGone(err) {
		p.startAnother(ctx)
		return p.ensurePosted(ctx)
	}
	if err != nil {
		return err
	}
	p.message.Edited, p.message.Shown = time.Now(), shown
	return p.save(ctx, func() error { return p.cfg.Store.SetMessage(ctx, p.message) })
}

// postUpdate posts a line under the message.
func (p *delivery) postUpdate(ctx context.Context) error {
	for try := 1; ; try++ {
		if err := p.ensurePosted(ctx); err != nil {
			return err
		}
		err := p.postInThread(ctx)
		if !p.isGone(err) || try == 2 {
			return err
		}
		p.startAnother(ctx)
	}
}

// postInThread posts the line in the thread of the message that stands. One that may stand there
// already is looked for first; where nobody may look it is said again, and says so.
func (p *delivery) postInThread(ctx context.Context) error {
	key := p.key(fmt.Sprintf("line %d", p.notice.ID))
	if !p.notice.Sent.IsZero() {
		ts, err := p.find(ctx, p.message.At, key, p.notice.Sent)
		if err != nil || ts != "" {
			return err
		}
	}
	if late := time.Since(p.update.At); !p.update.At.IsZero() && late >= alert.LateFrom {
		p.update.Late = late
	}
	err := p.cfg.Poster.PostUpdate(ctx, p.message.At, key, p.update)
	if errors.Is(err, ErrUnsure) && p.notice.Sent.IsZero() {
		p.notice.Sent = time.Now()
	}
	return err
}

// find returns which message with key stands, and deletes others with it. Where nobody may
// look there is none, and what is posted next says that it may stand twice.
func (p *delivery) find(ctx context.Context, in Place, key string, since time.Time) (string, error) {
	found, err := p.cfg.Poster.Find(ctx, in, key, since)
	if errors.Is(err, ErrNotReadable) {
		p.update.Repeated = true
		return "", nil
	}
	if err != nil || len(found) == 0 {
		return "", err
	}
	for _, ts := range found[1:] {
		if err := p.cfg.Poster.Delete(ctx, Place{in.Channel, ts}); err != nil && !p.isGone(err) {
			return "", err
		}
	}
	return found[0], nil
}

// ensurePosted makes sure that the message stands. That its post begins is noted before and where
// it stands after, so that a crash between them leaves a message which is found again by
// its key, or, where nobody may look, a second one that says so.
func (p *delivery) ensurePosted(ctx context.Context) error {
	if p.message.At.TS != "" {
		return nil
	}
	begun := p.message
	if !begun.Sent.IsZero() {
		ts, err := p.find(ctx, begun.At, p.messageKey(), begun.Sent)
		if err != nil {
			return err
		}
		if ts != "" {
			return p.savePosted(ctx, Place{begun.At.Channel, ts}, "")
		}
		p.message.Repeated = p.message.Repeated || p.update.Repeated
		p.update.Repeated = false
	} else {
		p.message = PostedMessage{
			Rule: p.Watch.ID, Episode: p.notice.Episode, Generation: max(1, begun.Generation),
			At: Place{Channel: p.Watch.Channel}, Sent: time.Now(), Repeated: begun.Repeated,
		}
	}
	if err := p.cfg.Store.SetMessage(ctx, p.message); err != nil {
		return err
	}
	c, shown, err := p.card(ctx)
	if err == nil {
		var at Place
		if at, err = p.cfg.Poster.PostCard(ctx, p.message.At.Channel, p.messageKey(), c); err == nil {
			return p.savePosted(ctx, at, shown)
		}
	}
	if _, surely := errors.AsType[*PostError](err); surely && begun.Sent.IsZero() {
		p.message.Sent = time.Time{} // it does not stand: nothing to look for
		err = errors.Join(err, p.cfg.Store.SetMessage(ctx, p.message))
	}
	return err
}

// savePosted notes where the message stands. shown is empty when nobody knows what it shows.
func (p *delivery) savePosted(ctx context.Context, at Place, shown string) error {
	p.message.At, p.message.Shown, p.message.Edited = at, shown, time.Now()
	return p.save(ctx, func() error { return p.cfg.Store.SetMessage(ctx, p.message) })
}

// startAnother says that the message is gone, and that the next one continues it.
func (p *delivery) startAnother(ctx context.Context) {
	p.cfg.Log.InfoContext(ctx, "the message of an alert is gone, another continues it", "rule", p.Watch.ID, "episode", p.notice.Episode)
	p.message = PostedMessage{Rule: p.message.Rule, Episode: p.message.Episode, Generation: p.message.Generation + 1}
}

// isGone reports whether err is of a message that is gone or can't be changed, or of one whose
// place takes nothing while its maker has just named another.
func (p *delivery) isGone(err error) bool {
	refused, ok := errors.AsType[*PostError](err)
	return ok && (refused.Kind == FaultMessage ||
		refused.Kind == FaultChannel && p.Blocked == "" && p.message.At.Channel != p.Watch.Channel)
}
