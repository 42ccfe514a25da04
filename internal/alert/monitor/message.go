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

// courseOf is how many readings the message of an alert draws.
const courseOf = 10

// parcel is something to be said, with all that is known about it.
type parcel struct {
	*outbox
	StoredRule // State is that of the episode the message is about
	due        DueNotice
	turn       alert.Update
	message    PostedMessage
}

// key marks a message so that it is found after a crash. It tells nobody anything.
func (p *parcel) key(part string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %d %s", p.Watch.ID, p.Watch.Made.UnixMilli(), p.due.Episode, part))
	return hex.EncodeToString(sum[:12])
}

func (p *parcel) messageKey() string { return p.key(fmt.Sprintf("message %d", p.message.Generation)) }

// card is the facts of the message now, and a digest of them.
func (p *parcel) card(ctx context.Context) (alert.Card, string, error) {
	goal, _ := p.cfg.Goal(p.Watch.Target)
	c := alert.Card{Standing: p.Standing, Goal: goal, Continues: p.message.Generation > 1, Repeated: p.message.Repeated}
	c.Watch.Rule.Interval = p.cfg.Interval()
	c.Earliest, _ = alert.EarliestClear(c.Watch.Rule, c.State)
	var err error
	if last := p.State.Last; !last.IsZero() {
		c.Course, err = p.cfg.History(ctx, p.Watch.Target, last.Add(-maxAge), last.Add(time.Millisecond), courseOf)
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
func (p *parcel) edit(ctx context.Context) error {
	if p.message.At.TS == "" {
		err := p.stand(ctx)
		if err == nil && p.message.Shown == "" { // found: it shows what was true before a crash
			err = &laterError{p.due, editEvery}
		}
		return err
	}
	if wait := editEvery - time.Since(p.message.Edited); wait > 0 {
		return &laterError{p.due, wait}
	}
	c, shown, err := p.card(ctx)
	if err != nil || shown == p.message.Shown {
		return err
	}
	err = p.cfg.Poster.EditCard(ctx, p.message.At, c)
	if p.gone(err) {
		p.lost(ctx)
		return p.stand(ctx)
	}
	if err != nil {
		return err
	}
	p.message.Edited, p.message.Shown = time.Now(), shown
	return p.noted(ctx, func() error { return p.cfg.Store.SetMessage(ctx, p.message) })
}

// line posts a line under the message.
func (p *parcel) line(ctx context.Context) error {
	for try := 1; ; try++ {
		if err := p.stand(ctx); err != nil {
			return err
		}
		err := p.under(ctx)
		if !p.gone(err) || try == 2 {
			return err
		}
		p.lost(ctx)
	}
}

// under posts the line in the thread of the message that stands. One that may stand there
// already is looked for first; where nobody may look it is said again, and says so.
func (p *parcel) under(ctx context.Context) error {
	key := p.key(fmt.Sprintf("line %d", p.due.ID))
	if !p.due.Sent.IsZero() {
		ts, err := p.find(ctx, p.message.At, key, p.due.Sent)
		if err != nil || ts != "" {
			return err
		}
	}
	if late := time.Since(p.turn.At); !p.turn.At.IsZero() && late >= alert.LateFrom {
		p.turn.Late = late
	}
	err := p.cfg.Poster.PostUpdate(ctx, p.message.At, key, p.turn)
	if errors.Is(err, ErrUnsure) && p.due.Sent.IsZero() {
		p.due.Sent = time.Now()
	}
	return err
}

// find returns which message with key stands, and deletes others with it. Where nobody may
// look there is none, and what is posted next says that it may stand twice.
func (p *parcel) find(ctx context.Context, in Place, key string, since time.Time) (string, error) {
	found, err := p.cfg.Poster.Find(ctx, in, key, since)
	if errors.Is(err, ErrNotReadable) {
		p.turn.Repeated = true
		return "", nil
	}
	if err != nil || len(found) == 0 {
		return "", err
	}
	for _, ts := range found[1:] {
		if err := p.cfg.Poster.Delete(ctx, Place{in.Channel, ts}); err != nil && !p.gone(err) {
			return "", err
		}
	}
	return found[0], nil
}

// stand makes sure that the message stands. That its post begins is noted before and where
// it stands after, so that a crash between them leaves a message which is found again by
// its key, or, where nobody may look, a second one that says so.
func (p *parcel) stand(ctx context.Context) error {
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
			return p.stands(ctx, Place{begun.At.Channel, ts}, "")
		}
		p.message.Repeated = p.message.Repeated || p.turn.Repeated
		p.turn.Repeated = false
	} else {
		p.message = PostedMessage{
			Rule: p.Watch.ID, Episode: p.due.Episode, Generation: max(1, begun.Generation),
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
			return p.stands(ctx, at, shown)
		}
	}
	if _, surely := errors.AsType[*PostError](err); surely && begun.Sent.IsZero() {
		p.message.Sent = time.Time{} // it does not stand: nothing to look for
		err = errors.Join(err, p.cfg.Store.SetMessage(ctx, p.message))
	}
	return err
}

// stands notes where the message stands. shown is empty when nobody knows what it shows.
func (p *parcel) stands(ctx context.Context, at Place, shown string) error {
	p.message.At, p.message.Shown, p.message.Edited = at, shown, time.Now()
	return p.noted(ctx, func() error { return p.cfg.Store.SetMessage(ctx, p.message) })
}

// lost says that the message is gone, and that the next one continues it.
func (p *parcel) lost(ctx context.Context) {
	p.cfg.Log.InfoContext(ctx, "the message of an alert is gone, another continues it", "rule", p.Watch.ID, "episode", p.due.Episode)
	p.message = PostedMessage{Rule: p.message.Rule, Episode: p.message.Episode, Generation: p.message.Generation + 1}
}

// gone reports whether err is of a message that is gone or can't be changed, or of one whose
// place takes nothing while its maker has just named another.
func (p *parcel) gone(err error) bool {
	refused, ok := errors.AsType[*PostError](err)
	return ok && (refused.Kind == FaultMessage ||
		refused.Kind == FaultChannel && p.Blocked == "" && p.message.At.Channel != p.Watch.Channel)
}
