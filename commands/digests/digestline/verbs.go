package digestline

import (
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
)

// Language is the language of /aht digest.
func Language() standing.Language {
	return standing.Language{
		Noun: standing.NounDigest, Article: "a digest", Fault: request.FaultDigest, List: standing.List{Noun: standing.NounDigest}, Try: digestTry,
		Verbs: []string{"add", "list", "show", "edit", "pause", "resume", "run", "send", "remove", "restore"},
		Meant: map[string]string{"schedule": "add", "post": "send", "preview": "run", "try": "run", "test": "run"},
		Read:  readDigest,
	}
}

// readDigest reads a line whose first word is a verb of digests.
func readDigest(verb, line string, words []grammar.Word) (request.Command, *grammar.LineError) {
	r := &grammar.Reader{Line: line, Words: words, At: 1, Begins: func(int) bool { return false }}
	switch verb {
	case "add":
		draft, err := newDigestLine(line, words, 1).parse(false)
		return Add{draft}, err
	case "list":
		all, err := r.TakeList()
		return standing.List{Noun: standing.NounDigest, All: all}, err
	}
	if verb == "pause" || verb == "resume" || verb == "remove" || verb == "restore" {
		return readDigests(r, verb)
	}
	id, err := r.TakeNumber(standing.ADigest, verb)
	if err != nil {
		return nil, err
	}
	if verb == "edit" {
		draft, err := newDigestLine(line, words, r.At).parse(true)
		return Edit{ID: id, Draft: draft}, err
	}
	return standing.About(standing.NounDigest, verb, id), r.Close()
}

// readDigests reads a line that may be about several digests.
func readDigests(r *grammar.Reader, verb string) (request.Command, *grammar.LineError) {
	ids, every, err := r.TakeNumbers(standing.ADigest, verb)
	if err != nil {
		return nil, err
	}
	c := standing.Command{Noun: standing.NounDigest, Verb: verb, IDs: ids, All: every}
	if verb == "pause" && r.Skip("until") {
		if c.Until, err = r.TakeDate(); err != nil {
			return nil, err
		}
	}
	return c, r.Close()
}

// Verb is the word “digest”.
func Verb() request.Verb {
	return request.Verb{
		Name: "digest", Args: "add <what> <when> [options]", Does: "figures posted in a channel at the times you say",
		More: []string{
			`<what>: campaign "A", "B" · group "A" (all whose names begin so) · watched (all that have an alert)`,
			`<when>: daily at 9:00, 13:30 · weekdays at 9am · mon,wed at noon · mon-sat every 2h from 11:00 to 19:00 · every 2 weeks on mon at 9:00 · monthly on 15, last weekday or first monday at 9:00 · quarterly on 1 at 9:00 · cron "0 9 * * 1-5"`,
			`[options]: tz new york · in #channel · only off-target, changed or with-calls · as table or chart · name "Morning" · except holidays, sundays or 25 Dec · starting or until friday, 31 Dec or 2026-12-31`,
			"Without options it comes here, in your time zone, with all campaigns, as table and chart.",
			"Other words for these are read too. I say how I read them, and Undo stands below.",
			"Later: list [all] · show 3 · edit 3 and what changes · pause 3 [until 2026-12-27] · resume 3 · run 3 (to you alone) · send 3 · remove 3 · restore 3. Alone it lists. pause, resume, remove and restore take several: remove 1, 2, 5-7, or pause all.",
			"A last word of a name that reads as days or times is days or times; quote the name to keep it.",
		},
		Examples: []string{
			`digest add campaign "Collections North", "Sales Outbound" mon-sat every 2h from 11:00 to 19:00`,
			"digest add watched daily at 9:00, 13:30 only off-target",
			`digest edit 3 weekdays at noon tz mumbai`,
		},
		Places: true,
		Parse:  request.InOwnWords(func(rest string) (request.Command, error) { return Language().Parse(rest) }),
	}
}
