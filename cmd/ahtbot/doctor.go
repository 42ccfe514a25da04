package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/aht"
	"ahtbot/internal/app/database"
	"ahtbot/internal/proxy"
	"ahtbot/internal/store"
	"ahtbot/ozonetel"
)

// finding is one line of the doctor's report.
type finding struct {
	what string
	well string // what was found, when all is well
	todo string // what to do; empty when all is well
}

// doctorCommand checks settings, both Slack tokens, scopes, clock, zone,
// store and the Ozonetel account, and says what to do about each fault.
func doctorCommand(ctx context.Context, args []string, p process) error {
	yes := slices.ContainsFunc(args, func(a string) bool { return a == "--yes" || a == "-yes" || a == "-y" })
	s, err := readSettings(settings.Need{Slack: true, Upstream: true})
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, "This opens no socket, and spends at most one Ozonetel sign-in of ten an hour and one AHT request.")
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	sick := 0
	report := func(findings ...finding) {
		for _, f := range findings {
			if f.todo != "" {
				sick++
				fmt.Fprintf(p.out, "FAULT %-16s %s\n", f.what, f.todo)
				continue
			}
			fmt.Fprintf(p.out, "ok    %-16s %s\n", f.what, f.well)
		}
	}
	zone := s.Zone.String() + ", now " + time.Now().In(s.Zone).Format("15:04 MST")
	report(finding{what: "settings", well: "complete"}, finding{what: "time zone", well: zone}, checkStore(ctx, s))
	report(checkSlack(ctx, s)...)
	report(checkUpstream(ctx, s, p, yes)...)
	if sick > 0 {
		return fmt.Errorf("%d of the checks above need something done", sick)
	}
	_, err = fmt.Fprintln(p.out, "All is well: ahtbot run")
	return err
}

// checkStore finds out whether the database can be opened, and used.
func checkStore(ctx context.Context, s settings.Settings) finding {
	f := finding{what: "store"}
	db, err := database.OpenStore(ctx, s.Database.Reveal(), s.Release)
	if err != nil {
		f.todo = err.Error()
		return f
	}
	defer func() { _ = db.Close() }()
	version, _, err := db.Schema(ctx)
	if err := errors.Join(err, db.Ping(ctx)); err != nil {
		f.todo = "the database can be opened and not written: " + database.Mend(err)
		if c := db.Condition(); c.Unavailable() {
			f.todo = "the database can be opened and not written: " + c.Report()
		}
		return f
	}
	f.well = fmt.Sprintf("%s, schema %d%s%s", database.Engine(s.Database.Reveal()), version, roomLeft(db.Condition()), listing(ctx, db))
	return f
}

// roomLeft is how much room the disk of a file has; nothing for a server.
func roomLeft(c store.Condition) string {
	if c.Room < 0 {
		return ""
	}
	return ", " + c.RoomLeft()
}

// listing says what is kept of the account's list of campaigns; nothing when no ahtbot has
// asked for it yet, since asking would cost a request.
func listing(ctx context.Context, db store.Store) string {
	list, err := db.Campaigns(ctx)
	switch {
	case err == nil && !list.Listed.IsZero():
		return fmt.Sprintf("; campaigns listed: %d, %s ago", len(list.Campaigns), aht.FormatDuration(time.Since(list.Listed)))
	case err == nil && !list.Retry.IsZero():
		return "; the account did not list its campaigns"
	default:
		return ""
	}
}

// scopes are what manifest.yml asks for, but for the optional one; usergroups:read is needed besides when a setting
// names a user group.
var scopes = []string{"commands", "chat:write", "app_mentions:read", "im:history", "users:read"}

func checkSlack(ctx context.Context, s settings.Settings) []finding {
	way := network{s.Proxies, s.SlackDial()}
	reached := way.check(ctx, "slack network", slackHosts(s.SlackURL)...)
	if reached.todo != "" {
		return []finding{reached}
	}
	api := slack.New(s.SlackBot.Reveal(), slack.OptionAppLevelToken(s.SlackApp.Reveal()), slack.OptionAPIURL(s.SlackURL),
		slack.OptionHTTPClient(&http.Client{
			Timeout: 15 * time.Second, Transport: &http.Transport{DialContext: way.dial, ForceAttemptHTTP2: true},
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse // a redirect would take the tokens along
			},
		}))
	found := []finding{reached, {what: "slack bot token"}}
	who, err := api.AuthTestContext(ctx)
	if err != nil {
		found[1].todo = slackTodo(err, "SLACK_BOT_TOKEN: install the app and copy its Bot User OAuth Token again")
	} else {
		found[1].well = "works in workspace " + who.Team
		found = append(found, checkScopes(who.Header, s), checkClock(who.Header))
	}
	return append(found, checkSocket(ctx, api, way)...)
}

