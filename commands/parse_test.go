package commands_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"ahtbot/commands"
	"ahtbot/commands/answers"
	"ahtbot/commands/grammar"
	"ahtbot/commands/people"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

func show(t *testing.T, kind aht.Kind, name string) request.Show {
	t.Helper()
	target, err := aht.NewTarget(kind, name)
	if err != nil {
		t.Fatal(err)
	}
	return request.Show{Target: target}
}

func TestParseReadsWhatPeopleType(t *testing.T) {
	agent := func(name string) request.Show { return show(t, aht.KindAgent, name) }
	campaign := func(name string) request.Command { return show(t, aht.KindCampaign, name) }
	for line, want := range map[string]request.Command{
		"":                           commands.Menu{},
		"   ":                        commands.Menu{},
		"menu":                       commands.Menu{},
		"mine":                       commands.Mine{},
		"my alerts":                  commands.Mine{},
		"help":                       request.Help{},
		"--help":                     request.Help{},
		"—help":                      request.Help{},
		"-h":                         request.Help{},
		"?":                          request.Help{},
		"help campaign":              request.Help{Topic: "campaign"},
		"help campain":               request.Help{Topic: "campaign"},
		"HELP Agent":                 request.Help{Topic: "agent"},
		"status":                     commands.Status{},
		"Status.":                    commands.Status{},
		"agent 42":                   agent("42"),
		"AGENT 42":                   agent("42"),
		"agent: 42":                  agent("42"),
		"agent=42":                   agent("42"),
		"campaign:Sales":             campaign("Sales"),
		"hi":                         commands.Menu{},
		"Thanks!":                    commands.Menu{},
		"agent 42?":                  agent("42"),
		"  agent \t 42 \n":           agent("42"),
		"/aht agent 42":              agent("42"),
		"aht agent 42":               agent("42"),
		"agent 00042":                agent("00042"),
		"agent Agent07":              agent("Agent07"),
		"agent asha.rao@example.com": agent("asha.rao@example.com"),
		"agent <mailto:asha@example.com|asha@example.com>": agent("asha@example.com"),
		"agent <mailto:asha@example.com>":                  agent("asha@example.com"),
		"agent \u200b42\u200e":                             agent("42"),
		"agent\u00a042":                                    agent("42"),
		"agent \u202e42\u202c":                             agent("42"),
		"campaign Sales_Outbound":                          campaign("Sales_Outbound"),
		`campaign "Sales Outbound"`:                        campaign("Sales Outbound"),
		"campaign “Sales Outbound”":                        campaign("Sales Outbound"),
		"campaign «Sales Outbound»":                        campaign("Sales Outbound"),
		"campaign 'Sales Outbound'":                        campaign("Sales Outbound"),
		"campaign ‘Sales Outbound’":                        campaign("Sales Outbound"),
		"campaign Sales Outbound":                          campaign("Sales Outbound"),
		"campaign Sales   Outbound":                        campaign("Sales Outbound"),
		`campaign "Sales   Outbound"`:                      campaign("Sales   Outbound"),
		"campaign Collections – North":                     campaign("Collections – North"),
		"campaign O’Brien & Sons":                          campaign("O'Brien & Sons"),
		"campaign O'Brien &amp; Sons":                      campaign("O'Brien & Sons"),
		"campaign a&amp;lt;b":                              campaign("a&lt;b"),
		"campaign &lt;b&gt;":                               campaign("<b>"),
		"campaign <http://sales.in|sales.in>":              campaign("sales.in"),
		"campaign <https://example.com/x>":                 campaign("https://example.com/x"),
		"campaign <#C123|floor>":                           campaign("#floor"),
		"campaign <#C987|>":                                campaign("#C987"),
		"campaign <!channel>":                              campaign("@channel"),
		"campaign <!subteam^S1|@oncall>":                   campaign("@oncall"),
		`campaign "New agent training"`:                    campaign("New agent training"),
		"campaign Sales agent":                             campaign("Sales agent"),
		"campaign विक्रय दल":                               campaign("विक्रय दल"),
		"campaign क्\u200dष":                               campaign("क्\u200dष"), // a joiner inside a word stays
		`campaign Sales"`:                                  campaign(`Sales"`),
		"campaign a < b":                                   campaign("a < b"),
		"campaign Sales, North!":                           campaign("Sales, North"),
		"campaign 42":                                      campaign("42"),
		`campaign "Sales Outbound`:                         campaign("Sales Outbound"), // the quote ends with the line
		"campaign campaign Sales":                          campaign("campaign Sales"),
		`campaign "name Sales"`:                            campaign("name Sales"),
		`agent "id 42"`:                                    agent("id 42"),
		"agent ids":                                        agent("ids"),
		`agent "@42"`:                                      agent("@42"),
		"me":                                               people.Ask{},
		"/aht Me!":                                         people.Ask{},
		"show me":                                          people.Ask{},
		"what is my AHT?":                                  people.Ask{},
		"show me the AHT of campaign Sales":                campaign("Sales"),
		"me is 42":                                         people.Link{Agent: agent("42").Target},
		"me = 42":                                          people.Link{Agent: agent("42").Target},
		"me is agent 42":                                   people.Link{Agent: agent("42").Target},
		`me is "agent 42"`:                                 people.Link{Agent: agent("agent 42").Target},
		`me is "agentId 5"`:                                people.Link{Agent: agent("agentId 5").Target},
		"me is <mailto:a@b.in|a@b.in>":                     people.Link{Agent: agent("a@b.in").Target},
		"me forget":                                        people.Forget{},
		"agent me":                                         people.Ask{},
		`agent "me"`:                                       agent("me"),
		"me unlink":                                        people.Forget{},
		"agent <@U1>":                                      people.Ask{Who: grammar.Member{ID: "U1"}},
		"agent <@U1|asha>?":                                people.Ask{Who: grammar.Member{ID: "U1"}},
		"agnt <@U1>":                                       people.Ask{Who: grammar.Member{ID: "U1"}},
		"what is the AHT of agent <@U1>?":                  people.Ask{Who: grammar.Member{ID: "U1"}},
		"<@U1>":                                            people.Ask{Who: grammar.Member{ID: "U1"}},
		"agent <@U1> is 42":                                people.Link{Who: grammar.Member{ID: "U1"}, Agent: agent("42").Target},
		"agent <@U1> forget":                               people.Forget{Who: grammar.Member{ID: "U1"}},
	} {
		got, err := commands.Parse(line)
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %#v, %v; want %#v", line, got, err, want)
		}
	}
}

