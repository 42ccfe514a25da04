package directory_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/bottest"
	"ahtbot/bot/directory"
	"ahtbot/commands/request"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
)

func TestGuestsAndStrangersAreRefusedPolitely(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.AddPerson(members.Person{ID: "U7", Name: "Guest", Guest: true})
		s.AddPerson(members.Person{ID: "U8", Name: "Stranger", Stranger: true, TeamID: "T0OTHER"})
		s.AddChannel("C1", "floor", "U1", "U2", "U7", "U8", "U0BOT")
		for user, want := range map[string]string{"U7": "you are a guest here", "U8": "only for people of this workspace"} {
			for _, line := range []string{"agent 42", "campaign Sales"} {
				s.Type(user, "C1", "/aht "+line)
				s.Mention(user, "C1", line)
				s.Settle(3 * time.Second)
			}
			all := s.Said(user, "C1")
			answers := 0
			for _, m := range all {
				if m.EphemeralFor == user && strings.Contains(m.Text, want) {
					answers++
				}
			}
			if answers != 4 {
				t.Errorf("%s: %d polite refusals of 4: %+v", user, answers, all)
			}
		}
		if len(s.Up.Asked()) != 0 {
			t.Errorf("%d questions were asked for them", len(s.Up.Asked()))
		}
	})
}

func TestAgentReadersMayBeAUserGroup(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", "/aht agent 42")
		s.Type("U2", "C1", "/aht agent 42")
		s.Type("U2", "C1", "/aht campaign Sales")
		s.Settle(3 * time.Second)
		if m := s.One("U1", "C1"); !strings.Contains(m.Text, "4m 32s") {
			t.Errorf("the group's member is told %q", m.Text)
		}
		var texts []string
		for _, m := range s.Said("U2", "C1") {
			texts = append(texts, m.Text)
		}
		if all := strings.Join(texts, "\n"); !strings.Contains(all, "people your company named") || !strings.Contains(all, "AHT for campaign Sales") {
			t.Errorf("the other is told %s", all)
		}
	}, func(s *bottest.Stage, _ *bot.Config) {
		s.AddUserGroup("S1", "U1")
		s.Access = request.Access{Restricted: true, Readers: []string{"S1"}}
	})
}

func TestAdminsAreTheMembersOfTheirGroupsEachOnce(t *testing.T) {
	var people *directory.Directory
	bottest.Play(t, func(s *bottest.Stage) {
		ids := []string{"U2", "S1", "S404"}
		if got := people.Everyone(s.Context(), ids); !slices.Equal(got, []string{"U1", "U2"}) {
			t.Errorf("%v are %v", ids, got)
		}
	}, func(s *bottest.Stage, c *bot.Config) {
		s.AddUserGroup("S1", "U1", "U2")
		people = c.People
	})
}

func TestWhoeverSlackDoesNotKnowSeesNoFigure(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Fail("users.info", slacksim.Fault{Err: "internal_error"})
		s.Type("U1", "C1", "/aht agent 42")
		s.Settle(time.Second)
		if m := s.One("U1", "C1"); !strings.Contains(m.Text, "Slack did not tell me who you are") {
			t.Errorf("told %q", m.Text)
		}
		s.Type("U1", "C1", "/aht agent 42")
		s.Settle(time.Second)
		if all := s.Said("U1", "C1"); len(all) != 2 || !strings.Contains(all[1].Text, "4m 32s") {
			t.Errorf("a minute later: %+v", all)
		}
	})
}

// readBy counts the answers with a figure and the polite refusals that user has read.
func readBy(s *bottest.Stage, user string) (figures, refusals int) {
	for _, m := range s.Said(user, "C1") {
		switch {
		case strings.Contains(m.Text, "AHT for"):
			figures++
		case strings.Contains(m.Text, "full members"), strings.Contains(m.Text, "people your company named"):
			refusals++
		}
	}
	return figures, refusals
}

func TestARefusalIsAskedOfSlackAgainAfterFifteenSeconds(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		asks := func(user string, wait time.Duration, figures, refusals int) {
			t.Helper()
			s.Type(user, "C1", "/aht agent 42")
			s.Settle(wait)
			if f, r := readBy(s, user); f != figures || r != refusals {
				t.Errorf("%s has read %d figures and %d refusals, want %d and %d", user, f, r, figures, refusals)
			}
		}
		asks("U7", time.Second, 0, 1)
		asks("U2", time.Second, 0, 1)
		before := s.Calls("users.info") + s.Calls("usergroups.users.list")
		asks("U7", time.Second, 0, 2)
		asks("U2", time.Second, 0, 2)
		if n := s.Calls("users.info") + s.Calls("usergroups.users.list"); n != before {
			t.Errorf("Slack was asked %d times for what it had just said", n-before)
		}
		s.AddPerson(members.Person{ID: "U7", Name: "Guest"}) // a full member now
		s.AddUserGroup("S1", "U1", "U2", "U7")
		s.Settle(15 * time.Second)
		asks("U7", time.Second, 1, 2)
		asks("U2", time.Second, 1, 2)
	}, func(s *bottest.Stage, _ *bot.Config) {
		s.AddPerson(members.Person{ID: "U7", Name: "Guest", Guest: true})
		s.AddChannel("C1", "floor", "U1", "U2", "U7", "U0BOT")
		s.AddUserGroup("S1", "U1")
		s.Access = request.Access{Restricted: true, Readers: []string{"S1"}}
	})
}

