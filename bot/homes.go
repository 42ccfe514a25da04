package bot

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"ahtbot/bot/blocks"
	"ahtbot/bot/webapi"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/wait"
)

// When a Home tab is published by itself.
const (
	homeFollows   = 10 * time.Minute // after it was opened or pressed last
	homeRests     = 30 * time.Second // between two times
	homeLooks     = 5 * time.Second  // between two looks whether something in it has changed
	homeLooksMost = 20               // people looked at in a second, since each look asks the store
	homePublishes = 8                // on their way at once
	homeTimeout   = 10 * time.Second // for one, Slack's answer included
)

// homes are the Home tabs that people have opened lately in this process. Make its Signal before use.
type homes struct {
	wake wait.Signal // one is wanted

	mu     sync.Mutex
	byUser map[string]*home
}

// home is one person's.
type home struct {
	turn wait.Slots // one, taken from when it is drawn until Slack has it, so that nothing older comes last

	q      request.Question // by which it was opened or pressed last
	page   int
	above  *reply.Reply  // the answer on top of it; nil: none
	wanted []func(error) // are told when it is published; none: nobody waits for it

	sum               [sha256.Size]byte // of what was published by itself or for who opened it
	published, looked time.Time
}

// want has the Home tab of who asks q published. done is told what came of it.
func (a *homes) want(q request.Question, page int, above *reply.Reply, done func(error)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	h := a.of(q.User)
	h.q, h.page, h.above, h.wanted = q, page, above, append(h.wanted, done)
	a.wake.Wake()
}

// again has h published when its turn comes again; who waits for it waits on.
func (a *homes) again(h *home, waiting []func(error)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	h.wanted = append(waiting, h.wanted...)
	a.wake.Wake()
}

// follow has the Home tab of a person published at once, if they have opened it lately: they have just changed something from there.
func (a *homes) follow(user string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if h := a.byUser[user]; h != nil {
		h.wanted = append(h.wanted, func(error) {})
		a.wake.Wake()
	}
}

// rest has h not looked at before another homeRests has passed.
func (a *homes) rest(h *home) {
	a.mu.Lock()
	defer a.mu.Unlock()
	h.published = time.Now()
}

// of returns a person's; mu is held.
func (a *homes) of(user string) *home {
	if a.byUser == nil {
		a.byUser = map[string]*home{}
	}
	h := a.byUser[user]
	if h == nil {
		h = &home{turn: wait.NewSlots(1)}
		a.byUser[user] = h
	}
	return h
}

// next returns the one that was opened last of those that somebody waits for, and who does; nil when nobody does.
func (a *homes) next() (newest *home, waiting []func(error)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, h := range a.byUser {
		if len(h.wanted) > 0 && (newest == nil || h.q.At.After(newest.q.At)) {
			newest = h
		}
	}
	if newest != nil {
		waiting, newest.wanted = newest.wanted, nil
	}
	return newest, waiting
}

// isWanted reports whether somebody waits for one.
func (a *homes) isWanted() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, h := range a.byUser {
		if len(h.wanted) > 0 {
			return true
		}
	}
	return false
}

