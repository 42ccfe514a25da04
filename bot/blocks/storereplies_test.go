package blocks

import (
	"context"
	"testing"
	"time"

	"ahtbot/commands/request"
)

// awayError is an error of a store that is away, as package store makes them.
type awayError struct {
	upstreamError
	cause string
	sure  bool
}

func (e awayError) StoreCause() string { return e.cause }
func (e awayError) NothingKept() bool  { return e.sure }

// storeAnswers are what people are told while the store can't be written.
func storeAnswers(t *testing.T) map[string]Message {
	t.Helper()
	h := health()
	h.Degraded, h.StoreCause, h.Why, h.Unkept = true, "disk-full", "the store can't keep anything", 17
	lost := h
	lost.StoreCause, lost.NotKept = "read-only-server", 1
	back := health()
	back.Back, back.Why = true, "the store has come back"
	delay := func(s scene) Message {
		q := request.Question{User: "U1", Text: "agent 42", Ref: "abc234"}
		return Message{Reply: s.handler(t, request.Access{}).Delay(q), For: ForOne}
	}
	line := func(s scene, text string, keeps error) Message {
		handler := s.handler(t, request.Access{})
		handler.Goals = goals{}
		handler.Keeps = func(context.Context) error { return keeps }
		r, _ := handler.Answer(t.Context(), request.Question{User: "U1", Text: text, At: noon, Ref: "abc234", Channel: true})
		return Message{Reply: r, For: ForOne}
	}
	full := awayError{cause: "disk-full", sure: true}
	return map[string]Message{
		"store-status":       line(scene{health: h}, "status", nil),
		"store-status-lost":  line(scene{health: lost}, "status", nil),
		"store-status-back":  line(scene{health: back}, "status", nil),
		"store-delay-next":   delay(scene{health: h, place: 1, wait: 40 * time.Second}),
		"store-delay-queue":  delay(scene{health: h, place: 3, wait: 70 * time.Second}),
		"store-delay-back":   delay(scene{health: back, place: 1, wait: 50 * time.Second}),
		"store-queue-full":   line(scene{err: awayError{upstreamError{class: "limit", reason: "store-away", wait: 130 * time.Second}, "locked", true}}, "agent 42", nil),
		"store-goal-refused": line(scene{}, "target campaign Sales 4m", full),
		"store-goal-unknown": line(scene{}, "target campaign Sales 4m", awayError{cause: "unknown"}),
	}
}
