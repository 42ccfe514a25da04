package app

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/blockkit"
	"ahtbot/internal/store"
)

// soon is long enough for what is pressed, filled in or submitted to be answered.
const soon = 2 * time.Second

// presses has who type a line in #floor and press the button of that label under the answer; it returns the window that opens.
func (c company) presses(who, line, label string) *slacksim.View {
	c.Helper()
	typed := c.slack.Type(who, "C1", "/aht "+line)
	time.Sleep(soon)
	answers := typed.Answers()
	if len(answers) == 0 {
		c.Fatalf("%s has no answer", line)
	}
	m := answers[len(answers)-1]
	at := slices.IndexFunc(m.Buttons(), func(b blockkit.Button) bool { return b.Label == label })
	if at < 0 {
		c.Fatalf("%s has no button %q: %s", line, label, m.Plain())
	}
	if _, err := c.slack.Press(who, m, m.Buttons()[at].ID()); err != nil {
		c.Fatal(err)
	}
	time.Sleep(soon)
	v := c.slack.Modal(who)
	if v == nil {
		c.Fatalf("%q of %s opens nothing", label, line)
	}
	return v
}

// shows fails unless a window has all of want in it.
func (c company) shows(v *slacksim.View, want ...string) {
	c.Helper()
	for _, w := range want {
		if !strings.Contains(v.Plain(), w) {
			c.Errorf("the window lacks %q:\n%s\n%v", w, v.Plain(), v.Errors())
		}
	}
}

// has fails unless a field of a window has a value.
func (c company) has(v *slacksim.View, field, want string) {
	c.Helper()
	if f, err := v.Field(field); err != nil || len(f.Value) != 1 || f.Value[0].Value != want {
		c.Errorf("%s has %+v, %v, want %q", field, f.Value, err, want)
	}
}

// kept returns what the database has.
func (c company) kept() (alerts []store.AlertRule, digests []store.DigestRow) {
	c.Helper()
	c.withStore(func(db store.Store) {
		var err error
		if alerts, err = db.Alerts(c.Context(), time.Now()); err != nil {
			c.Error(err)
		}
		if digests, err = db.StandingDigests(c.Context()); err != nil {
			c.Error(err)
		}
	})
	return alerts, digests
}

// north opens the form of an alert on Collections North as U1, filled in as far as to be submitted.
func (c company) north() *slacksim.View {
	c.Helper()
	v := c.presses("U1", `alert add campaign "Collections North" above soon`, "Fill in a form")
	c.fill(v, map[string]string{"line": "5m"})
	return v
}

// forged is a submission by somebody as Slack would deliver it, made of another's payload.
func (c company) forged(of *slacksim.Delivery, change func(payload, view map[string]any)) *slacksim.Delivery {
	c.Helper()
	var payload map[string]any
	if err := json.Unmarshal(of.Payload, &payload); err != nil {
		c.Fatal(err)
	}
	view, ok := payload["view"].(map[string]any)
	if !ok {
		c.Fatal("a payload without a view")
	}
	change(payload, view)
	d := c.slack.SendEnvelope(slacksim.Interactive, payload, true)
	time.Sleep(soon)
	return d
}

func TestTwoPeopleEditOneAlert(t *testing.T) {
	found(t, func(c company) {
		p, stop := c.start()
		defer stop()
		q, stopOther := c.start() // each is served by whichever process Slack takes
		defer stopOther()
		p.reads("U1", `alert add campaign "Collections North" above 5m`, "Alert #1 tells")
		time.Sleep(soon)
		first, second := c.presses("U1", "alert list", "Edit #1"), c.presses("U2", "alert list", "Edit #1")
		c.fill(first, map[string]string{"line": "6m"})
		c.fill(second, map[string]string{"line": "7m", "more": "remind 45m"})
		c.submit(first)
		c.shows(first, "above 6m 00s")
		c.submit(second)
		c.shows(second, "Somebody changed alert #1 while this form was open")
		c.has(second, "line", "7m")
		c.has(second, "more", "remind 45m")
		q.reads("U2", "alert show 1", "above 6m")
		at := slices.IndexFunc(second.Buttons(), func(b blockkit.Button) bool { return b.Label == "Load how it stands now" })
		if at < 0 {
			c.Fatalf("no way to go on: %+v", second.Buttons())
		}
		if _, err := second.Press(second.Buttons()[at].ID()); err != nil {
			c.Fatal(err)
		}
		time.Sleep(soon)
		c.has(second, "line", "6m")
		c.fill(second, map[string]string{"line": "7m"})
		c.submit(second)
		p.reads("U1", "alert show 1", "above 7m")
	})
}

