package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/blockkit"
	"ahtbot/internal/sim/slacksim/views"
)

// window is what Asha has before her beside the conversation: a modal, or her Home tab while she looks at it.
type window struct {
	*slacksim.View
	blocks  []string          // as they were printed
	buttons []blockkit.Button // by their numbers
	found   []views.Option    // by their numbers, of the field that was searched last; then they count instead
	search  string            // the name of that field
}

// look notes which window Asha has before her; nil: none.
func (d *demo) look() *window {
	v := d.workspace.Modal(demoUser)
	if v == nil && d.atHome {
		v = d.workspace.Home(demoUser)
	}
	switch {
	case v == nil:
		d.window = nil
	case d.window == nil || d.window.ID() != v.ID():
		d.window = &window{View: v}
	}
	return d.window
}

// errWindow is a line that is about something else than the modal, which lets nothing else be done.
var errWindow = errors.New("a window is open. Fill it in by field = value, press a number, or type submit or close")

// use does what a line says in a window: field = value, a number or the words of a button, submit, close. about is false for a line
// that says nothing about it. The delivery is nil where the bot is
// not told.
func (d *demo) use(ctx context.Context, w *window, line string) (delivery *slacksim.Delivery, about bool, err error) {
	name, value, assigns := strings.Cut(line, "=")
	f, unknown := w.Field(strings.TrimSpace(name))
	n, notNumber := strconv.Atoi(line)
	if i := slices.IndexFunc(w.buttons, func(b blockkit.Button) bool { return strings.EqualFold(b.Label, line) }); i >= 0 {
		n, notNumber, w.found = i+1, nil, nil
	}
	switch {
	case assigns && unknown == nil:
		delivery, err = d.fill(ctx, w, f, strings.Trim(strings.TrimSpace(value), `"`))
	case notNumber == nil && w.found != nil:
		delivery, err = w.pick(n)
	case notNumber == nil:
		if n < 1 || n > len(w.buttons) {
			return nil, true, fmt.Errorf("there is no button %d here", n)
		}
		delivery, err = w.Press(w.buttons[n-1].ID())
	case w.Title() == "": // Home covers nothing
		return nil, false, nil
	case strings.EqualFold(line, "submit"):
		if delivery, err = w.Submit(); errors.Is(err, slacksim.ErrIncomplete) {
			err = nil // which is told beside the field
		}
	case strings.EqualFold(line, "close"):
		delivery, err = w.Close()
	default:
		err = errWindow
	}
	return delivery, true, err
}

// fill types into a field, and ends with Enter, or chooses in it: several things with commas between them. In one that the bot suggests
// for it only searches.
func (d *demo) fill(ctx context.Context, w *window, f views.Field, value string) (*slacksim.Delivery, error) {
	var values []string
	switch {
	case value == "":
	case f.IsExternal():
		return nil, d.searchIn(ctx, w, f, value)
	case f.HasMany():
		for one := range strings.SplitSeq(value, ",") {
			values = append(values, strings.TrimSpace(one))
		}
	default:
		values = []string{value}
	}
	told, err := w.Set(f.BlockID, values...)
	if err == nil && told == nil && f.IsTyped() {
		return w.Enter(f.BlockID)
	}
	return told, err
}

// searchIn types into a field and prints what the bot suggests.
func (d *demo) searchIn(ctx context.Context, w *window, f views.Field, typed string) error {
	found, err := w.Type(ctx, f.BlockID, typed)
	if err != nil {
		return fmt.Errorf("no suggestion came: %w", err)
	}
	w.search, w.found = f.BlockID, found
	for i, o := range found {
		fmt.Fprintf(d.out, "  │ [%d] %s\n", i+1, o.Label)
	}
	if len(found) == 0 {
		fmt.Fprintln(d.out, "  │ nothing like that")
	}
	return nil
}

