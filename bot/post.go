package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"ahtbot/commands"
)

// Post is a message that nobody waits for: a digest, an alert, a word to an owner.
type Post struct {
	Channel string // a channel's id, or a person's for their direct messages
	Thread  string // ts of the message this answers to; empty: none
	// Broadcast shows an answer in a thread to the whole channel too.
	Broadcast bool
	// Key marks the message for Find. Everybody in the workspace can read it, so it is
	// opaque and no secret. Empty marks nothing.
	Key   string
	Reply commands.Reply
}

// Posted is where a message stands. Channel is a channel's id even where the Post named a
// person: keep it, since Edit, Delete and Find want it.
type Posted struct{ Channel, TS string }

// Post posts p, at most once, when its channel's turn has come. An ErrUnsure may stand in
// the channel; a *PostError surely does not. Waiting for the turn ends with ctx, the post
// itself after thirty seconds more. A crash meanwhile leaves it unknown whether it stands.
func (b *Bot) Post(ctx context.Context, p Post) (Posted, error) {
	var at Posted
	p.Reply.Credits = b.named(ctx, p.Reply.Credits)
	err := b.draw(ctx, message{Reply: p.Reply}, func(m message) error {
		form, err := p.form(m)
		if err != nil {
			return err
		}
		form.Set("unfurl_links", "false")
		form.Set("unfurl_media", "false")
		if p.Thread != "" {
			form.Set("thread_ts", p.Thread)
		}
		if p.Thread != "" && p.Broadcast {
			form.Set("reply_broadcast", "true")
		}
		var said struct{ Channel, TS string }
		if err := b.turn(ctx, methodPost, p.Channel); err != nil {
			return err
		}
		if err := b.call(ctx, methodPost, form, &said); err != nil {
			return err
		}
		if said.TS == "" || said.Channel == "" {
			return fmt.Errorf("%s: %w: it did not say where", methodPost, ErrUnsure)
		}
		at = Posted(said)
		return nil
	})
	return at, err
}

// named returns credits with the names of those who shall not be mentioned. It waits for
// nothing but Slack's word about a person who is not remembered.
func (b *Bot) named(ctx context.Context, credits []commands.Credit) []commands.Credit {
	select {
	case <-b.known:
	default:
		return credits
	}
	credits = slices.Clone(credits)
	for i, c := range credits {
		if !c.Quiet {
			continue
		}
		if p, err := b.People.Person(ctx, c.ID); err == nil {
			credits[i].Name = p.Name
		}
	}
	return credits
}

// Edit puts p in the place of our own message ts in channel, which is never a person's id.
// A Key that is empty leaves the one it has; Thread and Broadcast change nothing. Editing
// twice does no harm, so a lost answer is tried again; ErrUnsure is one lost three times.
func (b *Bot) Edit(ctx context.Context, channel, ts string, p Post) error {
	p.Channel = channel
	return b.draw(ctx, message{Reply: p.Reply}, func(m message) error {
		form, err := p.form(m)
		if err != nil {
			return err
		}
		form.Set("ts", ts)
		return b.again(ctx, methodEdit, form, nil)
	})
}

// Delete deletes our own message ts in channel. One that is gone already is no error.
func (b *Bot) Delete(ctx context.Context, channel, ts string) error {
	err := b.again(ctx, methodDelete, url.Values{"channel": {channel}, "ts": {ts}}, nil)
	if gone, ok := errors.AsType[*PostError](err); ok && gone.Code == "message_not_found" {
		return nil
	}
	return err
}

// again calls what may be done twice, up to three times while its answer is lost.
func (b *Bot) again(ctx context.Context, method string, form url.Values, into any) error {
	for try := 1; ; try++ {
		if err := b.turn(ctx, method, ""); err != nil {
			return err
		}
		err := b.call(ctx, method, form, into)
		if !errors.Is(err, ErrUnsure) || try == tries || ctx.Err() != nil {
			return err
		}
	}
}

// turn waits until a call of method may go out. What does not get its turn in time was
// not done.
func (b *Bot) turn(ctx context.Context, method, channel string) error {
	if err := b.pace.wait(ctx, method, channel); err != nil {
		return &PostError{Method: method, Code: "no_turn", Kind: FaultLater, Err: err}
	}
	return nil
}

// eventType marks our messages' metadata (slack.md §4.3).
const eventType = "ahtbot"

// metadata is what a message carries for Find.
type metadata struct {
	Type    string `json:"event_type"`
	Payload struct {
		Key string `json:"key"`
	} `json:"event_payload"`
}

// form is m as chat.postMessage and chat.update take it.
func (p Post) form(m message) (url.Values, error) {
	blocks, err := json.Marshal(m.blocks())
	if err != nil {
		return nil, err
	}
	form := url.Values{"channel": {p.Channel}, "text": {text(m.Text)}, "blocks": {string(blocks)}}
	if p.Key != "" {
		mark := metadata{Type: eventType}
		mark.Payload.Key = p.Key
		data, err := json.Marshal(mark)
		if err != nil {
			return nil, err
		}
		form.Set("metadata", string(data))
	}
	return form, nil
}

// Deactivated reports whether a person's account was switched off. Slack is asked
// (users.info) when it did not say within the last minutes; errors are Slack's own.
func (b *Bot) Deactivated(ctx context.Context, user string) (bool, error) {
	if err := b.identified(ctx); err != nil {
		return false, err
	}
	return b.People.Deactivated(ctx, user)
}
