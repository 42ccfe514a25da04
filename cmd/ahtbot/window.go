package main

import (
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
	printed string            // what there was to read in it when it was printed
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

// use does what a line says in a window; about is false for a line that says nothing about it. The delivery is nil where the bot is
// not told.
func (d *demo) use(ctx context.Context, w *window, line string) (delivery *slacksim.Delivery, about bool, err error) {
	name, value, assigns := strings.Cut(line, "=")
	f, unknown := w.Field(strings.TrimSpace(name))
	n, notNumber := strconv.Atoi(line)
	switch {
	case assigns && unknown == nil:
		delivery, err = d.fill(ctx, w, f, strings.Trim(strings.TrimSpace(value), `"`))
	case notNumber == nil && w.found != nil:
		delivery, err = d.pick(w, n)
	case notNumber == nil:
		if n < 1 || n > len(w.buttons) {
			return nil, true, fmt.Errorf("there is no button %d here", n)
		}
		delivery, err = w.Press(w.buttons[n-1].ActionID)
	case strings.EqualFold(line, "submit"):
		delivery, err = w.Submit()
	case strings.EqualFold(line, "close"):
		delivery, err = w.Close()
	case w.Title() != "":
		err = errWindow
	default:
		return nil, false, nil
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
		told, err = w.Enter(f.BlockID)
	}
	return told, d.filled(w, f, err)
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
func (d *demo) pick(w *window, n int) (*slacksim.Delivery, error) {
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
	told, err := w.Set(w.search, append(values, w.found[n-1].Value)...)
	w.found = nil
	return told, d.filled(w, f, err)
}

// filled prints what is in a field now, unless it could not be filled in.
func (d *demo) filled(w *window, f views.Field, err error) error {
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(w.Fields(), func(now views.Field) bool { return now.BlockID == f.BlockID }); i >= 0 {
		d.printField(w.Fields()[i])
	}
	return nil
}

// showWindow prints the window Asha has before her if there is something new to read in it, and reports whether there was.
func (d *demo) showWindow() bool {
	before := d.window
	w := d.look()
	if w != before && before != nil && before.Title() != "" && !before.Open() {
		fmt.Fprintln(d.out, "  (the window is closed)")
	}
	if w == nil {
		return before != nil
	}
	now := fmt.Sprint(string(w.JSON()), w.Errors(), w.Trouble())
	if w.printed == now {
		return false
	}
	w.printed, w.buttons, w.found = now, nil, nil
	d.printWindow(w)
	return true
}

func (d *demo) printWindow(w *window) {
	title := w.Title()
	if title == "" {
		title = "Home, only for you"
	}
	fmt.Fprintln(d.out, "  "+title)
	for _, p := range w.Parts() {
		for line := range strings.Lines(p.Text) {
			fmt.Fprintln(d.out, "  │ "+strings.TrimRight(line, "\n"))
		}
		for _, f := range p.Fields {
			d.printField(f)
		}
		var labels []string
		for _, b := range p.Buttons {
			w.buttons = append(w.buttons, b)
			labels = append(labels, fmt.Sprintf("[%d] %s", len(w.buttons), b.Label))
		}
		if len(labels) > 0 {
			fmt.Fprintln(d.out, "  │ "+strings.Join(labels, "   "))
		}
	}
	var below []string
	if s := w.SubmitLabel(); s != "" {
		below = append(below, "[submit] "+s)
	}
	if w.Title() != "" {
		below = append(below, "[close] "+w.CloseLabel(), w.Trouble())
		fmt.Fprintln(d.out, "  │ "+strings.TrimSpace(strings.Join(below, "   ")))
	}
}

// printField prints a field: the name to fill it in by, its label, what is in it, what can be chosen, and what is wrong.
func (d *demo) printField(f views.Field) {
	labels := func(options []views.Option) string {
		var out []string
		for _, o := range options {
			out = append(out, o.Label)
		}
		return strings.Join(out, ", ")
	}
	fmt.Fprintf(d.out, "  │ %s\n", f.Label)
	fmt.Fprintf(d.out, "  │   %s = %s\n", f.BlockID, labels(f.Value))
	if len(f.Options) > 0 && !f.IsExternal() {
		fmt.Fprintf(d.out, "  │   one of: %s\n", labels(f.Options))
	}
	if f.Hint != "" {
		fmt.Fprintf(d.out, "  │   %s\n", f.Hint)
	}
	if f.Error != "" {
		fmt.Fprintf(d.out, "  │   ✗ %s\n", f.Error)
	}
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
