package bot

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/commands"
)

// Slack's words for a message whose blocks it does not take (slack.md §3).
const (
	invalidBlocks = "invalid_blocks"
	tooLong       = "msg_blocks_too_long"
)

// refusedFor is how long a workspace counts as one without tables and charts after it
// refused one. Slack brings new blocks to workspaces one after the other (slack.md §3).
const refusedFor = time.Hour

// newer remembers whether the workspace takes tables and charts. Each process finds out
// for itself, with its first message that has one. The zero newer knows nothing.
type newer struct {
	mu      sync.Mutex
	taken   bool      // it took one, and refused none since
	refused time.Time // when it last refused one; zero: never
}

// may reports whether a table or chart may be sent where Slack says what it makes of it.
func (n *newer) may() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.refused.IsZero() || time.Since(n.refused) >= refusedFor
}

// knows reports whether the workspace is known to take them, or known not to.
func (n *newer) knows() (taken, known bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.taken, n.taken || !n.refused.IsZero() && time.Since(n.refused) < refusedFor
}

func (n *newer) learn(taken bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.taken = taken
	if !taken {
		n.refused = time.Now()
	}
}

// draw sends m through post. A message with a table or a chart that Slack refuses for its
// blocks is sent once more, plainly. Only when that is taken was it the table or the chart
// that was refused, and the workspace gets none for an hour; else the words are at fault.
func (b *Bot) draw(ctx context.Context, m message, post func(message) error) error {
	if !hasFigures(m.Reply) {
		return post(m)
	}
	if m.plain = m.plain || !b.newer.may(); m.plain {
		return post(m)
	}
	err := post(m)
	word := blocksRefused(err)
	if word == "" {
		if err == nil {
			b.newer.learn(true)
		}
		return err
	}
	m.plain = true
	if err = post(m); err == nil && word == invalidBlocks {
		b.newer.learn(false)
		b.Log.WarnContext(ctx, "slack took no table or chart, drawing them as text for an hour", "code", word)
	}
	return err
}

// blocksRefused returns the word with which Slack refused a message for its blocks, or
// nothing when err is something else.
func blocksRefused(err error) string {
	var word string
	if se, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		word = se.Err
	}
	if pe, ok := errors.AsType[*PostError](err); ok {
		word = pe.Code
	}
	if errors.Is(err, errBlocks) {
		word = invalidBlocks
	}
	if word == invalidBlocks || word == tooLong {
		return word
	}
	return ""
}

// inline returns r as the payload of the acknowledgement of d, or nil when it can't ride
// there. Slack never says what it made of an acknowledgement, so a table or chart rides
// only when the workspace is known to take it; when it is known not to, plainly. While
// neither is known the answer goes where Slack does say, if there is such a place.
func (b *Bot) inline(d delivery, r commands.Reply) json.RawMessage {
	m := message{Reply: r}
	if hasFigures(r) {
		taken, known := b.newer.knows()
		if !known && d.out != nil {
			return nil
		}
		m.plain = !taken
	}
	return m.inline()
}
