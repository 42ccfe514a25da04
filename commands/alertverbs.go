package commands

import (
	"fmt"
	"time"
)

// alerts is the language of /aht alert.
func alerts() standing {
	return standing{
		noun: nounAlert, article: "an alert", fault: FaultAlert, list: ListAlerts{}, try: alertTry,
		verbs: []string{"add", "preview", "list", "show", "edit", "pause", "resume", "mute", "unmute", "test", "remove", "restore"},
		meant: map[string]string{
			"new": "add", "create": "add", "make": "add", "watch": "add", "set": "add", "on": "add",
			"delete": "remove", "del": "remove", "rm": "remove", "drop": "remove", "cancel": "remove", "stop": "pause",
			"change": "edit", "update": "edit", "modify": "edit", "undo": "restore", "undelete": "restore",
			"start": "resume", "unpause": "resume", "continue": "resume", "hold": "pause", "ls": "list", "all": "list",
			"info": "show", "view": "show", "get": "show", "details": "show", "try": "preview", "simulate": "preview", "run": "preview",
			"snooze": "mute", "silence": "mute", "quiet": "mute", "unsnooze": "unmute",
		},
		read: readAlert,
	}
}

// readAlert reads a line whose first word is a verb of alerts.
func readAlert(verb, line string, words []word) (Command, *wrong) {
	r := &reader{line: line, words: words, at: 1, begins: func(int) bool { return false }}
	switch verb {
	case "add", "preview":
		draft, err := newAlertLine(line, words, 1).parse(false)
		if verb == "preview" {
			return PreviewAlert{draft}, err
		}
		return AddAlert{draft}, err
	case "list":
		all, err := r.takeList()
		return ListAlerts{all}, err
	}
	if verb == "edit" || verb == "show" || verb == "test" {
		return readOne(r, verb)
	}
	ids, every, err := r.takeNumbers(anAlert, verb)
	if err != nil {
		return nil, err
	}
	several := Several{Noun: nounAlert, Verb: verb, IDs: ids, All: every}
	switch {
	case verb == "mute":
		return readMute(r, several)
	case verb == "pause" && r.is("until", "for"):
		begin := r.at
		r.at = len(r.words)
		several.Verb, several.For = "mute", 2*time.Hour
		return nil, r.fault(begin, fmt.Sprintf("An alert is paused until you resume it. To keep its notices back for a while: %s. To pause it:", severalLine(several)), "")
	}
	if err := r.close(); err != nil {
		return nil, err
	}
	return alertOrSeveral(several), nil
}

// readOne reads a line about one alert alone.
func readOne(r *reader, verb string) (Command, *wrong) {
	id, err := r.takeNumber(anAlert, verb)
	if err != nil {
		return nil, err
	}
	if verb == "edit" {
		draft, err := newAlertLine(r.line, r.words, r.at).parse(true)
		return EditAlert{id, draft}, err
	}
	if err := r.close(); err != nil {
		return nil, err
	}
	if verb == "test" {
		return TestAlert{id}, nil
	}
	return ShowAlert{id}, nil
}

// mostMute bounds a mute: what is to be quiet for longer is paused.
const mostMute = 7 * 24 * time.Hour

// readMute reads how long an alert is muted: 2h, for 30m, until tomorrow, off.
func readMute(r *reader, c Several) (Command, *wrong) {
	if r.skip("off") {
		c.Verb = "unmute"
		return alertOrSeveral(c), r.close()
	}
	r.skip("for", "until")
	if r.skip("tomorrow") {
		c.Tomorrow = true
		return alertOrSeveral(c), r.close()
	}
	begin := r.at
	if last := r.words[max(0, r.at-1)]; r.end() && len(c.IDs) > 1 {
		return nil, &wrong{say: "Say how long: a duration, or until tomorrow.", from: last.from, to: last.to, put: []string{last.text + "m", last.text + " 2h"}}
	}
	if r.end() {
		return nil, r.lacks("Say how long: a duration, or until tomorrow.", "2h", "until tomorrow")
	}
	d, err := r.takeDuration()
	switch {
	case err != nil:
		r.at = len(r.words)
		return nil, r.fault(begin, fmt.Sprintf("I can mute for a duration such as 2h, or until tomorrow, not %s:", r.said(begin)), "2h", "until tomorrow")
	case d == 0:
		return nil, r.fault(begin, "A mute of no time keeps nothing back. To end one:", "off")
	case d > mostMute:
		return nil, r.fault(begin, "A mute is for 7 days at most. Pause what is to be quiet for longer; muted for a day it is:", "24h")
	}
	c.For = d
	return alertOrSeveral(c), r.close()
}

// alertOrSeveral is c, or the command about the one alert that it is about.
func alertOrSeveral(c Several) Command {
	id, alone := c.alone()
	if !alone {
		return c
	}
	switch c.Verb {
	case "pause":
		return PauseAlert{id}
	case "resume":
		return ResumeAlert{id}
	case "mute", "unmute":
		return MuteAlert{ID: id, For: c.For, Tomorrow: c.Tomorrow}
	case "remove":
		return RemoveAlert{id}
	default:
		return RestoreAlert{id}
	}
}