func TestAFormIsSubmittedWhileItsAlertFires(t *testing.T) {
	found(t, func(c company) {
		p, stop := c.start()
		defer stop()
		p.reads("U1", `alert add campaign "Collections North" above 10s for 5m readings 2 guard off warmup off`, "Alert #1 tells")
		v := c.presses("U1", "alert list", "Edit #1")
		time.Sleep(40 * time.Minute)
		p.reads("U1", "alert show 1", "firing")
		posted := func() (n int) {
			for _, m := range c.slack.Seen("U2", "C1") {
				if m.EphemeralFor == "" && m.Via != "typed" && m.ThreadTS == "" {
					n++
				}
			}
			return n
		}
		before := posted()
		c.fill(v, map[string]string{"line": "59m"})
		c.submit(v)
		c.shows(v, "Alert #1", "59m")
		p.reads("U2", "alert show 1", "above 59m")
		time.Sleep(30 * time.Minute)
		if n := posted(); before == 0 || n != before {
			c.Errorf("%d messages before, %d after", before, n)
		}
		if alerts, _ := c.kept(); len(alerts) != 1 {
			c.Errorf("%d alerts", len(alerts))
		}
	})
}

func TestADigestIsRemovedWhileItsFormIsOpen(t *testing.T) {
	found(t, func(c company) {
		p, stop := c.start()
		defer stop()
		p.reads("U1", `digest add campaign "Sales Outbound" daily at 9:00`, "Digest 1 is set up")
		v := c.presses("U1", "digest list", "Edit digest 1")
		p.reads("U2", "digest remove 1", "removed")
		c.fill(v, map[string]string{"name": "Morning"})
		c.submit(v)
		c.shows(v, "Digest 1 was removed")
		if _, digests := c.kept(); len(digests) != 0 {
			c.Errorf("it is there again: %+v", digests)
		}
		c.has(v, "name", "Morning")
		p.reads("U2", "digest restore 1", "Digest 1")
		c.submit(v)
		if _, digests := c.kept(); len(digests) != 1 {
			c.Errorf("restored: %+v", digests)
		}
	})
}

// A double click is two payloads with triggers of their own, a redelivery is one payload twice; both may reach two processes.
func TestAFormSubmittedTwiceMakesOneAlert(t *testing.T) {
	for name, again := range map[string]func(c company, d *slacksim.Delivery) *slacksim.Delivery{
		"a double click": func(c company, d *slacksim.Delivery) *slacksim.Delivery {
			return c.forged(d, func(payload, _ map[string]any) { payload["trigger_id"] = "1.2.second" })
		},
		"a redelivery": func(c company, d *slacksim.Delivery) *slacksim.Delivery { return c.slack.Redeliver(d) },
	} {
		for processes := range 2 {
			t.Run(name, func(t *testing.T) {
				found(t, func(c company) {
					_, stop := c.start()
					defer stop()
					if processes > 0 {
						_, stopOther := c.start()
						defer stopOther()
					}
					v := c.north()
					d, err := v.Submit()
					if err != nil {
						c.Fatal(err)
					}
					twice := again(c, d)
					time.Sleep(10 * time.Second)
					if alerts, _ := c.kept(); len(alerts) != 1 || !twice.Acked() || !d.Acked() {
						c.Errorf("%d alerts, %s and %s", len(alerts), d.AckPayload(), twice.AckPayload())
					}
					// The slower of two processes may find the alert of the other, or that the form was used.
					if told := v.Plain() + v.Errors()["line"]; !strings.Contains(told, "Alert #1") && !strings.Contains(told, "sent already") {
						c.Errorf("told %s", told)
					}
				})
			})
		}
	}
}

