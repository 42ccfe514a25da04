package app

import (
	"context"
	"net"
	"net/url"
	"time"

	"ahtbot/bot"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
	"ahtbot/internal/proxy"
	"ahtbot/internal/secret"
	"ahtbot/ozonetel"
)

// Settings are what the program is made by. They are taken as valid: whoever reads them from somewhere checks them.
type Settings struct {
	Release string // what this ahtbot calls itself

	SlackApp, SlackBot secret.Text // tokens
	SlackURL           string      // of the Web API, with a slash at its end
	Connections        int         // of Socket Mode

	APIKey    secret.Text
	Username  string
	BaseURL   *url.URL
	Auth      ozonetel.AuthMode
	Method    string
	PerMinute int // requests that the account allows

	Proxies proxy.Rules // which proxy leads where

	Database  secret.Text   // its URL, which may hold a password
	Retention time.Duration // of readings

	MaxAge time.Duration // of a reading that may still answer; zero: none may
	Poll   time.Duration // how often watched targets are read
	Days   digest.Calendars
	Zone   *time.Location // in which times are written
	Access request.Access
}

// SlackDial opens connections to Slack.
func (s Settings) SlackDial() proxy.Dial {
	return s.Proxies.Through((&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext)
}

// UpstreamDial opens connections to Ozonetel. It has less time than for Slack, since a request must be written soon
// after its slot was taken.
func (s Settings) UpstreamDial() proxy.Dial {
	return s.Proxies.Through((&net.Dialer{Timeout: 2 * time.Second}).DialContext)
}

// Options are what differs between the real thing and one that is tried out. The zero Options is the real thing.
type Options struct {
	Memory  bool                            // the database is in memory, of an account that nobody has used
	Past    []aht.Reading                   // what a database in memory has kept already, oldest first
	Observe func(bot.Observer) bot.Observer // what is told of each command, beside the metrics; nil: nothing
	// DialSlack and DialUpstream reach simulators over pipes; nil dials the network, through a proxy where one is set.
	DialSlack, DialUpstream func(ctx context.Context, network, addr string) (net.Conn, error)
}
