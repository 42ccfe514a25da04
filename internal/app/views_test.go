package app

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/store"
	"ahtbot/internal/view"
	"ahtbot/ozonetel"
)

func TestWhatTheBotHasJustShownItKnows(t *testing.T) {
	found(t, func(c company) {
		p, stop := c.start()
		defer stop()
		p.reads("U1", "alert add campaign "+dialledByHand+" above 5m", "I have never seen")
		p.reads("U1", "campaign "+dialledByHand, "AHT for campaign "+dialledByHand)
		p.reads("U1", "alert add campaign "+dialledByHand+" above 5m", "Alert #1 tells this channel")
	})
}

func TestWhatIsWatchedFollowsEveryChangeAtOnce(t *testing.T) {
	found(t, func(c company) {
		p, stop := c.start()
		defer stop()
		watching := func(want string) {
			c.Helper()
			p.reads("U1", "status", want)
			if n := p.background.polling().Targets; want == "" && n != 0 {
				c.Errorf("%d campaigns are read", n)
			}
		}
		watching("")
		p.reads("U1", `alert add campaign "Sales Outbound" above 5m`, "Alert #1 tells", "requests a minute more")
		watching("Watching 1 campaign ")
		p.reads("U1", `alert add campaign "Sales Outbound" below 1m`, "Alert #2 tells", "It costs nothing more")
		p.reads("U1", `alert add campaign "Collections North" above 5m`, "Alert #3 tells")
		watching("Watching 2 campaigns ")
		p.reads("U1", `digest add campaign "KYC.Reminders", "Sales Outbound" daily at 9:00`, "Digest 1 is set up")
		watching("Watching 3 campaigns ")
		p.reads("U1", `alert add campaign "KYC.Reminders" above 5m`, "Alert #4 tells", "It costs nothing more")
		p.reads("U1", "alert remove 4", "removed")
		watching("Watching 3 campaigns ")
		p.reads("U1", "digest pause 1", "paused")
		watching("Watching 2 campaigns ")
		p.reads("U1", "digest resume 1", "runs again")
		watching("Watching 3 campaigns ")
		p.reads("U1", "digest remove 1", "removed")
		watching("Watching 2 campaigns ")
		p.reads("U1", `alert add campaign "KYC.Reminders" above 4m`, "Alert #5 tells", "requests a minute more")
		p.reads("U1", "alert pause 5", "paused")
		watching("Watching 2 campaigns ")
		p.reads("U1", "alert list", "4 alerts told here", "#1", "#2", "#3", "#5")
		for _, id := range []string{"1", "2", "3"} {
			p.reads("U1", "alert remove "+id, "removed")
		}
		watching("")
	})
}

func TestAnAnswerThatIsAnErrorMakesNoNameKnown(t *testing.T) {
	found(t, func(c company) {
		p, stop := c.start()
		defer stop()
		p.reads("U1", "campaign Nowhere", "Ozonetel knows no campaign “Nowhere”")
		p.reads("U1", "alert add campaign Nowhere above 5m", "I have never seen")
		c.upstream.NextRaw(ozonesim.Raw{Status: http.StatusBadGateway})
		p.reads("U1", "campaign "+dialledByHand, "trouble of its own")
		p.reads("U1", "digest add campaign "+dialledByHand+" daily at 9:00", "I have never seen")
	})
}

func TestANameIsKnownWhoeverHadItRead(t *testing.T) {
	for what, priority := range map[string]ozonetel.Priority{"polling": ozonetel.Polling, "a digest": ozonetel.DigestSlot} {
		found(t, func(c company) {
			p, stop := c.start()
			defer stop()
			if _, err := p.App.upstream.AskBackground(p.Context(), apptest.Campaign(c.T, dialledByHand), priority); err != nil {
				c.Fatal(what, err)
			}
			p.reads("U1", "target campaign "+dialledByHand+" 5m", "The target of campaign "+dialledByHand+" is 5m 00s from now on. Every answer")
			p.reads("U1", "campaign "+strings.ToLower(dialledByHand), "AHT for campaign "+dialledByHand, "for campaign "+dialledByHand+", as the account writes it")
		})
	}
}

