package bot

import (
	"context"
	"sync"
	"time"

	"ahtbot/bot/blocks"
	"ahtbot/bot/webapi"
	"ahtbot/commands/form"
	"ahtbot/internal/wait"
)

// redraw draws a form as it is filled in by now.
func (b *Bot) redraw(ctx context.Context, req incoming) {
	change := b.redraws.begin(req.view.ID)
	err := b.fill(ctx, req.q, blocks.Filled(req.view), func(v form.View) error {
		return change.draw(ctx, req.view.Hash, func(hash string) (webapi.View, error) {
			var drawn webapi.View
			err := b.send(ctx, sendTimeout, func(ctx context.Context) (err error) {
				drawn, err = b.api.UpdateView(ctx, webapi.View{ID: req.view.ID, Hash: hash}, blocks.Window(v))
				return err
			})
			return drawn, err
		})
	})
	b.finished(ctx, req, "form", err)
}

// redraws are the windows whose fields change one after the other: the newest change is drawn, and none any more once the form
// was submitted. It knows this process alone: of changes that two processes draw at once the one that comes first is shown,
// since each draws over what it has seen only. The zero redraws knows nothing.
type redraws struct {
	mu     sync.Mutex
	byView map[string]*redrawn
}

// redrawn is one window.
type redrawn struct {
	drawing wait.Slots // one, taken while Slack is told

	newest int       // which change came last
	hash   string    // of the window as it was drawn here last; empty: it was not
	at     time.Time // of the newest change
}

// remembered is how long a window is known after its last change, and mostRedrawn how many are before old ones are dropped.
const (
	remembered  = time.Minute
	mostRedrawn = 256
)

// change is one change of a field.
type change struct {
	all    *redraws
	window *redrawn
	number int
}

// begin notes a change in the window called id.
func (d *redraws) begin(id string) change {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.byView) >= mostRedrawn {
		for id, w := range d.byView {
			if time.Since(w.at) > remembered {
				delete(d.byView, id)
			}
		}
	}
	if d.byView == nil {
		d.byView = map[string]*redrawn{}
	}
	w := d.byView[id]
	if w == nil {
		w = &redrawn{drawing: wait.NewSlots(1)}
		d.byView[id] = w
	}
	w.newest, w.at = w.newest+1, time.Now()
	return change{d, w, w.newest}
}

// overtake has changes of the window called id that were begun before not drawn any more.
func (d *redraws) overtake(id string) { d.begin(id) }

// isNewest reports whether c came last, and how the window was drawn here last.
func (c change) isNewest() (newest bool, hash string) {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	return c.number == c.window.newest, c.window.hash
}

// draw draws the change by to, if it is the newest: over the window as its payload has it, or else as it was drawn here since.
func (c change) draw(ctx context.Context, hash string, to func(hash string) (webapi.View, error)) error {
	if err := c.window.drawing.Take(ctx); err != nil {
		return err
	}
	defer c.window.drawing.Leave()
	newest, ours := c.isNewest()
	if !newest {
		return nil
	}
	v, err := to(hash)
	if webapi.Code(err) == webapi.CodeHashConflict && ours != "" && ours != hash {
		v, err = to(ours)
	}
	if overtaken(err) {
		return nil
	}
	if err == nil {
		c.all.mu.Lock()
		defer c.all.mu.Unlock()
		c.window.hash = v.Hash
	}
	return err
}
