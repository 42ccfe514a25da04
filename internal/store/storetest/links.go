package storetest

import (
	"fmt"
	"sync/atomic"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

// linked fails t unless the person's link is want; the zero Link is none.
func linked(t trial, s store.Links, user string, want aht.Link) {
	t.Helper()
	got, ok, err := s.Link(t.Context(), user)
	must(t, err)
	if ok != (want != aht.Link{}) || got != want {
		t.Errorf("%s is linked %v with %+v, want %+v", user, ok, got, want)
	}
}

// sets fails t unless keeping l reports kept.
func sets(t trial, s store.Links, l aht.Link, kept bool) {
	t.Helper()
	if got, err := s.SetLink(t.Context(), l); err != nil || got != kept {
		t.Errorf("%s linked with %q by proof %d: %v, %v; want %v", l.User, l.Agent.Name(), l.Proof, got, err, kept)
	}
}

var linkClaims = []claim{
	{"a person has one link, which the next takes the place of, and other openers see it", two(func(t trial, s, other store.Store) {
		linked(t, s, "U1", aht.Link{})
		first := aht.Link{User: "U1", Agent: target(t, aht.KindAgent, "42"), Proof: aht.Vouched, By: "U9", At: noon}
		sets(t, s, first, true)
		linked(t, other, "U1", first)
		second := aht.Link{User: "U1", Agent: target(t, aht.KindAgent, "asha@example.com"), Proof: aht.Said, By: "U1", At: noon.Add(time.Second)}
		sets(t, other, second, true)
		linked(t, s, "U1", second)
		sets(t, s, aht.Link{User: "U2", Agent: first.Agent, By: "U2", At: noon}, true) // is free again
		for _, had := range []bool{true, false} {
			if got, err := other.DropLink(t.Context(), "U1"); err != nil || got != had {
				t.Errorf("dropped: %v, %v; want %v", got, err, had)
			}
		}
		linked(t, s, "U1", aht.Link{})
	})},
	{"an agent is one person's, and goes to another for a proof as great, but not for one more word", alone(func(t trial, s store.Store) {
		agent, own := target(t, aht.KindAgent, "42"), target(t, aht.KindAgent, "43")
		proofs := []aht.Proof{aht.Said, aht.Mailed, aht.Vouched}
		for _, held := range proofs {
			for _, claimed := range proofs {
				holder := aht.Link{User: "U1", Agent: agent, Proof: held, By: "U1", At: noon}
				other := aht.Link{User: "U2", Agent: own, By: "U2", At: noon}
				sets(t, s, holder, true)
				sets(t, s, other, true)
				taken := aht.Link{User: "U2", Agent: agent, Proof: claimed, By: "U2", At: noon.Add(time.Hour)}
				gets := claimed >= held && claimed > aht.Said
				sets(t, s, taken, gets)
				if gets {
					linked(t, s, "U1", aht.Link{})
					linked(t, s, "U2", taken)
				} else { // both are as they were
					linked(t, s, "U1", holder)
					linked(t, s, "U2", other)
				}
				for _, user := range []string{"U1", "U2"} {
					value(s.DropLink(t.Context(), user))(t)
				}
			}
		}
	})},
	{"a link of nobody or to a campaign is refused", alone(func(t trial, s store.Store) {
		for _, l := range []aht.Link{{Agent: target(t, aht.KindAgent, "42")}, {User: "U1"}, {User: "U1", Agent: target(t, aht.KindCampaign, "42")}} {
			if kept, err := s.SetLink(t.Context(), l); err == nil || kept {
				t.Errorf("%+v was kept: %v, %v", l, kept, err)
			}
		}
	})},
	{"forgetting an agent takes its link, and nobody else's", alone(func(t trial, s store.Store) {
		stays := aht.Link{User: "U2", Agent: target(t, aht.KindAgent, "43"), By: "U2", At: noon}
		sets(t, s, aht.Link{User: "U1", Agent: target(t, aht.KindAgent, "42"), By: "U1", At: noon}, true)
		sets(t, s, stays, true)
		value(s.Forget(t.Context(), target(t, aht.KindCampaign, "43")))(t) // a campaign of that name is somebody else
		value(s.Forget(t.Context(), target(t, aht.KindAgent, "42")))(t)
		linked(t, s, "U1", aht.Link{})
		linked(t, s, "U2", stays)
	})},
	{"of many who claim an agent at once one has it", four(func(t trial, stores []store.Store) {
		agent := target(t, aht.KindAgent, "42")
		var kept atomic.Int64
		together(len(stores), func(i int) {
			l := aht.Link{User: fmt.Sprint("U", i), Agent: agent, By: fmt.Sprint("U", i), At: noon}
			switch got, err := stores[i].SetLink(t.Context(), l); {
			case err != nil:
				t.Error(err)
			case got:
				kept.Add(1)
			}
		})
		if kept.Load() != 1 {
			t.Errorf("%d have it", kept.Load())
		}
	})},
}
