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

// edit is the form of what stands, opened from the line that shows it.
func (c company) edit(who, line string) *slacksim.View {
	c.Helper()
	d := c.slack.Type(who, "C1", "/aht "+line)
	time.Sleep(2 * time.Second)
	all := d.Answers()
	if len(all) == 0 {
		c.Fatalf("%s is not answered", line)
	}
	m := all[len(all)-1]
	if _, err := c.slack.Press(who, m, "aht_form"); err != nil {
		c.Fatalf("%v: %s", err, m.Text)
	}
	time.Sleep(2 * time.Second)
	v := c.slack.Modal(who)
	if v == nil || v.SubmitLabel() == "" {
		c.Fatalf("no form of %s", line)
	}
	return v
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

func TestAnyProcessServesAFormThatAnotherHasOpened(t *testing.T) {
	found(t, func(c company) {
		a, stopA := c.start()
		a.reads("U1", `campaign "Sales Outbound"`, "AHT for")
		v := c.newAlert()
		stopA()
		b, stopB := c.start()
		defer stopB()
		if options, err := v.Type(c.Context(), "campaign", "sal"); err != nil || len(options) < 2 {
			t.Errorf("the new process, which does not know yet who types, suggests %+v, %v", options, err)
		}
		c.submit(v)
		b.reads("U1", "alert list all", "1 alert", "Sales Outbound")
		if v.SubmitLabel() != "" {
			t.Errorf("the form shows %s, beside fields %q", v.Plain(), v.Errors())
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

func TestOfTwoWhoChangeOneAlertTheSecondIsTold(t *testing.T) {
	found(t, func(c company) {
		c.access.Admins = []string{"U2"}
		a, stopA := c.start()
		defer stopA()
		b, stopB := c.start()
		defer stopB()
		a.reads("U1", `alert add campaign "Sales Outbound" above 5m`, "5m")
		mine, theirs := c.edit("U1", "alert show 1"), c.edit("U2", "alert show 1")
		c.fill(mine, map[string]string{"line": "6m"})
		c.fill(theirs, map[string]string{"line": "7m"})
		c.submit(mine)
		c.submit(theirs)
		if said := theirs.Plain(); theirs.SubmitLabel() == "" || !strings.Contains(said, "hanged") {
			t.Errorf("the second is told %s", said)
		}
		b.reads("U1", "alert show 1", "6m")
	})
}

func TestWhatIsRemovedWhileItsFormIsOpenIsNotChanged(t *testing.T) {
	found(t, func(c company) {
		p, stop := c.start()
		defer stop()
		p.reads("U1", `digest add campaign "Sales Outbound" daily at 9:00`, "is set up")
		v := c.edit("U1", "digest show 1")
		p.reads("U1", "digest remove 1", "removed")
		c.fill(v, map[string]string{"times": "10:00"})
		c.submit(v)
		if !strings.Contains(v.Plain(), "removed") && !strings.Contains(v.Plain(), "no digest") {
			t.Errorf("told %s, beside fields %q", v.Plain(), v.Errors())
		}
		p.reads("U1", "digest list all", "no digest yet")
	})
}
