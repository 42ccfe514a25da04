package commands

import (
	"strings"
	"sync"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/answers"
	"ahtbot/commands/campaigns"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// verb is one word of the language with all that help says about it. The help, the
// suggestions and the parser read this one table, so they cannot disagree.
type verb struct {
	name     string   // what is typed
	args     string   // how the rest is written, in the help's notation
	does     string   // one line: what comes back
	more     []string // what /aht help <name> adds
	examples []string // without the command itself
	// places is true when the rest may name channels, which parse then gets as normalise
	// writes them; else as #name.
	places bool
	parse  func(rest string) (request.Command, error)
}

var (
	verbs   []verb
	written sync.Once
)

// language lists the verbs in the order help shows them; the kinds of target come first.
// It is written once, at the first use: the parsers in it read it themselves.
func language() []verb {
	written.Do(func() { verbs = write() })
	return verbs
}

func write() []verb {
	return []verb{
		{
			name: "agent", args: "<agent id>", does: "the AHT of one agent, shown to you only",
			more: []string{
				"Use the id the agent signs in to CloudAgent with: a number, a word or an e-mail address, capitals as they are there.",
				"In two hours one person has few calls, often about five, so one long call moves the figure a lot.",
			},
			examples: []string{"agent 42", "agent asha@example.com"},
			parse:    request.ParseKind(aht.KindAgent),
		},
		{
			name: "campaign", args: "<campaign name>", does: "the AHT of one campaign",
			more: []string{
				"The rest of the line is the name. Quotes are only needed when the name has the word “agent” inside.",
				"A name that differs only in case, spaces, “_” or “-” from one I know is taken for that one, and the answer says so.",
			},
			examples: []string{`campaign "Sales Outbound"`, "campaign Collections North"},
			parse:    request.ParseKind(aht.KindCampaign),
		},
		{
			name: "campaigns", args: "[words of the name] [page 2]", does: "the campaigns known, each with its last AHT, target, alerts and digests",
			more: []string{
				"It shows what was read before and costs no request. Names come from the account's list and from earlier answers; list alone means the same.",
			},
			examples: []string{"campaigns", "campaigns north"},
			parse:    campaigns.ParseCampaigns,
		},
		{
			name: "trend", args: "campaign <name> [today|24h|7d]", does: "how a campaign's AHT went, from what was read before",
			more: []string{
				"Without a last word it is today. If the name itself ends in such a word, put the name in quotes.",
				"Ozonetel has no past to ask for: the trend has what was read for people, digests and alerts, and says of which times nothing is known.",
			},
			examples: []string{`trend campaign "Sales Outbound"`, "trend campaign Collections North 7d"},
			parse:    answers.ParseTrend,
		},
		{
			name: "target", args: "campaign <name> <duration>|clear", does: "sets, shows or takes away the AHT a campaign aims for",
			more: []string{
				"Write the duration as 4m30s, 4.5m, 5m, 300s or 5:00. If the name itself ends in such a word, put the name in quotes.",
				"Alone it lists all targets. Who set a target can change it, and so can ahtbot's admins.",
			},
			examples: []string{`target campaign "Sales Outbound" 4m30s`, "target campaign Sales Outbound clear", "target"},
			parse:    answers.ParseGoal,
		},
		{
			name: "digest", args: "add <what> <when> [options]", does: "figures posted in a channel at the times you say",
			more: []string{
				`<what>: campaign "A", "B" · group "A" (all whose names begin so) · watched (all that have an alert)`,
				`<when>: daily at 9:00, 13:30 · weekdays at 9am · mon,wed at noon · mon-sat every 2h from 11:00 to 19:00 · every 2 weeks on mon at 9:00 · monthly on 15, last weekday or first monday at 9:00 · quarterly on 1 at 9:00 · cron "0 9 * * 1-5"`,
				`[options]: tz new york · in #channel · only off-target, changed or with-calls · as table or chart · name "Morning" · except holidays, sundays or 25 Dec · starting or until friday, 31 Dec or 2026-12-31`,
				"Without options it comes here, in your time zone, with all campaigns, as table and chart.",
				"Other words for these are read too. I say how I read them, and Undo stands below.",
				"Later: list [all] · show 3 · edit 3 and what changes · pause 3 [until 2026-12-27] · resume 3 · run 3 (to you alone) · send 3 · remove 3 · restore 3. Alone it lists. pause, resume, remove and restore take several: remove 1, 2, 5-7, or pause all.",
				"A last word of a name that reads as days or times is days or times; quote the name to keep it.",
			},
			examples: []string{
				`digest add campaign "Collections North", "Sales Outbound" mon-sat every 2h from 11:00 to 19:00`,
				"digest add watched daily at 9:00, 13:30 only off-target",
				`digest edit 3 weekdays at noon tz mumbai`,
			},
			places: true,
			parse:  request.InOwnWords(func(rest string) (request.Command, error) { return digestline.Language().Parse(rest) }),
		},
		{
			name: "alert", args: "add campaign <name> <line> [options]", does: "tells you when a campaign's AHT is past a line, and when it is over",
			more: []string{
				"<line>: above 5m · below 2m · outside 3m..5m · no calls · above target · above target by 10% · below target by 30s · above usual · above usual by 20%",
				"A line on the target or on what is usual at the hour moves with that; its clear line does too: clear target, or clear 10% inside. > and < do for above and below.",
				"[options]: for 15m · clear 4m30s, or 3m20s..4m30s · clear for 15m · remind 2h or off · readings 3 · guard on or off · warmup 60m or off · active mon-sat 9:00-18:00 or always · tz new york · in #channel · by dm",
				"Without options: for 15m and 3 readings, clear a tenth inside the line for 15m, only beyond what is usual (guard), not in the first hour of active time (warmup), reminders every 2h at most three times, always active, told here.",
				"Later: preview and the same words (when it would have told you) · list [all] · show 7 · edit 7 and what changes · mute 7 2h or until tomorrow · unmute 7 · pause 7 · resume 7 · test 7 · remove 7 · restore 7. Alone it lists.",
				"mute, unmute, pause, resume, remove and restore take several: remove 1, 2, 5-7, or pause all, which is all of this channel, and in a direct message all you made.",
				"A last word of a name that reads as a duration or a range is one; quote the name to keep it.",
			},
			examples: []string{
				`alert add campaign "Collections North" above 5m for 15m`,
				`alert preview campaign "Sales Outbound" outside 3m..6m active mon-sat 9:00-19:00`,
				`alert add campaign "Sales Outbound" above target by 10%`,
				"alert edit 7 above 5m30s remind off",
			},
			places: true,
			parse:  request.InOwnWords(func(rest string) (request.Command, error) { return alertline.Language().Parse(rest) }),
		},
		{
			name: "status", does: "how ahtbot is doing: connection, requests used, who is waiting",
			more:     []string{"Ozonetel allows this account a fixed number of requests a minute. Status shows how many are used."},
			examples: []string{"status"},
			parse:    func(rest string) (request.Command, error) { return parseAlone(Status{}, "status", rest), nil },
		},
		{
			name: "help", args: "[topic]", does: "this list, or more about one of its words",
			examples: []string{"help", "help campaign"},
			parse:    parseHelp,
		},
	}
}

// lookup returns the verb called name.
func lookup(name string) (verb, bool) {
	for _, v := range language() {
		if v.name == name {
			return v, true
		}
	}
	return verb{}, false
}

// rest is what v reads of a line behind its name: plain, or raw as normalise writes it.
func (v verb) rest(plain, raw string) string {
	if v.places {
		return raw
	}
	return plain
}

// nearest returns the verbs that word may stand for, none when none is near: those it is the
// beginning of, the shortest alone; or those with the fewest slips, at most one in a word of
// up to five letters, two in a longer one.
func nearest(word string) []verb {
	var best []verb
	least := 1 + min(1, len([]rune(word))/6)
	for _, v := range language() {
		if len(word) >= 3 && strings.HasPrefix(v.name, word) { // cut short
			return []verb{v}
		}
		switch d := grammar.Slips(word, v.name); {
		case d < least || d == least && best == nil:
			best, least = []verb{v}, d
		case d == least:
			best = append(best, v)
		}
	}
	return best
}

// line is how a person types v, for help: "/aht agent <agent id>".
func (v verb) line() string {
	return strings.TrimSpace(request.CommandWord + " " + v.name + " " + v.args)
}
