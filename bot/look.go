package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	lookAgain  = time.Hour // after which a closed history is tried again
	lookPages  = 15        // read of one channel at most
	lookPage   = 200       // messages in a page
	lookMargin = time.Minute
	mostBlind  = 4096 // channels whose closed history is remembered
)

// blind remembers the channels whose history is closed to us. Which scope opens one
// depends on its kind, which its id does not tell. The zero blind is empty.
type blind struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (l *blind) closed(channel string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Before(l.until[channel])
}

func (l *blind) close(channel string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.until == nil || len(l.until) >= mostBlind {
		l.until = map[string]time.Time{}
	}
	l.until[channel] = time.Now().Add(lookAgain)
}

// Find returns the ts of our own message with this key in channel, the oldest if there are
// several, of those posted since a time, or "" when there is none. It does not look into
// threads; FindAll does. channel may be a person's id, if the app may open direct messages
// (im:write). Errors: ErrCannotLook, which is remembered for an hour, or a *PostError.
func (b *Bot) Find(ctx context.Context, channel, key string, since time.Time) (ts string, err error) {
	all, err := b.FindAll(ctx, channel, "", key, since)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

// FindAll is Find for all messages with the key, oldest first: in the thread under the
// message thread, or in the channel itself when thread is empty.
func (b *Bot) FindAll(ctx context.Context, channel, thread, key string, since time.Time) ([]string, error) {
	if key == "" {
		return nil, nil // what has no key can't be told apart
	}
	if err := b.identified(ctx); err != nil {
		return nil, err
	}
	if b.blind.closed(channel) {
		return nil, ErrCannotLook
	}
	found, err := b.look(ctx, channel, thread, key, since)
	if refused, ok := errors.AsType[*PostError](err); ok && refused.Code == "missing_scope" {
		b.blind.close(channel)
		return nil, fmt.Errorf("%w: %s", ErrCannotLook, refused.Method)
	}
	if errors.Is(err, ErrUnsure) { // reading does nothing to be unsure of
		return nil, &PostError{Method: methodHistory, Code: "no_answer", Kind: FaultLater, Err: err}
	}
	slices.Sort(found)
	return found, err
}

// identified waits until Slack has said who we are, which it does when Run begins.
func (b *Bot) identified(ctx context.Context) error {
	select {
	case <-b.known:
		return nil
	case <-ctx.Done():
		return &PostError{Method: "auth.test", Code: "unreachable", Kind: FaultLater, Err: context.Cause(ctx)}
	}
}

// look reads channel page by page.
func (b *Bot) look(ctx context.Context, channel, thread, key string, since time.Time) ([]string, error) {
	if personID.MatchString(channel) {
		var err error
		if channel, err = b.directChannel(ctx, channel); err != nil {
			return nil, err
		}
	}
	method := methodHistory
	form := url.Values{
		"channel": {channel}, "include_all_metadata": {"true"}, "limit": {strconv.Itoa(lookPage)},
		"oldest": {slackTime(since.Add(-lookMargin))}, // Slack's clock may be behind ours
	}
	if thread != "" {
		method = methodReplies
		form.Set("ts", thread)
	}
	var found []string
	for range lookPages {
		page, err := b.page(ctx, method, form)
		if err != nil {
			return nil, err
		}
		for _, m := range page.Messages {
			ours := m.User == b.self.user || m.BotID != "" && m.BotID == b.self.bot
			if ours && keyOf(m.Metadata) == key {
				found = append(found, m.TS)
			}
		}
		if page.Next.Cursor == "" {
			return found, nil
		}
		form.Set("cursor", page.Next.Cursor)
	}
	return nil, fmt.Errorf("%w: more than %d messages since", ErrCannotLook, lookPages*lookPage)
}

// page is what we read of one page of a channel.
type page struct {
	Messages []struct {
		TS       string          `json:"ts"`
		User     string          `json:"user"`
		BotID    string          `json:"bot_id"`
		Metadata json.RawMessage `json:"metadata"` // other apps' may be of any shape
	} `json:"messages"`
	Next struct {
		Cursor string `json:"next_cursor"`
	} `json:"response_metadata"`
}

// keyOf returns the key of a message of ours by its metadata.
func keyOf(raw json.RawMessage) string {
	var m metadata
	if json.Unmarshal(raw, &m) != nil || m.Type != eventType {
		return ""
	}
	return m.Payload.Key
}

func (b *Bot) page(ctx context.Context, method string, form url.Values) (page, error) {
	var p page
	err := b.again(ctx, method, form, &p)
	return p, err
}

// directChannel returns the id of the conversation with a person.
func (b *Bot) directChannel(ctx context.Context, user string) (string, error) {
	var said struct{ Channel struct{ ID string } }
	err := b.again(ctx, methodOpen, url.Values{"users": {user}}, &said)
	return said.Channel.ID, err
}

// slackTime writes a time as Slack's timestamps are.
func slackTime(t time.Time) string {
	micros := max(0, t.UnixMicro())
	return fmt.Sprintf("%d.%06d", micros/1e6, micros%1e6)
}