// A process is stopped at every moment from the press to the answer: what the window says is what the database has.
func TestAProcessEndsWhileAFormIsSubmitted(t *testing.T) {
	for _, after := range []time.Duration{0, time.Millisecond, time.Second, 3 * time.Second} {
		found(t, func(c company) {
			_, stop := c.start()
			v := c.north()
			c.slack.Fail("chat.postMessage", slacksim.Fault{Delay: 4 * time.Second}) // the channel is told before the alert is kept
			if _, err := v.Submit(); err != nil {
				c.Fatal(err)
			}
			time.Sleep(after)
			stop()
			time.Sleep(5 * time.Second) // Slack itself says so when nobody acknowledges
			alerts, _ := c.kept()
			over := c.slack.Modal("U1")
			told, kept := over != nil && strings.Contains(over.Plain(), "Alert #1"), len(alerts) == 1
			if told != kept {
				c.Errorf("after %v: kept %v, told %s", after, kept, over.Plain())
			}
			if !kept && !strings.Contains(over.Plain(), "restarting") && over.Trouble() == "" {
				c.Errorf("after %v: %s", after, over.Plain())
			}
		})
	}
}

func TestAFormOpenedBeforeARestartIsSubmittedAfterIt(t *testing.T) {
	found(t, func(c company) {
		p, stop := c.start()
		made := c.north()
		p.reads("U2", `digest add campaign "Sales Outbound" daily at 9:00`, "Digest 1 is set up")
		changed := c.presses("U2", "digest list", "Edit digest 1")
		stop()
		p, stop = c.start()
		defer stop()
		c.submit(made)
		c.shows(made, "Alert #1")
		c.fill(changed, map[string]string{"name": "Morning"})
		c.submit(changed)
		p.reads("U1", "alert list all", "1 alert", "Collections North")
		p.reads("U1", "digest show 1", "Morning")
		// A window on the screen goes on, too: Undo of what another process has answered.
		at := slices.IndexFunc(made.Buttons(), func(b blockkit.Button) bool { return b.Label == "Undo" })
		if at < 0 {
			c.Fatalf("no Undo: %+v", made.Buttons())
		}
		if _, err := made.Press(made.Buttons()[at].ID()); err != nil {
			c.Fatal(err)
		}
		time.Sleep(soon)
		p.reads("U1", "alert list all", "There is no alert")
	})
}

func TestAFormOfAnOlderVersionComesBackAsItWasFilledIn(t *testing.T) {
	found(t, func(c company) {
		_, stop := c.start()
		defer stop()
		v := c.north()
		c.fill(v, map[string]string{"more": "remind 45m", "for": "ages"})
		refused := c.submit(v) // as it says beside the field
		if v.Errors()["for"] == "" {
			c.Fatalf("not refused: %s", v.Plain())
		}
		d := c.forged(refused, func(payload, view map[string]any) {
			meta, _ := view["private_metadata"].(string)
			payload["trigger_id"], view["private_metadata"] = "1.2.older", strings.Replace(meta, `"v":1`, `"v":0`, 1)
		})
		for _, kept := range []string{`"response_action":"update"`, "What you filled in is kept", "remind 45m", `"ages"`, "Collections North", `"initial_value":"5m"`} {
			if !strings.Contains(string(d.AckPayload()), kept) {
				c.Errorf("the new form lacks %s: %s", kept, d.AckPayload())
			}
		}
		if alerts, _ := c.kept(); len(alerts) != 0 {
			c.Errorf("%d alerts were made", len(alerts))
		}
	})
}
