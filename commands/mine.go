package commands

import (
	"context"
	"fmt"
	"strings"

	"ahtbot/commands/alerts"
	"ahtbot/commands/digests"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
)

// Mine asks for the alerts and digests of who asks, wherever they are told.
type Mine struct{}

// mineVerb is the word “mine”.
var mineVerb = request.Verb{
	Name: "mine", Does: "your alerts and digests, and how each stands",
	More:     []string{"They are those you set up, wherever they are told. Lists of a channel are " + request.CommandWord + " alert list and " + request.CommandWord + " digest list."},
	Examples: []string{"mine", "alert list", "digest list"},
	Parse:    func(rest string) (request.Command, error) { return parseAlone(Mine{}, "mine", rest), nil },
}

// mine does a Mine.
type mine struct{ *request.Base }

// Do is [room].
func (h mine) Do(ctx context.Context, cmd request.Command, q request.Question) (reply.Reply, bool, error) {
	if _, ok := cmd.(Mine); !ok {
		return reply.Reply{}, false, nil
	}
	var watched, scheduled []standing.Brief
	var err error
	if h.Alerts != nil {
		watched, err = alerts.Handler{Base: h.Base}.Mine(ctx, q)
	}
	if h.Digests != nil && err == nil {
		scheduled, err = digests.Handler{Base: h.Base}.Mine(ctx, q)
	}
	if err != nil {
		return reply.OneLine("store_away", "The store that keeps alerts and digests does not answer, so I can't show yours now. Try again in a minute."), true, err
	}
	return h.told(watched, scheduled), true, nil
}

// How many of each are told, and how many of all have a button of their own.
const (
	mostMine    = 10
	mostPressed = 5
)

// told is what there is of a person's own, with a button for the first of each.
func (h mine) told(watched, scheduled []standing.Brief) reply.Reply {
	r := reply.Reply{Outcome: "mine", Title: "My things"}
	if len(watched)+len(scheduled) == 0 {
		r.Title, r.Lines = "", []string{"You have set up no alert and no digest yet."}
	}
	pressed := max(mostPressed-len(scheduled), 3) // of alerts
	for _, all := range [][]standing.Brief{watched, scheduled} {
		if len(all) == 0 {
			continue
		}
		lines := []string{reply.Plural(len(all), all[0].Noun) + ":"}
		for i, one := range all[:min(len(all), mostMine)] {
			lines = append(lines, fmt.Sprintf("• #%d %s", one.ID, one.Says))
			if i < pressed && len(r.Buttons) < mostPressed {
				r.Buttons = append(r.Buttons, request.TryButton(standing.About(one.Noun, "show", one.ID)))
			}
		}
		if more := len(all) - mostMine; more > 0 {
			lines = append(lines, reply.UpperFirst(reply.More(more))+".")
		}
		r.Lines = append(r.Lines, strings.Join(lines, "\n"))
	}
	r.Buttons = h.AppendForm(r.Buttons, "New alert", "alert add")
	r.Buttons = h.AppendForm(r.Buttons, "New digest", "digest add")
	return reply.WithLines(r, r.Lines)
}

// Typed is [request.Command].
func (Mine) Typed(grammar.Writer) string { return request.CommandWord + " mine" }

// Effect is [request.Command].
func (Mine) Effect() request.Effect { return request.EffectNone }

// Label is [request.Command].
func (Mine) Label() string { return "My things" }