func TestWhatAPersonMayNoLongerIsRefusedWithinTenMinutesAndNotWhileSlackIsAway(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		asks := func(user string, figures, refusals int) {
			t.Helper()
			s.Type(user, "C1", "/aht agent 42")
			s.Settle(time.Second)
			if f, r := readBy(s, user); f != figures || r != refusals {
				t.Errorf("%s has read %d figures and %d refusals, want %d and %d", user, f, r, figures, refusals)
			}
		}
		asks("U1", 1, 0)
		asks("U2", 1, 0)
		s.AddPerson(members.Person{ID: "U2", Name: "Ben", Guest: true})
		s.AddUserGroup("S1", "U2")
		s.Settle(10 * time.Minute)
		for range 2 {
			s.Fail("users.info", slacksim.Fault{Err: "internal_error"})
		}
		asks("U2", 2, 0) // Slack does not say otherwise
		asks("U2", 3, 0)
		asks("U2", 3, 1)
		asks("U1", 1, 1)
	}, func(s *bottest.Stage, _ *bot.Config) {
		s.AddUserGroup("S1", "U1", "U2")
		s.Access = request.Access{Restricted: true, Readers: []string{"S1"}}
	})
}

func TestAPersonIsAskedAboutAnewForWhatStands(t *testing.T) {
	var people *directory.Directory
	bottest.Play(t, func(s *bottest.Stage) {
		zone := func(want string) {
			t.Helper()
			if p, err := people.Anew(s.Context(), "U1"); err != nil || p.Zone != want {
				t.Errorf("zone %q, %v; want %q", p.Zone, err, want)
			}
		}
		s.AddPerson(members.Person{ID: "U1", Name: "Asha", TZ: "Asia/Kolkata"})
		zone("Asia/Kolkata")
		s.AddPerson(members.Person{ID: "U1", Name: "Asha", TZ: "Europe/London"})
		zone("Asia/Kolkata") // Slack has just said so
		s.Settle(15 * time.Second)
		zone("Europe/London")
	}, func(_ *bottest.Stage, c *bot.Config) { people = c.People })
}

func TestADeactivatedAccountIsNoticedWithinMinutes(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		gone := func() bool {
			t.Helper()
			g, err := s.Bot.Deactivated(s.Context(), "U2")
			if err != nil {
				t.Fatal(err)
			}
			return g
		}
		for range 2 {
			if gone() || s.Calls("users.info") != 1 {
				t.Errorf("in use, after %d calls", s.Calls("users.info"))
			}
		}
		s.AddPerson(members.Person{ID: "U2", Name: "Ben", Deleted: true})
		s.Settle(10 * time.Minute)
		if !gone() {
			t.Error("ten minutes later it still counts as in use")
		}
		s.Fail("users.info", slacksim.Fault{Err: "user_not_found"})
		if _, err := s.Bot.Deactivated(s.Context(), "U404"); err == nil {
			t.Error("nobody is not deactivated")
		}
	})
}

func TestGroupsAreAskedForOnceAndOnlyForAgents(t *testing.T) {
	restricted := func(s *bottest.Stage, _ *bot.Config) {
		s.AddUserGroup("S1", "U1")
		s.Access = request.Access{Restricted: true, Readers: []string{"S1"}}
	}
	bottest.Play(t, func(s *bottest.Stage) {
		for range 3 {
			for _, user := range []string{"U1", "U2"} {
				s.Type(user, "C1", "/aht agent 42")
				s.Type(user, "C1", "/aht campaign Sales")
			}
			s.Settle(3 * time.Second)
		}
		if n := s.Calls("usergroups.users.list"); n != 1 {
			t.Errorf("asked %d times who is in the group", n)
		}
	}, restricted)
	bottest.Play(t, func(s *bottest.Stage) {
		s.Fail("usergroups.users.list", slacksim.Fault{Err: "missing_scope"})
		s.Type("U2", "C1", "/aht campaign Sales")
		s.Settle(3 * time.Second)
		if m := s.One("U2", "C1"); !strings.Contains(m.Text, "4m 32s") {
			t.Errorf("a campaign is answered %q", m.Text)
		}
	}, restricted)
}
