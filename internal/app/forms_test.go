package app

import (
	"strings"
	"testing"
	"time"

	"ahtbot/internal/sim/slacksim"
)

// form is what a person has before them once they have pressed a button of the menu.
func (c company) form(who, label string) *slacksim.View {
	c.Helper()
	c.slack.Shortcut(who, "aht_menu")
	time.Sleep(time.Second)
	v := c.slack.Modal(who)
	if v == nil {
		c.Fatal("the shortcut opens nothing")
	}
	for _, b := range v.Buttons() {
		if b.Label == label {
			if _, err := v.Press(b.ActionID); err != nil {
				c.Fatal(err)
			}
			time.Sleep(time.Second)
			return v
		}
	}
	c.Fatalf("no button %q: %+v", label, v.Buttons())
	return nil
}

// fill fills in fields of v, each with one text or a campaign that is found by typing.
func (c company) fill(v *slacksim.View, values map[string]string) {
	c.Helper()
	for name, text := range values {
		if f, err := v.Field(name); err != nil {
			c.Fatal(err)
		} else if f.IsExternal() {
			if _, err := v.Type(c.Context(), name, text); err != nil {
				c.Fatal(err)
			}
		}
		if _, err := v.Set(name, text); err != nil {
			c.Fatal(err)
		}
		time.Sleep(time.Second)
	}
}

func (c company) submit(v *slacksim.View) *slacksim.Delivery {
	c.Helper()
	d, err := v.Submit()
	if err != nil {
		c.Fatal(err)
	}
	time.Sleep(5 * time.Second)
	return d
}

// newAlert fills in the form of a new alert of U1's.
func (c company) newAlert() *slacksim.View {
	c.Helper()
	v := c.form("U1", "Watch a campaign")
	c.fill(v, map[string]string{"campaign": "Sales Outbound"})
	c.fill(v, map[string]string{"line": "5m"})
	return v
}

func TestAFormSubmittedTwiceMakesOneInAllProcesses(t *testing.T) {
	found(t, func(c company) {
		a, stopA := c.start()
		defer stopA()
		_, stopB := c.start()
		defer stopB()
		a.reads("U1", `campaign "Sales Outbound"`, "AHT for")
		v := c.newAlert()
		d := c.submit(v)
		if !strings.Contains(v.Plain(), "Sales Outbound") || v.SubmitLabel() != "" {
			t.Fatalf("after submitting: %s, beside fields %q", v.Plain(), v.Errors())
		}
		for range 3 { // Slack takes the connections in turn
			c.slack.Redeliver(d)
			time.Sleep(5 * time.Second)
		}
		a.reads("U1", "alert list all", "1 alert")
	})
}

func TestAFormThatIsOpenOverARestartStillSuggests(t *testing.T) {
	found(t, func(c company) {
		a, stopA := c.start()
		a.reads("U1", `campaign "Sales Outbound"`, "AHT for")
		v := c.newAlert()
		stopA()
		_, stopB := c.start()
		defer stopB()
		if options, err := v.Type(c.Context(), "campaign", "sal"); err != nil || len(options) < 2 {
			t.Errorf("the new process, which does not know yet who types, suggests %+v, %v", options, err)
		}
	})
}

// What is wrong with a form may be about a field that its last change has only just called for.
func TestAFormSubmittedBeforeItIsDrawnAnewSaysWhatIsMissing(t *testing.T) {
	found(t, func(c company) {
		p, stop := c.start()
		defer stop()
		p.reads("U1", `campaign "Sales Outbound"`, "AHT for")
		v := c.newAlert()
		if _, err := v.Set("when", "outside"); err != nil {
			t.Fatal(err)
		}
		d := c.submit(v)
		if v.SubmitLabel() == "" || v.Trouble() != "" {
			t.Errorf("shows %s, %q, acknowledged with %s", v.Plain(), v.Trouble(), d.AckPayload())
		}
		if broken := c.slack.Violations(); len(broken) > 0 {
			t.Error(broken)
		}
	})
}