// TestWhatOneProcessDidAnotherSeesInTime is the table of views in docs/design.md: what is to
// be refused or changed is looked up first, and the rest is seen within a bound.
func TestWhatOneProcessDidAnotherSeesInTime(t *testing.T) {
	found(t, func(c company) {
		a, stopA := c.start()
		defer stopA()
		b, stopB := c.start()
		defer stopB()
		const other = "Support_T2_912240000002"
		a.reads("U1", "campaign "+dialledByHand, "AHT for")
		b.reads("U2", "alert add campaign "+dialledByHand+" above 5m", "Alert #1 tells")
		a.reads("U1", "campaign "+other, "AHT for")
		if known(b, other) {
			c.Error("the other process knows at once: this test shows nothing")
		}
		b.reads("U2", "digest add campaign "+other+" daily at 9:00", "Digest 1 is set up")
		a.reads("U1", "campaign Welcome-Calls", "AHT for")

		b.reads("U2", `campaign "Sales Outbound"`, "AHT for")
		a.reads("U1", `target campaign "Sales Outbound" 1s`, "from now on")
		b.reads("U2", "target", "Sales Outbound 1s")
		a.reads("U1", `target campaign "Sales Outbound" 2s`, "it was 1s")
		b.reads("U2", `target campaign "Sales Outbound" 3s`, "it was 2s")
		a.reads("U1", `campaign "Sales Outbound"`, "AHT for") // on a target of 2s yet
		time.Sleep(view.Every + time.Second)
		a.reads("U1", `campaign "Sales Outbound"`, "Over the target of 3s")
		b.reads("U2", "status", "used by the one of 2 processes that answers you", "Last reading: 05:30 IST")
		if _, at := b.bot.Handler.Now(request.Question{User: "U2", Text: "campaign Welcome-Calls", At: time.Now()}); !at {
			c.Error("what the other process read is not in memory")
		}
		b.reads("U2", "status", "Watching 2 campaigns")
		a.reads("U1", "status", "Watching 2 campaigns")

		b.reads("U2", "alert pause 1", "paused")
		a.reads("U1", "alert list all", "paused")
		b.reads("U2", "digest remove 1", "removed")
		a.reads("U1", "digest list", "No digest")
		time.Sleep(view.Every + 6*time.Second)
		if said := a.told("U1", "status"); strings.Contains(said, "Watching") {
			c.Errorf("nothing is watched, and the other process says %q", said)
		}
	})
}

func TestWhatOneWatchesIsSuggestedFirst(t *testing.T) {
	found(t, func(c company) {
		a, stopA := c.start()
		defer stopA()
		b, stopB := c.start()
		defer stopB()
		first := func(p running, who string) string {
			c.Helper()
			p.told(who, "status") // by which it is known who it is
			got := p.bot.Handler.Suggest(request.Question{User: who, At: time.Now()}, "campaign", "")
			if len(got) == 0 {
				c.Fatalf("%s is suggested nothing", who)
			}
			return got[0].Label
		}
		before := first(b, "U1")
		a.reads("U1", `alert add campaign "Sales Outbound" above 5m`, "Alert #1 tells")
		a.reads("U1", `digest add campaign "Collections North" daily at 9:00`, "Digest 1 is set up")
		if got := first(a, "U1"); got != "Sales Outbound" {
			c.Errorf("here %q is first", got)
		}
		time.Sleep(view.Every + 6*time.Second)
		if got := first(b, "U1"); got != "Sales Outbound" || before == got {
			c.Errorf("in the other process %q is first, and was %q", got, before)
		}
		if got := first(b, "U2"); got != before {
			c.Errorf("to somebody else %q is first", got)
		}
		a.reads("U1", "alert pause 1", "paused")
		if got := first(a, "U1"); got != "Collections North" {
			c.Errorf("of a paused alert and a digest, %q is first", got)
		}
	})
}

