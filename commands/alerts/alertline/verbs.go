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
		Noun: standing.NounAlert, Article: "an alert", Fault: request.FaultAlert, List: List{}, Try: alertTry,
		Verbs: []string{"add", "preview", "list", "show", "edit", "pause", "resume", "mute", "unmute", "test", "remove", "restore"},
		Meant: map[string]string{
			"new": "add", "create": "add", "make": "add", "watch": "add", "set": "add", "on": "add",
			"delete": "remove", "del": "remove", "rm": "remove", "drop": "remove", "cancel": "remove", "stop": "pause",
			"change": "edit", "update": "edit", "modify": "edit", "undo": "restore", "undelete": "restore",
			"start": "resume", "unpause": "resume", "continue": "resume", "hold": "pause", "ls": "list", "all": "list",
			"info": "show", "view": "show", "get": "show", "details": "show", "try": "preview", "simulate": "preview", "run": "preview",
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
		return List{all}, err
	}
	if verb == "edit" || verb == "show" || verb == "test" {
		return readOne(r, verb)
	}
	ids, every, err := r.TakeNumbers(standing.AnAlert, verb)
	if err != nil {
		return nil, err
	}
	several := standing.Several{Noun: standing.NounAlert, Verb: verb, IDs: ids, All: every}
	switch {
	case verb == "mute":
		return readMute(r, several)
	case verb == "pause" && r.Is("until", "for"):
		begin := r.At
		r.At = len(r.Words)
		several.Verb, several.For = "mute", 2*time.Hour
		return nil, r.Fault(begin, fmt.Sprintf("An alert is paused until you resume it. To keep its notices back for a while: %s. To pause it:", standing.SeveralLine(several)), "")
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	return alertOrSeveral(several), nil
}

// readOne reads a line about one alert alone.
func readOne(r *grammar.Reader, verb string) (request.Command, *grammar.LineError) {
	id, err := r.TakeNumber(standing.AnAlert, verb)
	if err != nil {
		return nil, err
	}
	if verb == "edit" {
		draft, err := newAlertLine(r.Line, r.Words, r.At).parse(true)
		return Edit{id, draft}, err
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	if verb == "test" {
		return Test{id}, nil
	}
	return Show{id}, nil
}

// mostMute bounds a mute: what is to be quiet for longer is paused.
const mostMute = 7 * 24 * time.Hour

// readMute reads how long an alert is muted: 2h, for 30m, until tomorrow, off.
func readMute(r *grammar.Reader, c standing.Several) (request.Command, *grammar.LineError) {
	if r.Skip("off") {
		c.Verb = "unmute"
		return alertOrSeveral(c), r.Close()
	}
	r.Skip("for", "until")
	if r.Skip("tomorrow") {
		c.Tomorrow = true
		return alertOrSeveral(c), r.Close()
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
	return alertOrSeveral(c), r.Close()
}

// alertOrSeveral is c, or the command about the one alert that it is about.
func alertOrSeveral(c standing.Several) request.Command {
	id, alone := c.Alone()
	if !alone {
		return c
	}
	switch c.Verb {
	case "pause":
		return Pause{id}
	case "resume":
		return Resume{id}
	case "mute", "unmute":
		return Mute{ID: id, For: c.For, Tomorrow: c.Tomorrow}
	case "remove":
		return Remove{id}
	default:
		return Restore{id}
	}
}
