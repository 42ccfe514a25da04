package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/commands/answers"
	"ahtbot/internal/aht"
)

// getCommand asks the upstream once and prints the answer.
func getCommand(ctx context.Context, args []string, p process) error {
	words, asJSON, yes := []string{}, false, false
	for _, arg := range args {
		switch arg {
		case "--json", "-json":
			asJSON = true
		case "--yes", "-yes", "-y":
			yes = true
		default:
			words = append(words, arg)
		}
	}
	target, err := readTarget("get", words)
	if err != nil {
		return err
	}
	s, err := readSettings(settings.Need{Upstream: true})
	if err != nil {
		return err
	}
	client, done, err := oneOff(ctx, s, p, yes)
	if err != nil {
		return err
	}
	defer done()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	var reading aht.Reading
	err = patiently(client, target, p.err, func() (err error) {
		reading, err = client.Ask(ctx, "terminal", target)
		return err
	})
	if err != nil {
		if errors.Is(err, errNoConsent) {
			return errNoConsent
		}
		newLog(s, p.err).DebugContext(ctx, "question failed", "err", err)
		return errors.New(explained(err, target))
	}
	if asJSON {
		return json.NewEncoder(p.out).Encode(jsonReading(reading))
	}
	_, err = fmt.Fprintln(p.out, answers.Reading(reading, s.Zone).Text)
	return err
}

// jsonReading is what get --json prints. Its names are a promise to scripts.
func jsonReading(r aht.Reading) any {
	type answer struct {
		Kind    string    `json:"kind"`
		Name    string    `json:"name"`
		Seconds *int64    `json:"aht_seconds"` // null when there were no calls
		NoCalls bool      `json:"no_calls"`
		At      time.Time `json:"at"` // the window ends here
		Window  int64     `json:"window_seconds"`
	}
	a := answer{Kind: r.Target.Kind().String(), Name: r.Target.Name(), NoCalls: r.NoCalls(), At: r.At.UTC(), Window: int64(aht.Window / time.Second)}
	if !r.NoCalls() {
		a.Seconds = new(int64(r.Mean / time.Second))
	}
	return a
}
