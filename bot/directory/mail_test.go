package directory_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/bottest"
	"ahtbot/bot/directory"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/sim/slacksim/members"
)

// asha is U1 with an e-mail address that no log may hold.
var asha = members.Person{ID: "U1", Name: "Asha", Email: "asha@example.com"}

func TestAnEmailAddressIsKnownWithItsScopeAndConfirmedAlone(t *testing.T) {
	var people *directory.Directory
	bottest.Play(t, func(s *bottest.Stage) {
		mail := func(p members.Person, want string) {
			t.Helper()
			s.AddPerson(p)
			s.Settle(15 * time.Second)
			if got, err := people.Anew(s.Context(), p.ID); err != nil || got.Email != want {
				t.Errorf("%+v: %q, %v; want %q", p, got.Email, err, want)
			}
		}
		mail(asha, "")
		s.Grant("users:read.email")
		mail(asha, asha.Email)
		unconfirmed := asha
		unconfirmed.Unconfirmed = true
		mail(unconfirmed, "")
		mail(members.Person{ID: "U8", Stranger: true, TeamID: "T0OTHER", Email: asha.Email}, "")
	}, func(_ *bottest.Stage, c *bot.Config) { people = c.People })
}

// slip answers that Ozonetel knows no agent.
func slip(context.Context, aht.Target) (time.Duration, error) {
	return 0, commandstest.UpstreamError{Class: "refused", Reason: "bad-agent"}
}

func TestOnesOwnFigureIsFoundByEmailInEveryWayOfAsking(t *testing.T) {
	links := commandstest.Links{}
	bottest.Play(t, func(s *bottest.Stage) {
		s.AddPerson(asha)
		s.Grant("users:read.email")
		s.Type("U1", "C1", "/aht me")
		s.Settle(time.Second)
		s.Mention("U1", "C1", "me")
		s.Settle(time.Second)
		s.DM("U1", "agent @asha")
		s.Settle(time.Second)
		s.Mention("U1", "C1", "agent @asha")
		s.Settle(time.Second)
		figures := 0
		for _, m := range append(s.Said("U1", "C1"), s.Said("U1", "DU1")...) {
			if strings.Contains(m.Text, "AHT for agent asha@example.com: 4m 32s") {
				figures++
			}
			if m.EphemeralFor != "U1" && m.Channel != "DU1" {
				t.Errorf("everybody reads %q", m.Text)
			}
		}
		if figures != 4 || len(s.Up.Asked()) != 1 || links["U1"].Proof != aht.Mailed {
			t.Errorf("%d figures of 4 after %d questions, linked %+v", figures, len(s.Up.Asked()), links)
		}
		if all := s.Said("U2", "C1"); len(all) > 0 {
			t.Errorf("Ben reads %+v", all)
		}
		s.Up.Answer = slip
		s.Type("U2", "C1", "/aht me")
		s.Settle(time.Second)
		if m := s.One("U2", "C1"); !strings.Contains(m.Text, "no agent by your e-mail address") {
			t.Errorf("Ben is told %q", m.Text)
		}
		for _, id := range []string{"U1", "U2", "ben@example.com"} { // Stage looks for Asha's address
			if strings.Contains(s.Printed.String(), id) {
				t.Errorf("the log says %s:\n%s", id, s.Printed.String())
			}
		}
	}, func(s *bottest.Stage, _ *bot.Config) {
		s.Access, s.Links = request.Access{Restricted: true, Admins: []string{"U9"}}, links
	})
}

func TestWhoWaitsForTheirOwnFigureIsToldWhy(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.AddPerson(asha)
		s.Grant("users:read.email")
		s.Up.Place, s.Up.Answer = 3, bottest.Takes(4*time.Second)
		s.Type("U1", "C1", "/aht me")
		s.Settle(2 * time.Second)
		if m := s.One("U1", "C1"); !strings.Contains(m.Text, "place 3") {
			t.Errorf("told %q", m.Text)
		}
		s.Up.Stranger(time.Minute)
		s.Settle(time.Second)
		if all := s.Said("U1", "C1"); len(all) != 2 || !strings.Contains(all[1].Text, "Something else uses this Ozonetel account") {
			t.Errorf("told %+v", all)
		}
		s.Up.Stranger(0)
		s.Settle(2 * time.Second)
		if all := s.Said("U1", "C1"); len(all) != 3 || !strings.Contains(all[2].Text, "4m 32s") {
			t.Errorf("told %+v", all)
		}
	}, func(s *bottest.Stage, _ *bot.Config) { s.Links = commandstest.Links{} })
}
