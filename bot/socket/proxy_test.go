package socket_test

import (
	"strings"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/bottest"
	"ahtbot/internal/proxy"
	"ahtbot/internal/sim/proxysim"
)

// behind has everything of the bot's go through a company's proxy that cuts a tunnel after idle without
// traffic; zero means 60 s. It is filled when the scene starts.
func behind(p **proxysim.Proxy, idle time.Duration) func(*bottest.Stage, *bot.Config) {
	return func(s *bottest.Stage, c *bot.Config) {
		s.Behind("slack.test")
		c.APIURL = s.APIURL()
		made, err := proxysim.New(proxysim.Config{
			User: "floor.bot", Password: "of-the-proxy", Idle: idle,
			Hosts: map[string]proxysim.Dial{"slack.test:80": s.Dial},
		})
		if err != nil {
			s.Fatal(err)
		}
		rules, err := proxy.New("http://floor.bot:of-the-proxy@proxy.test:3128", "")
		if err != nil {
			s.Fatal(err)
		}
		c.Dial = rules.Through(made.Dial)
		s.Cleanup(func() { _ = made.Close() })
		*p = made
	}
}

// back is how long it takes until there is a connection again, two minutes at most.
func back(s *bottest.Stage) time.Duration {
	began := time.Now()
	for s.Settle(time.Millisecond); s.Connections() == 0 && time.Since(began) < 2*time.Minute; s.Settle(10 * time.Millisecond) {
	}
	return time.Since(began)
}

// TestAProxyThatCutsIdleTunnelsCostsNothing leaves the bot alone for longer and longer behind a proxy that cuts
// tunnels after 60 s: Slack's pings keep the sockets, and the pool lets go of its connections sooner.
func TestAProxyThatCutsIdleTunnelsCostsNothing(t *testing.T) {
	var p *proxysim.Proxy
	bottest.Play(t, func(s *bottest.Stage) {
		began := time.Now()
		s.Settle(10 * time.Second)
		for i := range 30 {
			s.DM("U1", "agent 42")
			s.Settle(time.Duration(i) * 10 * time.Second) // from none to nearly five minutes
		}
		s.Settle(10 * time.Second)
		if n := len(s.Said("U1", "DU1")); n != 30 {
			t.Errorf("%d of 30 answered", n)
		}
		if s.Connections() != 2 || s.Counts().Opens != 2+s.Observed.Of("socket renewed") || s.Observed.Of("socket lost") != 0 {
			t.Errorf("%d connections, opened %d times, %d lost", s.Connections(), s.Counts().Opens, s.Observed.Of("socket lost"))
		}
		if s.Observed.Of("acked") != 30 {
			t.Errorf("%d acknowledgements seen on the wire", s.Observed.Of("acked"))
		}
		if c := p.Counts(); c.Cut != 0 || c.Tunnels["slack.test:80"] < 3 {
			t.Errorf("the proxy counts %+v", c)
		}
		t.Logf("30 messages over %v: all answered, %d tunnels, none cut, no socket lost", time.Since(began), p.Counts().Tunnels["slack.test:80"])
	}, two, func(s *bottest.Stage, c *bot.Config) { behind(&p, 0)(s, c) })
}

// TestTunnelsAllCutAtOnceLoseNothing has the proxy cut every tunnel again and again, as one does that reads its
// rules anew, just before somebody writes: each message is answered, once.
func TestTunnelsAllCutAtOnceLoseNothing(t *testing.T) {
	var p *proxysim.Proxy
	bottest.Play(t, func(s *bottest.Stage) {
		s.Settle(time.Minute)
		var longest time.Duration
		for range 20 {
			p.CutAll()
			s.DM("U1", "agent 42")
			longest = max(longest, back(s))
			s.Settle(2 * time.Minute)
			if n := s.Connections(); n != 2 {
				t.Fatalf("%d connections two minutes after a cut", n)
			}
		}
		s.Settle(6 * time.Minute) // for what Slack tries again
		if n := len(s.Said("U1", "DU1")); n != 20 {
			t.Errorf("%d of 20 answered", n)
		}
		if n := s.Observed.Of("socket lost"); n != 40 {
			t.Errorf("%d connections lost, want two for each cut", n)
		}
		if s.Counts().OpensPerMinute > 20 {
			t.Errorf("%d openings in a minute", s.Counts().OpensPerMinute)
		}
		t.Logf("20 cuts of every tunnel: 20 of 20 messages answered once, at most %v without a connection, at most %d openings a minute", longest, s.Counts().OpensPerMinute)
	}, two, func(s *bottest.Stage, c *bot.Config) { behind(&p, 0)(s, c) })
}

// TestAProxyThatGoesAndComes is down for a minute.
func TestAProxyThatGoesAndComes(t *testing.T) {
	var p *proxysim.Proxy
	bottest.Play(t, func(s *bottest.Stage) {
		s.Settle(time.Minute)
		p.Down()
		s.Settle(time.Minute)
		if n := s.Connections(); n != 0 {
			t.Errorf("%d connections while the proxy is down", n)
		}
		if err := p.Up(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.DM("U1", "agent 42") // Slack delivers it to the next connection
		t.Logf("a minute down: a connection again %v after the proxy was back", back(s))
		s.Settle(2 * time.Minute)
		if n := s.Connections(); n != 2 {
			t.Errorf("%d connections after it came back", n)
		}
		if n := len(s.Said("U1", "DU1")); n != 1 {
			t.Errorf("answered %d times", n)
		}
		if strings.Contains(s.Printed.String(), "of-the-proxy") || !strings.Contains(s.Printed.String(), "proxy proxy.test:3128") {
			t.Errorf("the log:\n%s", s.Printed.String())
		}
	}, two, func(s *bottest.Stage, c *bot.Config) { behind(&p, 0)(s, c) })
}
