package main

import (
	"context"
	"regexp"
	"slices"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"ahtbot/internal/sim/slacksim"
)

// pressed presses a button as Asha in #floor, by its label, on the newest message that has
// it, and wants an answer that matches a pattern.
func pressed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: press LABEL PATTERN")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	w, pattern := worldOf(ts), regexp.MustCompile(args[1])
	m, id := newestWith(w.slack.Seen("U1", "C1"), args[0])
	if id == "" {
		ts.Fatalf("no message has a button %q", args[0])
	}
	asked, err := w.slack.Press("U1", m, id)
	ts.Check(err)
	for ; ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		if slices.ContainsFunc(asked.Answers(), func(m slacksim.Message) bool { return pattern.MatchString(m.Plain()) }) {
			return
		}
	}
	for _, m := range asked.Answers() {
		ts.Logf("answered:\n%s", m.Plain())
	}
	ts.Fatalf("no answer to %q matches %s", args[0], args[1])
}

// newestWith returns the newest of messages that has a button with this label, and its
// action_id; an empty one when none has.
func newestWith(messages []slacksim.Message, label string) (slacksim.Message, string) {
	for _, m := range slices.Backward(messages) {
		for _, b := range m.Buttons() {
			if b.Label == label {
				return m, b.ActionID
			}
		}
	}
	return slacksim.Message{}, ""
}
