package app

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/request"
	"ahtbot/internal/store"
)

// Every cause has words for people, which are made in commands and know no store.
func TestPeopleReadEveryCause(t *testing.T) {
	for _, c := range store.Causes() {
		h := commands.NewHandler(request.Config{
			Memory: new(store.Recent), People: member{}, Zone: time.UTC,
			Health: func() request.Health {
				return request.Health{Store: "SQLite", Degraded: true, StoreCause: string(c)}
			},
			Keeps: func(context.Context) error {
				return &store.UnavailableError{Cause: c, Unkept: true, Err: errors.New("SECRET")}
			},
		})
		for _, line := range []string{"status", "target campaign Sales 4m"} {
			r, _ := h.Answer(t.Context(), request.Question{User: "U1", Text: line, At: time.Now()})
			if !strings.Contains(r.Text, "can't keep anything just now") || c != store.Unknown && !strings.Contains(r.Text, "just now (") || strings.Contains(r.Text, "SECRET") {
				t.Errorf("%s, %s: %q", c, line, r.Text)
			}
		}
	}
}
