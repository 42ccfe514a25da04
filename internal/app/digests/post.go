package digests

import (
	"context"
	"errors"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/posts"
	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
	"ahtbot/internal/digest"
	"ahtbot/internal/digest/scheduler"
)

// Words is what package commands words about digests.
type Words struct {
	Message func(digest.Report) reply.Reply
	Stuck   func(d digest.Digest, code string) reply.Reply
	Orphan  func(digest.Digest) reply.Reply
}

// Poster posts what the loop of digests has to say.
type Poster struct {
	Bot    *bot.Bot
	Words  Words
	Admins func(context.Context) []string // Slack ids of people who hear that a maker is gone
}

// Post is [scheduler.Poster.Post].
func (p Poster) Post(ctx context.Context, r digest.Report, key string) (channel, ts string, err error) {
	at, err := p.Bot.Post(ctx, posts.Post{Channel: r.Digest.Channel, Key: key, Reply: p.Words.Message(r)})
	return at.Channel, at.TS, postFault(err)
}

// Find is [scheduler.Poster.Find].
func (p Poster) Find(ctx context.Context, channel, key string, since time.Time) (string, error) {
	ts, err := p.Bot.Find(ctx, channel, key, since)
	refused, isRefused := errors.AsType[*webapi.CallError](err)
	if errors.Is(err, posts.ErrHistoryClosed) || isRefused && refused.Kind != webapi.FaultLater {
		return "", scheduler.ErrNotReadable
	}
	return ts, err
}

// NotifyOwner is [scheduler.Poster.NotifyOwner].
func (p Poster) NotifyOwner(ctx context.Context, d digest.Digest, code string) error {
	_, err := p.Bot.Post(ctx, posts.Post{Channel: d.By, Reply: p.Words.Stuck(d, code)})
	return postFault(err)
}

var errNoAdmin = errors.New("there is no admin to tell; set ADMINS")

// NotifyAdmins is [scheduler.Poster.NotifyAdmins]. One admin who hears of it is enough.
func (p Poster) NotifyAdmins(ctx context.Context, d digest.Digest) error {
	err, told := errNoAdmin, false
	for _, admin := range p.Admins(ctx) {
		_, failed := p.Bot.Post(ctx, posts.Post{Channel: admin, Reply: p.Words.Orphan(d)})
		err, told = postFault(failed), told || failed == nil
	}
	if told {
		return nil
	}
	return err
}

// postFault says what a failed post means for a digest. What may stand stays as it is.
func postFault(err error) error {
	refused, ok := errors.AsType[*webapi.CallError](err)
	switch {
	case !ok:
		return err
	case refused.Kind == webapi.FaultLater:
		return &scheduler.RetryError{Wait: refused.Wait, Err: err}
	default:
		return &scheduler.ChannelError{Code: refused.Code}
	}
}