// due returns those to look at now, and forgets those that nobody has opened for long.
func (a *homes) due(now time.Time) []*home {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []*home
	for user, h := range a.byUser {
		switch {
		case len(h.wanted) > 0:
		case now.Sub(h.q.At) > homeFollows:
			delete(a.byUser, user)
		case now.Sub(h.published) >= homeRests && now.Sub(h.looked) >= homeLooks:
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(x, y *home) int { return cmp.Or(x.looked.Compare(y.looked), cmp.Compare(x.q.User, y.q.User)) })
	out = out[:min(len(out), homeLooksMost)]
	for _, h := range out {
		h.looked = now
	}
	return out
}

// asked returns what h is drawn for now.
func (a *homes) asked(h *home) (q request.Question, page int, above *reply.Reply, sum [sha256.Size]byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return h.q, h.page, h.above, h.sum
}

// shown notes that h is published; sum is of what.
func (a *homes) shown(h *home, sum [sha256.Size]byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	h.sum, h.published = sum, time.Now()
}

// serveHomes publishes Home tabs until ctx ends: those that are opened, the newest first, since who opened theirs long ago may look
// elsewhere by now; and, where Slack's limit leaves room, those in which something has changed. Slack takes a hundred in a
// minute (slack.md §4.1): when five hundred people open theirs in one minute, a hundred see it at once, and the others within
// five minutes more; who opens it then does not wait behind them.
func (b *Bot) serveHomes(ctx context.Context) {
	var under sync.WaitGroup
	defer under.Wait()
	under.Go(func() { b.refreshHomes(ctx) })
	slots := wait.NewSlots(homePublishes)
	for ctx.Err() == nil {
		if !b.homes.isWanted() {
			b.homes.wake.Wait(ctx, time.Minute)
			continue
		}
		if b.api.AwaitPublish(ctx) != nil {
			return
		}
		h, waiting := b.homes.next()
		_ = slots.Take(context.WithoutCancel(ctx)) // each is given back within homeTimeout
		under.Go(func() {
			defer slots.Leave()
			b.showHome(ctx, h, waiting)
		})
	}
}

// showHome publishes the Home tab of a person who waits for it. Where Slack is too busy its turn comes again.
func (b *Bot) showHome(ctx context.Context, h *home, waiting []func(error)) {
	refused, err := b.drawHome(ctx, h, func(bool) bool { return true })
	q, _, _, _ := b.homes.asked(h)
	if later, ok := errors.AsType[*webapi.CallError](refused); ok && later.Kind == webapi.FaultLater && time.Since(q.At) < homeFollows && ctx.Err() == nil {
		b.homes.again(h, waiting)
		return
	}
	if errors.Is(err, errPanic) {
		broken := reply.Broken(q.Ref)
		sorry := form.View{Form: "home", Meta: form.Meta{Version: form.Version}, Parts: []form.Part{{Reply: &broken}}}
		refused = b.api.PublishView(ctx, q.User, blocks.HomeTab(sorry))
	}
	for _, done := range waiting {
		done(errors.Join(refused, err))
	}
}

// refreshHomes publishes anew, by itself, those Home tabs in which something has changed. It never waits for Slack's limit, so
// that nobody who opens one waits behind it. Of several processes that know a person one publishes in each half-minute.
func (b *Bot) refreshHomes(ctx context.Context) {
	for wait.For(ctx, time.Second) == nil {
		for _, h := range b.homes.due(time.Now()) {
			refused, _ := b.drawHome(ctx, h, func(changed bool) bool { return changed && b.api.MayPublish() && b.isOurs(ctx, h) })
			if refused != nil && ctx.Err() == nil {
				b.Log.WarnContext(ctx, "home tab not published anew", "err", webapi.Redact(refused))
			}
		}
	}
}

// isOurs reports whether no other process publishes h by itself in this half-minute. If one does, h rests.
func (b *Bot) isOurs(ctx context.Context, h *home) bool {
	if b.First == nil {
		return true
	}
	q, _, _, _ := b.homes.asked(h)
	first := b.First(ctx, fmt.Sprintf("home %s %d", q.User, time.Now().Unix()/int64(homeRests.Seconds())))
	if !first {
		b.homes.rest(h)
	}
	return first
}

// drawHome draws a Home tab as it stands now, and publishes it if may, told whether something has changed in it, says so. refused
// is why it is not published, and err why not all of it could be drawn.
func (b *Bot) drawHome(ctx context.Context, h *home, may func(changed bool) bool) (refused, err error) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.ErrorContext(ctx, "panic while drawing a home tab", "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, homeTimeout)
	defer cancel()
	if err := h.turn.Take(ctx); err != nil {
		return nil, err
	}
	defer h.turn.Leave()
	q, page, above, before := b.homes.asked(h)
	q.At = time.Now()
	v, err := b.Handler.Home(ctx, q, page, above)
	drawn, bad := json.Marshal(blocks.HomeTab(v))
	if bad != nil {
		return nil, bad
	}
	sum := sha256.Sum256(drawn)
	if !may(sum != before) {
		return nil, err
	}
	if refused = b.api.PublishView(ctx, q.User, json.RawMessage(drawn)); refused == nil {
		b.homes.shown(h, sum)
	}
	return refused, err
}