func TestParseFaultsSayWhatWasMeant(t *testing.T) {
	for line, want := range map[string]struct {
		fault request.Fault
		try   string // the first guess, as a line
	}{
		"agent":                             {request.FaultEmpty, ""},
		`agent ""`:                          {request.FaultEmpty, ""},
		"campaign   ":                       {request.FaultEmpty, ""},
		"campaign “”":                       {request.FaultEmpty, ""},
		"agent \u200b":                      {request.FaultEmpty, ""},
		"42":                                {request.FaultUnknown, "/aht agent 42"},
		"Sales Outbound":                    {request.FaultUnknown, `/aht campaign "Sales Outbound"`},
		"agent \"":                          {request.FaultEmpty, ""},
		"campaign <@U123>":                  {request.FaultMention, ""},
		"agent 42 campaign Sales":           {request.FaultBoth, "/aht agent 42"},
		"campaign Sales agent 42":           {request.FaultBoth, "/aht campaign Sales"},
		"AGENT 42 CAMPAIGN Sales":           {request.FaultBoth, "/aht agent 42"},
		`agent "42" campaign "Sales"`:       {request.FaultBoth, "/aht agent 42"},
		"campaign agent 42":                 {request.FaultBoth, "/aht agent 42"},
		`campaign "Sales" Outbound`:         {request.FaultAfterQuote, `/aht campaign "Sales Outbound"`},
		"agent Agent 42":                    {request.FaultTwice, "/aht agent 42"},
		"agent: agent asha@example.com":     {request.FaultTwice, "/aht agent asha@example.com"},
		"agentId=":                          {request.FaultEmpty, ""},
		"agent id":                          {request.FaultEmpty, ""},
		"campaign name":                     {request.FaultEmpty, ""},
		"compaign":                          {request.FaultEmpty, ""},
		"campaigs North":                    {request.FaultMisspelt, "/aht campaign North"}, // or campaigns
		"digst add watched daily at 9:00":   {request.FaultMisspelt, "/aht digest add watched daily at 9:00"},
		"agnt id 42":                        {request.FaultMisspelt, "/aht agent 42"}, // nothing is guessed twice
		"set up sales":                      {request.FaultUnknown, `/aht campaign "set up sales"`},
		"please remove digest 3":            {request.FaultUnknown, "/aht digest remove 3"}, // a change is offered
		"mute alert 7 2h":                   {request.FaultUnknown, "/aht alert mute 7 2h"},
		"list agents":                       {request.FaultEmpty, ""},
		"me is <@U123>":                     {request.FaultMention, ""},
		"me is":                             {request.FaultPeople, "/aht me"},
		"me 42":                             {request.FaultPeople, "/aht me is 42"}, // a change is asked back
		"me is agent agent 42":              {request.FaultTwice, "/aht me is 42"},
		"me forget that please":             {request.FaultPeople, "/aht me forget"},
		"agent <@U123> 42":                  {request.FaultPeople, "/aht agent <@U123> is 42"},
		"agent <@U123> is 42 campaign x":    {request.FaultBoth, "/aht agent <@U123> is 42"},
		"<@U123> is 42":                     {request.FaultPeople, "/aht agent <@U123> is 42"},
		"agent @asha":                       {request.FaultPeople, ""}, // not picked from Slack's list
		"my sales":                          {request.FaultUnknown, `/aht campaign "my sales"`},
		"agent a\x00b":                      {request.FaultUnreadable, ""},
		"agent " + strings.Repeat("x", 256): {request.FaultLong, ""},
		strings.Repeat("é", 4000):           {request.FaultLong, ""},
	} {
		got, err := commands.Parse(line)
		ue, ok := errors.AsType[*request.UsageError](err)
		if !ok {
			t.Errorf("Parse(%.40q) = %v, %v; want a usage error", line, got, err)
			continue
		}
		try := ""
		if len(ue.Guesses) > 0 {
			try = request.Line(ue.Guesses[0])
		}
		if ue.Fault != want.fault || try != want.try {
			t.Errorf("Parse(%.40q) = fault %d, try %q; want %d, %q", line, ue.Fault, try, want.fault, want.try)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"agent 42", `campaign "Sales Outbound"`, "agnt", "help agent", "<mailto:a@b|a@b>", "campaign “x” y", "&lt;!channel&gt;",
		"agent '", "campaign \"", "<@U1|", "agent 42 campaign x", "—help", "\u202e", "<|>", "campaign <#C|>", "status x",
		`digest add campaign "A", 'B' mon-sat every 2h from 11:00 to 19:00 in <#C1|ops>`, "alert add campaign X above 5m for 15m", "digst add watched daily at 9", "digest add watched last friday 9am +05:30 until 31/12/2027",
		"agentId=42", `campaignName="Sales Outbound"`, "agent id 42", `{"agentId": "42"}`, "campaign_name Sales", "agent Agent 42", "trend campaignName=X 7 days",
		`target campaign "Sales" 270`, "target X 4m30", "target X 4 min 30 s", `target "X" Y 4m`, "what is the aht of agent 42?", "campaigns north page 2", "list", "more",
		`campaigns "page 2" more`, "trend X 30d", `trend "X" last week`, "target X to 4.5m",
		"me", "me is 42", `me is "agent 42"`, "me = agentId 42", `me is "agentId 5"`, `agent "me"`, "me forget", "agent <@U1>", "agent <@U1|asha>'s", "agent <@U1> is asha@example.com", "<@U1> forget", "what is my AHT?", "agent @asha",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		cmd, err := commands.Parse(line)
		if err != nil {
			if _, ok := errors.AsType[*request.UsageError](err); !ok || cmd != nil {
				t.Fatalf("Parse(%q) = %v, %v: neither a command nor a usage error", line, cmd, err)
			}
			return
		}
		if who, named := targetOf(cmd); named {
			if _, show := cmd.(request.Show); show && who.IsZero() {
				t.Fatalf("Parse(%q) shows nobody", line)
			}
			if strings.ContainsAny(who.Name(), `"'<>&|`) {
				return // no line spells every such name
			}
		}
		if again, err := commands.Parse(request.Line(cmd)); err != nil || !reflect.DeepEqual(again, cmd) {
			t.Errorf("%q is %#v, typed as %q, reads back as %#v, %v", line, cmd, request.Line(cmd), again, err)
		}
	})
}

// targetOf returns whose name cmd writes in quotes that no quote can be inside of.
func targetOf(cmd request.Command) (aht.Target, bool) {
	switch c := cmd.(type) {
	case request.Show:
		return c.Target, true
	case people.Link:
		return c.Agent, true
	case answers.Trend:
		return c.Target, true
	case answers.SetGoal:
		return c.Goal.Target, true
	case answers.ClearGoal:
		return c.Target, true
	case answers.ShowGoal:
		return c.Target, true
	default:
		return aht.Target{}, false
	}
}
