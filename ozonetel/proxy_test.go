package ozonetel_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/proxy"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/proxysim"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/fault"
)

// behind has a client reach sim through a company's proxy, which is returned.
func behind(t *testing.T, sim *ozonesim.Server, password string) (*proxysim.Proxy, func(*ozonetel.Config)) {
	t.Helper()
	p, err := proxysim.New(proxysim.Config{User: "floor.bot", Password: "of-the-proxy", Hosts: map[string]proxysim.Dial{"ozonetel.test:80": sim.Dial}})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := proxy.New("http://floor.bot:"+password+"@proxy.test:3128", "")
	if err != nil {
		t.Fatal(err)
	}
	through := rules.Through(p.Dial)
	return p, func(c *ozonetel.Config) {
		c.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) { // this machine is never asked of a proxy
			return through(ctx, network, "ozonetel.test:80")
		}
	}
}

// A proxy cuts what is idle for 60 s; the client lets go sooner, so no question meets a dead connection and
// none is sent twice.
func TestAProxyThatCutsIdleTunnelsCostsNoRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(nil)
		p, through := behind(t, sim, "of-the-proxy")
		r := newRig(t, sim, through)
		for i := range 20 {
			ask(t.Context(), t, r, agent(t, "42"))
			time.Sleep(time.Duration(i) * 10 * time.Second) // from none to over three minutes
		}
		if c := r.sim.Counts(); c.AHT != 20 || c.Tokens != 1 {
			t.Errorf("%d questions and %d tokens upstream, want 20 and 1", c.AHT, c.Tokens)
		}
		if c := p.Counts(); c.Cut != 0 || c.Tunnels["ozonetel.test:80"] < 10 {
			t.Errorf("the proxy counts %+v", c)
		}
		r.stop()
		_ = p.Close()
	})
}

// What the proxy does not let out costs no request of the allowance, and no sign-in.
func TestARefusalOfTheProxyCostsNoRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(nil)
		p, through := behind(t, sim, "wrong")
		r := newRig(t, sim, through)
		var err error
		began := time.Now()
		for range 60 { // more than the minute allows, and than an hour allows sign-ins
			_, err = r.Ask(t.Context(), agent(t, "42"))
			expect(t, err, fault.Unreachable, fault.ConnectFailed)
		}
		if e, ok := errors.AsType[*proxy.Error](err); !ok || e.Fault != proxy.Password {
			t.Errorf("the cause is lost: %v", err)
		}
		if took := time.Since(began); took > 0 || sim.Counts().Requests != 0 || p.Counts().Wrong != 60 {
			t.Errorf("%v, %d requests, the proxy was asked %d times", took, sim.Counts().Requests, p.Counts().Wrong)
		}
		if text := err.Error() + r.log.String(); strings.Contains(text, "wrong") || !strings.Contains(text, "does not take the user and password (407)") {
			t.Errorf("said: %s", text)
		}
		r.stop()
		_ = p.Close()
	})
}
