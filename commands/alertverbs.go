package commands

import (
	"fmt"
	"time"
)

// alerts is the language of /aht alert.
func alerts() standing {
	return standing{
		noun: "alert", article: "an alert", fault: FaultAlert, list: ListAlerts{}, try: alertTry,
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
	id, err := r.takeNumber(alerts(), verb)
	if err != nil {
		return nil, err
	}
	switch verb {
	case "edit":
		draft, err := newAlertLine(line, words, r.at).parse(true)
		return EditAlert{id, draft}, err
	case "mute":
		return r.readMute(id)
	case "pause":
		if r.is("until", "for") {
			begin := r.at
			r.at = len(r.words)
			return nil, r.fault(begin, fmt.Sprintf("An alert is paused until you resume it. To keep its notices back for a while: %s alert mute %d 2h. To pause it:", Name, id), "")
		}
	}
	if err := r.close(); err != nil {
		return nil, err
	}
	switch verb {
	case "show":
		return ShowAlert{id}, nil
	case "pause":
		return PauseAlert{id}, nil
	case "resume":
		return ResumeAlert{id}, nil
	case "unmute":
		return MuteAlert{ID: id}, nil
	case "test":
		return TestAlert{id}, nil
	case "remove":
		return RemoveAlert{id}, nil
	default:
		return RestoreAlert{id}, nil
	}
}

// mostMute bounds a mute: what is to be quiet for longer is paused.
const mostMute = 7 * 24 * time.Hour

// readMute reads how long an alert is muted: 2h, for 30m, until tomorrow, off.
func (r *reader) readMute(id int64) (Command, *wrong) {
	if r.skip("off") {
		return MuteAlert{ID: id}, r.close()
	}
	r.skip("for", "until")
	if r.skip("tomorrow") {
		return MuteAlert{ID: id, Tomorrow: true}, r.close()
	}
	begin := r.at
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
	return MuteAlert{ID: id, For: d}, r.close()
}
