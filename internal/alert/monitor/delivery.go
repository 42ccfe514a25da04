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

// recentReadings is how many readings the message of an alert shows.
const recentReadings = 10

// delivery is one notice that is being posted, with everything known about it.
type delivery struct {
	*outbox
	StoredRule // State is that of the episode the message is about
	notice     DueNotice
	update     alert.Update
	message    PostedMessage
}

// key marks a message so that it can be found after a crash. It reveals nothing.
func (p *delivery) key(part string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %d %s", p.Watch.ID, p.Watch.Made.UnixMilli(), p.notice.Episode, part))
	return hex.EncodeToString(sum[:12])
}

func (p *delivery) messageKey() string { return p.key(fmt.Sprintf("message %d", p.message.Generation)) }

// card returns the facts of the message now, and a hash of them.
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

// edit brings the message up to date, at most twice a minute. A message that is gone or
// cannot be edited any more is followed by a new one.
func (p *delivery) edit(ctx context.Context) error {
	if p.message.At.TS == "" {
		err := p.ensurePosted(ctx)
		if err == nil && p.message.Shown == "" { // found after a crash: it may be out of date
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
	return p.savePosted(ctx, p.message.At, shown)
}

// postUpdate posts the update in the thread of the message.
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

// postInThread posts the update below the message there is. If it may have been posted
// already it is looked for first; where the app may not read the channel it is posted
// again, and says so.
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

// find returns the ts of the message with key, and deletes duplicates. Where the app may
// not read the channel the result is empty, and the next post says that it may be a
// duplicate.
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

// ensurePosted posts the message of the alert unless there is one. It saves that posting
// starts before it posts, and where the message is after it, so that a message posted just
// before a crash is found again by its key. Where the app may not read the channel a second
// one is posted, which says so.
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
		p.message.Sent = time.Time{} // surely not posted: there is nothing to look for
		err = errors.Join(err, p.cfg.Store.SetMessage(ctx, p.message))
	}
	return err
}

// savePosted saves where the message is. shown is empty when it is not known what it shows.
func (p *delivery) savePosted(ctx context.Context, at Place, shown string) error {
	p.message.At, p.message.Shown, p.message.Edited = at, shown, time.Now()
	return p.save(ctx, func() error { return p.cfg.Store.SetMessage(ctx, p.message) })
}

// startAnother notes that the message is gone. The next one says that it continues it.
func (p *delivery) startAnother(ctx context.Context) {
	p.cfg.Log.InfoContext(ctx, "the message of an alert is gone, another continues it", "rule", p.Watch.ID, "episode", p.notice.Episode)
	p.message = PostedMessage{Rule: p.message.Rule, Episode: p.message.Episode, Generation: p.message.Generation + 1}
}

// isGone reports whether err means that the message is gone or cannot be edited, or that
// its channel refuses messages after the owner has chosen another one.
func (p *delivery) isGone(err error) bool {
	refused, ok := errors.AsType[*PostError](err)
	return ok && (refused.Kind == FaultMessage ||
		refused.Kind == FaultChannel && p.Blocked == "" && p.message.At.Channel != p.Watch.Channel)
}
