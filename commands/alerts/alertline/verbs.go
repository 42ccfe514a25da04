package alertline

import (
	"fmt"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
)

// Language is the language of /aht alert.
func Language() standing.Language {
	return standing.Language{
		Noun: standing.NounAlert, Article: "an alert", Fault: request.FaultAlert, List: standing.List{Noun: standing.NounAlert}, Try: alertTry,
		Verbs: []string{"add", "preview", "list", "show", "edit", "pause", "resume", "mute", "unmute", "test", "remove", "restore"},
		Meant: map[string]string{
			"watch": "add", "on": "add", "details": "show", "try": "preview", "simulate": "preview", "run": "preview",
			"snooze": "mute", "silence": "mute", "quiet": "mute", "unsnooze": "unmute",
		},
		Read: readAlert,
	}
}

// readAlert reads a line whose first word is a verb of alerts.
func readAlert(verb, line string, words []grammar.Word) (request.Command, *grammar.LineError) {
	r := &grammar.Reader{Line: line, Words: words, At: 1, Begins: func(int) bool { return false }}
	switch verb {
	case "add", "preview":
		draft, err := newAlertLine(line, words, 1).parse(false)
		if verb == "preview" {
			return Preview{draft}, err
		}
		return Add{draft}, err
	case "list":
		all, err := r.TakeList()
		return standing.List{Noun: standing.NounAlert, All: all}, err
	}
	if verb == "edit" || verb == "show" || verb == "test" {
		id, err := r.TakeNumber(standing.AnAlert, verb)
		if err != nil {
			return nil, err
		}
		if verb == "edit" {
			draft, err := newAlertLine(line, words, r.At).parse(true)
			return Edit{ID: id, Draft: draft}, err
		}
		return standing.About(standing.NounAlert, verb, id), r.Close()
	}
	ids, every, err := r.TakeNumbers(standing.AnAlert, verb)
	if err != nil {
		return nil, err
	}
	several := standing.Command{Noun: standing.NounAlert, Verb: verb, IDs: ids, All: every}
	switch {
	case verb == "mute":
		return readMute(r, several)
	case verb == "pause" && r.Is("until", "for"):
		begin := r.At
		r.At = len(r.Words)
		several.Verb, several.For = "mute", 2*time.Hour
		return nil, r.Fault(begin, fmt.Sprintf("An alert is paused until you resume it. To keep its notices back for a while: %s. To pause it:", request.Line(several)), "")
	}
	return several, r.Close()
}

// mostMute bounds a mute: what is to be quiet for longer is paused.
const mostMute = 7 * 24 * time.Hour

// readMute reads how long an alert is muted: 2h, for 30m, until tomorrow, off.
func readMute(r *grammar.Reader, c standing.Command) (request.Command, *grammar.LineError) {
	if r.Skip("off") {
		c.Verb = "unmute"
		return c, r.Close()
	}
	r.Skip("for", "until")
	if r.Skip("tomorrow") {
		c.Tomorrow = true
		return c, r.Close()
	}
	begin := r.At
	if last := r.Words[max(0, r.At-1)]; r.End() && len(c.IDs) > 1 {
		return nil, &grammar.LineError{Say: "Say how long: a duration, or until tomorrow.", From: last.From, To: last.To, Put: []string{last.Text + "m", last.Text + " 2h"}}
	}
	if r.End() {
		return nil, r.Lacks("Say how long: a duration, or until tomorrow.", "2h", "until tomorrow")
	}
	d, err := r.TakeDuration()
	switch {
	case err != nil:
		r.At = len(r.Words)
		return nil, r.Fault(begin, fmt.Sprintf("I can mute for a duration such as 2h, or until tomorrow, not %s:", r.Said(begin)), "2h", "until tomorrow")
	case d == 0:
		return nil, r.Fault(begin, "A mute of no time keeps nothing back. To end one:", "off")
	case d > mostMute:
		return nil, r.Fault(begin, "A mute is for 7 days at most. Pause what is to be quiet for longer; muted for a day it is:", "24h")
	}
	c.For = d
	return c, r.Close()
}

// Verb is the word “alert”.
func Verb() request.Verb {
	return request.Verb{
		Name: "alert", Args: "add campaign <name> <line> [options]", Does: "tells you when a campaign's AHT is past a line, and when it is over",
		More: []string{
			"<line>: above 5m · below 2m · outside 3m..5m · no calls · above target · above target by 10% · below target by 30s · above usual · above usual by 20%",
			"A line on the target or on what is usual at the hour moves with that; its clear line does too: clear target, or clear 10% inside. > and < do for above and below.",
			"[options]: for 15m · clear 4m30s, or 3m20s..4m30s · clear for 15m · remind 2h or off · readings 3 · guard on or off · warmup 60m or off · active mon-sat 9:00-18:00 or always · tz new york · in #channel · by dm",
			"Without options: for 15m and 3 readings, clear a tenth inside the line for 15m, only beyond what is usual (guard), not in the first hour of active time (warmup), reminders every 2h at most three times, always active, told here.",
			"Later: preview and the same words (when it would have told you) · list [all] · show 7 · edit 7 and what changes · mute 7 2h or until tomorrow · unmute 7 · pause 7 · resume 7 · test 7 · remove 7 · restore 7. Alone it lists.",
			"mute, unmute, pause, resume, remove and restore take several: remove 1, 2, 5-7, or pause all, which is all of this channel, and in a direct message all you made.",
			"A last word of a name that reads as a duration or a range is one; quote the name to keep it.",
		},
		Examples: []string{
			`alert add campaign "Collections North" above 5m for 15m`,
			`alert preview campaign "Sales Outbound" outside 3m..6m active mon-sat 9:00-19:00`,
			`alert add campaign "Sales Outbound" above target by 10%`,
			"alert edit 7 above 5m30s remind off",
		},
		Places: true,
		Parse:  request.InOwnWords(func(rest string) (request.Command, error) { return Language().Parse(rest) }),
	}
}
