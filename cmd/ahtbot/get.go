package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/commands/answers"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/app"
	"ahtbot/internal/proxy"
	"ahtbot/ozonetel"
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

// wordAfter is how long a person at a terminal waits without a word.
const wordAfter = 1500 * time.Millisecond

// patiently asks about t, and says on w why that takes long: once when it waits for its turn,
// and once when something else has used the account up.
func patiently(client *ozonetel.Client, t aht.Target, w io.Writer, ask func() error) error {
	done, began := make(chan error, 1), time.Now()
	go func() { done <- ask() }()
	look := time.NewTicker(wordAfter / 6)
	defer look.Stop()
	for told, toldUsedUp := false, false; ; {
		select {
		case err := <-done:
			return err
		case <-look.C:
		}
		turn, waiting := client.Waiting(t)
		switch left := app.UsedUp(client); {
		case left > 0 && !toldUsedUp:
			told, toldUsedUp = true, true
			fmt.Fprintln(w, reply.Waits("", 1, max(left, turn.For), left, "").Text)
		case waiting && !told && time.Since(began) >= wordAfter:
			told = true
			fmt.Fprintln(w, reply.Waits("", turn.Place, turn.For, 0, "").Text)
		}
	}
}

// explained words a failure for a terminal, where the log is at hand and needs no reference, and
// whoever reads can mend the network.
func explained(err error, t aht.Target) string {
	if what, way := proxy.Explain(err); way != "" {
		return what + ": " + way
	}
	r := request.Explain(err, t, "")
	return strings.TrimPrefix(strings.Join(append(r.Lines, r.Try...), " "), "Your question was fine. ")
}

// readTarget reads agent ID or campaign NAME. The shell has taken the quotes off, so the
// rest is the name as it is.
func readTarget(verb string, words []string) (aht.Target, error) {
	way := fmt.Sprintf("Try: ahtbot %[1]s agent 42, or: ahtbot %[1]s campaign \"Sales Outbound\"", verb)
	if len(words) == 0 {
		return aht.Target{}, fmt.Errorf("%s needs an agent or a campaign. %s", verb, way)
	}
	kind := map[string]aht.Kind{"agent": aht.KindAgent, "campaign": aht.KindCampaign}[strings.ToLower(words[0])]
	if kind == 0 {
		return aht.Target{}, fmt.Errorf("%q is neither agent nor campaign. %s", words[0], way)
	}
	t, err := aht.NewTarget(kind, strings.Join(words[1:], " "))
	if err != nil {
		return aht.Target{}, fmt.Errorf("%w. %s", err, way)
	}
	return t, nil
}

// errNoConsent is a sign-in that nobody agreed to.
var errNoConsent = errors.New("not signed in: a new sign-in would end the one a running ahtbot uses. Run it again with --yes if that is fine")

// oneOff returns a client for a subcommand that asks once. It asks the person before it signs in anew. The returned
// function closes it.
func oneOff(ctx context.Context, s settings.Settings, p process, yes bool) (*ozonetel.Client, func(), error) {
	return app.OpenClient(ctx, s.Settings, app.Options{}, func() error {
		if yes || consents(p) {
			return nil
		}
		return errNoConsent
	}, newLog(s, p.err))
}

// consents asks the person at the terminal; nobody there is a no.
func consents(p process) bool {
	if !terminal(p.in) {
		return false
	}
	fmt.Fprint(p.err, "There is no usable sign-in stored here. Signing in anew ends the one a running ahtbot uses (it signs in again by itself). Go on? [y/N] ")
	line, err := bufio.NewReader(p.in).ReadString('\n')
	return err == nil && strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), "y")
}
