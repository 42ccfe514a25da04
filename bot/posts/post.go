// Package posts posts what nobody waits for: digests, alerts, words to an owner. It edits, deletes
// and finds again what it posted.
package posts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"ahtbot/bot/blocks"
	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// Poster posts through one Client. Make one with New.
type Poster struct {
	api     *webapi.Client
	support *blocks.Support
	people  request.People // says the names for small print that mentions nobody
	closed  closedChannels
}

// New returns a Poster.
func New(api *webapi.Client, support *blocks.Support, people request.People) *Poster {
	return &Poster{api: api, support: support, people: people}
}

// Post is a message that nobody waits for: a digest, an alert, a word to an owner.
type Post struct {
	Channel   string // a channel's id, or a person's for their direct messages
	Thread    string // ts of the message this answers to; empty: none
	Broadcast bool   // shows an answer in a thread to the whole channel too
	// Key marks the message for Find. Everybody in the workspace can read it, so it is
	// opaque and no secret. Empty marks nothing.
	Key   string
	Reply reply.Reply
}

// Posted is where a message stands. Channel is a channel's id even where the Post named a
// person: keep it, since Edit, Delete and Find want it.
type Posted struct{ Channel, TS string }

// Post posts p, at most once, when its channel's turn has come, for which it waits until ctx ends.
// After a webapi.ErrUnsure, or a crash, it may stand in the channel; after a *webapi.CallError it
// surely does not.
func (o *Poster) Post(ctx context.Context, p Post) (Posted, error) {
	var at Posted
	p.Reply.Credits = o.named(ctx, p.Reply.Credits)
	err := o.support.Send(ctx, blocks.Message{Reply: p.Reply}, func(m blocks.Message) error {
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
		if err := o.api.Call(ctx, webapi.MethodPost, form, &said); err != nil {
			return err
		}
		if said.TS == "" || said.Channel == "" {
			return fmt.Errorf("%s: %w: it did not say where", webapi.MethodPost, webapi.ErrUnsure)
		}
		at = Posted(said)
		return nil
	})
	return at, err
}

// named returns credits with the names of those who shall not be mentioned, if Slack tells.
func (o *Poster) named(ctx context.Context, credits []reply.Credit) []reply.Credit {
	select {
	case <-o.api.Identified():
	default:
		return credits
	}
	credits = slices.Clone(credits)
	for i, c := range credits {
		if !c.Quiet {
			continue
		}
		if p, err := o.people.Person(ctx, c.ID); err == nil {
			credits[i].Name = p.Name
		}
	}
	return credits
}

// Edit puts p in the place of our own message ts in channel, which is never a person's id. An empty
// Key leaves the one it has; Thread and Broadcast change nothing. A webapi.ErrUnsure is an answer
// that was lost three times.
func (o *Poster) Edit(ctx context.Context, channel, ts string, p Post) error {
	p.Channel = channel
	return o.support.Send(ctx, blocks.Message{Reply: p.Reply}, func(m blocks.Message) error {
		form, err := p.form(m)
		if err != nil {
			return err
		}
		form.Set("ts", ts)
		return o.api.CallAgain(ctx, webapi.MethodEdit, form, nil)
	})
}

// Delete deletes our own message ts in channel. One that is gone already is no error.
func (o *Poster) Delete(ctx context.Context, channel, ts string) error {
	err := o.api.CallAgain(ctx, webapi.MethodDelete, url.Values{"channel": {channel}, "ts": {ts}}, nil)
	if gone, ok := errors.AsType[*webapi.CallError](err); ok && gone.Code == "message_not_found" {
		return nil
	}
	return err
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
func (p Post) form(m blocks.Message) (url.Values, error) {
	words, drawn, err := m.Form()
	if err != nil {
		return nil, err
	}
	form := url.Values{"channel": {p.Channel}, "text": {words}, "blocks": {drawn}}
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