// slackHosts are where ahtbot calls Slack: the Web API, and where Slack's own response_urls lead.
func slackHosts(apiURL string) []*url.URL {
	u, err := url.Parse(apiURL)
	if err != nil { // cannot happen: readSettings has parsed it
		return nil
	}
	hosts := []*url.URL{u}
	if u.Host == "slack.com" || u.Host == "slack-gov.com" {
		hosts = append(hosts, &url.URL{Scheme: u.Scheme, Host: "hooks." + u.Host})
	}
	return hosts
}

// slackTodo is what to do about a failed call: our advice when Slack refuses, else the
// network.
func slackTodo(err error, advice string) string {
	if se, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return "Slack answers " + se.Err + ". " + advice
	}
	if between, ok := errors.AsType[slack.StatusCodeError](err); ok && between.Code < http.StatusInternalServerError {
		return fmt.Sprintf("HTTP %d comes back, which is not how Slack answers: something in between does. Have it let ahtbot through to Slack", between.Code)
	}
	if what, way := proxy.Explain(err); way != "" {
		return what + ": " + way
	}
	return "Slack can't be reached: check the network, HTTPS_PROXY and SLACK_API_URL"
}

func checkScopes(h http.Header, s settings.Settings) finding {
	f := finding{what: "slack scopes", well: "all there"}
	granted := strings.FieldsFunc(h.Get("X-OAuth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
	want := scopes
	if slices.ContainsFunc(slices.Concat(s.Access.Admins, s.Access.Readers), func(id string) bool { return strings.HasPrefix(id, "S") }) {
		want = append(slices.Clone(want), "usergroups:read")
	}
	var missing []string
	for _, scope := range want {
		if !slices.Contains(granted, scope) {
			missing = append(missing, scope)
		}
	}
	if slices.Contains(granted, "channels:history") {
		f.well += ", and ahtbot may look for its own messages after a crash"
	}
	if slices.Contains(granted, "users:read.email") {
		f.well += ", and may find an agent by a person's e-mail address"
	}
	if len(missing) > 0 {
		f.todo = "missing: " + strings.Join(missing, ", ") + ". Paste manifest.yml into the app's manifest page, then install the app again"
	}
	return f
}

// checkClock compares our clock with Slack's; a wrong one misdates every window.
func checkClock(h http.Header) finding {
	f := finding{what: "clock", well: "agrees with Slack's"}
	theirs, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		f.well = "not compared, Slack sent no date"
		return f
	}
	if off := time.Since(theirs).Abs(); off > 30*time.Second {
		f.todo = fmt.Sprintf("is off by %s: turn on time synchronisation (NTP) on this machine", aht.FormatDuration(off))
	}
	return f
}

// checkSocket asks where Socket Mode is, and whether that host is reached: it is another than the Web API's.
func checkSocket(ctx context.Context, api *slack.Client, way network) []finding {
	f := finding{what: "slack app token", well: "may open Socket Mode"}
	_, address, err := api.StartSocketModeContext(ctx)
	if err != nil {
		f.todo = slackTodo(err, "SLACK_APP_TOKEN: make an app-level token with the scope connections:write, and turn Socket Mode on")
		return []finding{f}
	}
	u, err := url.Parse(address)
	if err != nil {
		return []finding{f, {what: "slack socket", todo: "Slack names no address for Socket Mode that can be read: try again in a minute"}}
	}
	return []finding{f, way.check(ctx, "slack socket", u)}
}

// nobody is an agent id that no account has: the refusal of it proves that credentials,
// mode and method are right, and tells nothing about anybody.
const nobody = "ahtbot-doctor"

func checkUpstream(ctx context.Context, s settings.Settings, p process, yes bool) []finding {
	reached := network{s.Proxies, s.UpstreamDial()}.check(ctx, "ozonetel network", s.BaseURL)
	if reached.todo != "" {
		return []finding{reached}
	}
	client, done, err := oneOff(ctx, s, p, yes)
	if err != nil {
		return []finding{reached, {what: "ozonetel", todo: err.Error()}}
	}
	defer done()
	signIn := finding{what: "ozonetel sign-in", well: "accepted"}
	if err := patiently(client, aht.Target{}, p.err, func() error { return client.Login(ctx) }); err != nil {
		signIn.todo = upstreamTodo(err)
		return []finding{reached, signIn}
	}
	answer := finding{what: "ozonetel AHT", well: "answers"}
	target, err := aht.NewTarget(aht.KindAgent, nobody)
	if err == nil {
		err = patiently(client, target, p.err, func() error {
			_, err := client.Ask(ctx, "doctor", target)
			return err
		})
	}
	if ue, ok := errors.AsType[*ozonetel.Error](err); ok && ue.Reason == ozonetel.BadAgent {
		err = nil
	}
	if err != nil {
		answer.todo = upstreamTodo(err)
	}
	return []finding{reached, signIn, answer}
}

func upstreamTodo(err error) string {
	if errors.Is(err, errNoConsent) {
		return errNoConsent.Error()
	}
	return explained(err, aht.Target{})
}