func TestADigestComparesWithTheTargetOfItsSlot(t *testing.T) {
	found(t, func(c company) {
		p, stop := c.start()
		defer stop()
		p.reads("U1", `digest add campaign "Sales Outbound", "Sales_Outbound" daily at 5:45`, "Digest 1 is set up") // in a quarter of an hour
		p.reads("U1", `target campaign "Sales Outbound" 100h`, "from now on")
		p.reads("U1", `target campaign Sales_Outbound 1s`, "from now on")
		time.Sleep(15*time.Minute - apptest.Quiet - 5*time.Second)
		if p.App.upstream.Status().LastOK.IsZero() {
			c.Fatal("the readings have not begun: this test shows nothing")
		}
		p.reads("U1", `target campaign "Sales Outbound" 1s`, "from now on")
		p.reads("U1", `target campaign Sales_Outbound clear`, "no target any more")
		time.Sleep(time.Minute)
		all := c.slack.Seen("U1", "C1")
		if said := all[len(all)-1].Text; !strings.Contains(said, "Sales Outbound 6m 04s, over by 6m 03s, target 1s; Sales_Outbound 1m 38s. Next") {
			c.Errorf("the digest says %q", said)
		}
	})
}

func TestAReadingThatAnotherProcessTookForBothIsKnownToBoth(t *testing.T) {
	found(t, func(c company) {
		a, stopA := c.start()
		defer stopA()
		b, stopB := c.start()
		defer stopB()
		var both sync.WaitGroup
		for _, p := range []running{a, b} {
			both.Go(func() { p.reads("U1", "campaign "+dialledByHand, "AHT for") })
		}
		both.Wait()
		if n := c.upstream.Counts().AHT; n != 1 {
			c.Fatalf("%d questions upstream: this test shows nothing", n)
		}
		for i, p := range []running{a, b} {
			if _, ok := p.readings.Recent().Latest(apptest.Campaign(c.T, dialledByHand)); !ok || !known(p, dialledByHand) {
				c.Errorf("process %d has shown what it does not know", i)
			}
		}
	})
}

// known reports whether a process knows a name without looking for it.
func known(r running, campaign string) bool {
	all, _ := r.background.names.Campaigns()
	return slices.Contains(all, campaign)
}

func TestWhatIsForgottenIsForgottenByRunningProcesses(t *testing.T) {
	found(t, func(c company) {
		p, stop := c.start()
		defer stop()
		agent, campaign := apptest.Agent(c.T, "42"), apptest.Campaign(c.T, dialledByHand)
		remembers := func(want bool) {
			c.Helper()
			for _, target := range []aht.Target{agent, campaign} {
				if _, ok := p.readings.Recent().Latest(target); ok != want {
					c.Errorf("%v is remembered: %v, want %v", target.Kind(), ok, want)
				}
			}
			if known(p, dialledByHand) != want {
				c.Errorf("the name is known: %v, want %v", !want, want)
			}
		}
		p.reads("U1", "agent 42", "AHT for")
		p.reads("U1", "campaign "+dialledByHand, "AHT for")
		time.Sleep(2 * time.Minute)
		remembers(true)
		c.withStore(func(db store.Store) {
			for _, target := range []aht.Target{agent, campaign} {
				if n, err := db.Forget(c.Context(), target); n != 1 || err != nil {
					c.Errorf("%d readings forgotten, %v", n, err)
				}
			}
		})
		c.upstream.NextRaw(ozonesim.Raw{Status: http.StatusBadGateway})
		if said := p.told("U1", "agent 42"); strings.Contains(said, "Last reading") { // more than memory was asked for
			c.Errorf("what was forgotten is shown: %s", said)
		}
		time.Sleep(90 * time.Second)
		remembers(false)
		p.reads("U1", "agent 42", "AHT for")
		p.reads("U1", "campaign "+dialledByHand, "AHT for")
		time.Sleep(3 * time.Minute)
		remembers(true)
	})
}
