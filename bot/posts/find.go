package posts

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

	"ahtbot/bot/webapi"
)

const (
	maxPages    = 15  // read of one channel at most
	pageSize    = 200 // messages in a page
	clockMargin = time.Minute
	closedFor   = time.Hour // after which a closed history is tried again
	maxClosed   = 4096      // channels whose closed history is remembered
)

// ErrHistoryClosed is a channel whose history the app can't read: a scope is missing (manifest.yml
// has them commented out), or there is too much to read.
var ErrHistoryClosed = errors.New("the channel's history can't be read")

// Find is the first of what FindAll finds in the channel itself, or "" when that is nothing.
func (o *Poster) Find(ctx context.Context, channel, key string, since time.Time) (ts string, err error) {
	all, err := o.FindAll(ctx, channel, "", key, since)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

// FindAll returns the ts of our own messages with this key posted since a time, oldest first: in the
// thread under the message thread, or in channel itself when thread is empty. channel may be a
// person's id, if the app may open direct messages (im:write). Errors: ErrHistoryClosed, which is
// remembered for an hour, or a *webapi.CallError.
func (o *Poster) FindAll(ctx context.Context, channel, thread, key string, since time.Time) ([]string, error) {
	if key == "" {
		return nil, nil // what has no key can't be told apart
	}
	self, err := o.api.AwaitSelf(ctx)
	if err != nil {
		return nil, err
	}
	if o.closed.has(channel) {
		return nil, ErrHistoryClosed
	}
	found, err := o.search(ctx, self, channel, thread, key, since)
	if refused, ok := errors.AsType[*webapi.CallError](err); ok && refused.Code == "missing_scope" {
		o.closed.add(channel)
		return nil, fmt.Errorf("%w: %s", ErrHistoryClosed, refused.Method)
	}
	if errors.Is(err, webapi.ErrUnsure) { // reading does nothing to be unsure of
		return nil, &webapi.CallError{Method: webapi.MethodHistory, Code: "no_answer", Kind: webapi.FaultLater, Err: err}
	}
	slices.Sort(found)
	return found, err
}

// search reads channel page by page for messages of ours with the key.
func (o *Poster) search(ctx context.Context, self webapi.Identity, channel, thread, key string, since time.Time) ([]string, error) {
	if webapi.IsPerson(channel) {
		var said struct{ Channel struct{ ID string } }
		if err := o.api.CallAgain(ctx, webapi.MethodOpen, url.Values{"users": {channel}}, &said); err != nil {
			return nil, err
		}
		channel = said.Channel.ID
	}
	method := webapi.MethodHistory
	form := url.Values{
		"channel": {channel}, "include_all_metadata": {"true"}, "limit": {strconv.Itoa(pageSize)},
		"oldest": {slackTime(since.Add(-clockMargin))}, // Slack's clock may be behind ours
	}
	if thread != "" {
		method = webapi.MethodReplies
		form.Set("ts", thread)
	}
	var found []string
	for range maxPages {
		var p page
		if err := o.api.CallAgain(ctx, method, form, &p); err != nil {
			return nil, err
		}
		for _, m := range p.Messages {
			ours := m.User == self.User || m.BotID != "" && m.BotID == self.Bot
			if ours && keyOf(m.Metadata) == key {
				found = append(found, m.TS)
			}
		}
		if p.Next.Cursor == "" {
			return found, nil
		}
		form.Set("cursor", p.Next.Cursor)
	}
	return nil, fmt.Errorf("%w: more than %d messages since", ErrHistoryClosed, maxPages*pageSize)
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

// slackTime writes a time as Slack's timestamps are.
func slackTime(t time.Time) string {
	micros := max(0, t.UnixMicro())
	return fmt.Sprintf("%d.%06d", micros/1e6, micros%1e6)
}

// closedChannels remembers the channels whose history is closed to us: the scope that opens one
// depends on its kind, which its id does not tell. The zero closedChannels is empty.
type closedChannels struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (l *closedChannels) has(channel string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Before(l.until[channel])
}

func (l *closedChannels) add(channel string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.until == nil || len(l.until) >= maxClosed {
		l.until = map[string]time.Time{}
	}
	l.until[channel] = time.Now().Add(closedFor)
}