// pick chooses the n-th of what was found, beside what is there where a field takes several.
func (w *window) pick(n int) (*slacksim.Delivery, error) {
	if n < 1 || n > len(w.found) {
		return nil, fmt.Errorf("there is no suggestion %d", n)
	}
	f, err := w.Field(w.search)
	if err != nil {
		return nil, err
	}
	var values []string
	if f.HasMany() {
		for _, o := range f.Value {
			values = append(values, o.Value)
		}
	}
	values = append(values, w.found[n-1].Value)
	w.found = nil
	return w.Set(w.search, values...)
}

// showWindow prints what Asha has not yet read in the window she has before her, and reports whether there was anything.
func (d *demo) showWindow() bool {
	before := d.window
	w := d.look()
	closed := w != before && before != nil && before.Title() != ""
	if closed {
		fmt.Fprintln(d.out, "  (the window is closed)")
	}
	if w == nil {
		return closed
	}
	news := w.news()
	if len(news) == 0 {
		return closed
	}
	w.found = nil
	fmt.Fprintln(d.out, "  "+cmp.Or(w.Title(), "Home, only for you"))
	fmt.Fprintln(d.out, strings.Join(news, "\n"))
	return true
}

// news are the blocks of a window as they are read now, without those that were read so before. Its buttons get their numbers.
func (w *window) news() []string {
	var blocks []string
	add := func(lines []string) {
		if len(lines) > 0 {
			blocks = append(blocks, "  │ "+strings.Join(lines, "\n  │ "))
		}
	}
	w.buttons = nil
	for _, p := range w.Parts() {
		var lines, labels []string
		if p.Text != "" {
			lines = strings.Split(p.Text, "\n")
		}
		for _, f := range p.Fields {
			lines = append(lines, fieldLines(f)...)
		}
		for _, b := range p.Buttons {
			w.buttons = append(w.buttons, b)
			labels = append(labels, fmt.Sprintf("[%d] %s", len(w.buttons), b.Label))
		}
		if len(labels) > 0 {
			lines = append(lines, strings.Join(labels, "   "))
		}
		add(lines)
	}
	add(w.foot())
	news := slices.DeleteFunc(slices.Clone(blocks), func(b string) bool { return slices.Contains(w.blocks, b) })
	w.blocks = blocks
	return news
}

// foot is what Slack puts below the blocks of a modal: its own buttons, and its own word.
func (w *window) foot() []string {
	if w.Title() == "" {
		return nil
	}
	buttons := "[close] " + w.CloseLabel()
	if s := w.SubmitLabel(); s != "" {
		buttons = "[submit] " + s + "   " + buttons
	}
	if s := w.Trouble(); s != "" {
		return []string{"✗ " + s, buttons}
	}
	return []string{buttons}
}

// fieldLines are a field: its label, the name to fill it in by and what is in it, what can be chosen, and what is wrong.
func fieldLines(f views.Field) []string {
	labels := func(options []views.Option) string {
		var out []string
		for _, o := range options {
			out = append(out, o.Label)
		}
		return strings.Join(out, ", ")
	}
	lines := []string{f.Label, strings.TrimRight(fmt.Sprintf("  %s = %s", f.BlockID, labels(f.Value)), " ")}
	if len(f.Options) > 0 && !f.IsExternal() {
		lines = append(lines, "  one of: "+labels(f.Options))
	}
	if f.Hint != "" {
		lines = append(lines, "  "+f.Hint)
	}
	if f.Error != "" {
		lines = append(lines, "  ✗ "+f.Error)
	}
	return lines
}

// How long nothing may change in a window before it counts as all that the bot had to say, and how long before the first change.
const (
	quiet = 400 * time.Millisecond
	idle  = 10 * time.Second
)

// settle waits until a question was answered; and where a window opens or changes, until no more comes. inWindow: a change of the
// Home tab counts too.
func (d *demo) settle(ctx context.Context, changes <-chan slacksim.Change, inWindow bool) error {
	var still <-chan time.Time
	if inWindow {
		still = time.After(idle)
	}
	for {
		select {
		case c := <-changes:
			if c.Kind == "view" && c.User == demoUser && (inWindow || d.workspace.Modal(demoUser) != nil) {
				inWindow, still = true, time.After(quiet)
			}
		case <-d.answered.outcomes:
			if !inWindow {
				return nil
			}
			still = time.After(quiet)
		case <-still:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
