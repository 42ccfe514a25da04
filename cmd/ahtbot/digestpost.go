package main

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

// digestWords is what package commands words about digests.
type digestWords struct {
	message func(digest.Report) reply.Reply
	stuck   func(d digest.Digest, code string) reply.Reply
	orphan  func(digest.Digest) reply.Reply
}

// digestPoster posts what the loop of digests has to say.
type digestPoster struct {
	bot    *bot.Bot
	words  digestWords
	admins func(context.Context) []string
}

// Post is [digest.Poster.Post].
func (p digestPoster) Post(ctx context.Context, r digest.Report, key string) (channel, ts string, err error) {
	at, err := p.bot.Post(ctx, posts.Post{Channel: r.Digest.Channel, Key: key, Reply: p.words.message(r)})
	return at.Channel, at.TS, digestFault(err)
}

// Find is [digest.Poster.Find].
func (p digestPoster) Find(ctx context.Context, channel, key string, since time.Time) (string, error) {
	ts, err := p.bot.Find(ctx, channel, key, since)
	refused, isRefused := errors.AsType[*webapi.CallError](err)
	if errors.Is(err, posts.ErrHistoryClosed) || isRefused && refused.Kind != webapi.FaultLater {
		return "", scheduler.ErrNotReadable
	}
	return ts, err
}

// NotifyOwner is [scheduler.Poster.NotifyOwner].
func (p digestPoster) NotifyOwner(ctx context.Context, d digest.Digest, code string) error {
	_, err := p.bot.Post(ctx, posts.Post{Channel: d.By, Reply: p.words.stuck(d, code)})
	return digestFault(err)
}

var errNoAdmin = errors.New("there is no admin to tell; set ADMINS")

// NotifyAdmins is [scheduler.Poster.NotifyAdmins]. One admin who hears of it is enough.
func (p digestPoster) NotifyAdmins(ctx context.Context, d digest.Digest) error {
	err, told := errNoAdmin, false
	for _, admin := range p.admins(ctx) {
		_, failed := p.bot.Post(ctx, posts.Post{Channel: admin, Reply: p.words.orphan(d)})
		err, told = digestFault(failed), told || failed == nil
	}
	if told {
		return nil
	}
	return err
}

// digestFault says what a failed post means for a digest. What may stand stays as it is.
func digestFault(err error) error {
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
