package alerts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/posts"
	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
)

// Words are the sentences of alerts.
type Words struct {
	Card   func(alert.Card, *time.Location) reply.Reply
	Turn   func(alert.Update, *time.Location) reply.Reply
	Stuck  func(w alert.Watch, code string) reply.Reply // to who made w; code as monitor.Poster has it
	Outage func(cause error, o alert.Outage, zone *time.Location) reply.Reply
}

// Poster posts what the alert loop has to say, in the words of package commands.
type Poster struct {
	Bot     *bot.Bot
	Words   Words
	Zone    *time.Location
	Admins  func(context.Context) []string // Slack ids of people who hear that no readings come
	Trouble func() error                   // why none come
}

var _ monitor.Poster = Poster{}

// PostCard is [monitor.Poster.PostCard].
func (p Poster) PostCard(ctx context.Context, channel, key string, c alert.Card) (monitor.Place, error) {
	at, err := p.Bot.Post(ctx, posts.Post{Channel: channel, Key: key, Reply: p.Words.Card(c, p.Zone)})
	return monitor.Place(at), postFault(err)
}

// EditCard is [monitor.Poster.EditCard].
func (p Poster) EditCard(ctx context.Context, at monitor.Place, c alert.Card) error {
	return postFault(p.Bot.Edit(ctx, at.Channel, at.TS, posts.Post{Reply: p.Words.Card(c, p.Zone)}))
}

// PostUpdate is [monitor.Poster.PostUpdate].
func (p Poster) PostUpdate(ctx context.Context, under monitor.Place, key string, t alert.Update) error {
	_, err := p.Bot.Post(ctx, posts.Post{
		Channel: under.Channel, Thread: under.TS, Broadcast: t.Reminder && t.Last, Key: key, Reply: p.Words.Turn(t, p.Zone),
	})
	return postFault(err)
}

// Find is [monitor.Poster.Find].
func (p Poster) Find(ctx context.Context, in monitor.Place, key string, since time.Time) ([]string, error) {
	found, err := p.Bot.FindAll(ctx, in.Channel, in.TS, key, since)
	return found, postFault(err)
}

// Delete is [monitor.Poster.Delete].
func (p Poster) Delete(ctx context.Context, at monitor.Place) error {
	return postFault(p.Bot.Delete(ctx, at.Channel, at.TS))
}

// TellMaker tells the next who may care where the maker takes no message: the channel,
// unless that is what is stuck, and then the first admin who does.
func (p Poster) TellMaker(ctx context.Context, w alert.Watch, code string) error {
	places := []string{w.By}
	if code == alert.UnknownTarget {
		places = append(places, w.Channel)
	}
	var err error
	for _, place := range append(places, p.Admins(ctx)...) {
		_, err = p.Bot.Post(ctx, posts.Post{Channel: place, Reply: p.Words.Stuck(w, code)})
		if refused, ok := errors.AsType[*webapi.CallError](err); !ok || refused.Kind != webapi.FaultPlace {
			break
		}
	}
	return postFault(err)
}

// TellAdmins tells each of them. It fails only when none could be told.
func (p Poster) TellAdmins(ctx context.Context, o alert.Outage) error {
	var faults []error
	admins := p.Admins(ctx)
	for _, id := range admins {
		if _, err := p.Bot.Post(ctx, posts.Post{Channel: id, Reply: p.Words.Outage(p.Trouble(), o, p.Zone)}); err != nil {
			faults = append(faults, postFault(err))
		}
	}
	if len(faults) < len(admins) {
		return nil
	}
	return errors.Join(faults...)
}

// postFault is an error of package bot as package alert knows it.
func postFault(err error) error {
	if refused, ok := errors.AsType[*webapi.CallError](err); ok {
		kinds := map[webapi.Fault]monitor.Fault{
			webapi.FaultPlace: monitor.FaultChannel, webapi.FaultMessage: monitor.FaultMessage, webapi.FaultApp: monitor.FaultApp, webapi.FaultLater: monitor.FaultLater,
		}
		return &monitor.PostError{Kind: kinds[refused.Kind], Code: refused.Code, Wait: refused.Wait, Err: err}
	}
	switch {
	case errors.Is(err, posts.ErrHistoryClosed):
		return fmt.Errorf("%w: %w", monitor.ErrNotReadable, err)
	case errors.Is(err, webapi.ErrUnsure):
		return fmt.Errorf("%w: %w", monitor.ErrUnsure, err)
	default:
		return err
	}
}
