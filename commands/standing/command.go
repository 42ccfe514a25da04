package standing

import (
	"fmt"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

// The nouns of what stands.
const (
	NounAlert  = "alert"
	NounDigest = "digest"
)

// The things that are known by a number.
var (
	AnAlert = grammar.Noun{Word: NounAlert, WithArticle: "an alert"}
	ADigest = grammar.Noun{Word: NounDigest, WithArticle: "a digest"}
)

// Command does one thing to one or several digests or alerts that stand. What changes several is asked back about once, and
// the press of the answer does it.
type Command struct {
	Noun string // alert or digest
	Verb string // show, pause, resume, remove or restore; of alerts mute, unmute and test as well, of digests run and send
	// IDs are in order and each is there once; with All there are none, and those are meant
	// that the list shows in a channel, and in a direct message those who asks has made.
	IDs []int64
	All bool
	// For and Tomorrow are how long alerts are muted: for a time, or until tomorrow.
	For      time.Duration
	Tomorrow bool
	Until    digest.Date // of a pause of digests; zero: until they are resumed
}

// About is the command that does one thing to one digest or alert.
func About(noun, verb string, id int64) Command {
	return Command{Noun: noun, Verb: verb, IDs: []int64{id}}
}

// Alone returns the number of the one thing that c is about, which needs no asking back; false when
// there may be more.
func (c Command) Alone() (int64, bool) {
	if c.All || len(c.IDs) != 1 {
		return 0, false
	}
	return c.IDs[0], true
}

// Typed is [request.Command].
func (c Command) Typed(grammar.Writer) string {
	which := grammar.NumbersWords(c.IDs, "")
	if c.All {
		which = "all"
	}
	rest := grammar.Dated("until", c.Until)
	switch {
	case c.Tomorrow:
		rest = "until tomorrow"
	case c.For > 0:
		rest = grammar.DurationWord(c.For)
	}
	return request.CommandWord + " " + reply.JoinSentences(c.Noun, c.Verb, which, rest)
}

// Effect is [request.Command].
func (c Command) Effect() request.Effect {
	_, alone := c.Alone()
	switch c.Verb {
	case "show", "run":
		return request.EffectNone
	case "test", "send":
		return request.EffectPost
	case "pause", "resume", "mute", "unmute", "restore":
		if alone {
			return request.EffectSwitch
		}
	}
	return request.EffectChange
}

// Brief is one digest or alert in a line.
type Brief struct {
	Noun string
	ID   int64
	Says string // what it is, and how it stands
}

// List asks for the digests or alerts of a channel, or All.
type List struct {
	Noun string // alert or digest
	All  bool
}

// Typed is [request.Command].
func (c List) Typed(grammar.Writer) string {
	return request.CommandWord + " " + reply.JoinSentences(c.Noun, "list", grammar.AllWord(c.All))
}

// Effect is [request.Command].
func (List) Effect() request.Effect { return request.EffectNone }

// Credits names who made something and who changed it since, the newest first. when writes a
// moment, and other is the format of what was done that has no role of its own.
func Credits(by string, made time.Time, changes []request.Change, when func(time.Time) string, other string) []reply.Credit {
	out := []reply.Credit{{Role: reply.RoleSetUp, ID: by, When: when(made)}}
	for _, c := range changes {
		if c.By == "" || c.Did == "made" {
			continue
		}
		role, known := roles[c.Did]
		at := when(c.At)
		if !known {
			role, at = reply.RoleChanged, at+fmt.Sprintf(other, c.Did)
		}
		out = append(out, reply.Credit{Role: role, ID: c.By, When: at})
	}
	return out
}

// roles are those of who did what the record names.
var roles = map[string]reply.Role{
	"paused": reply.RolePaused, "removed": reply.RoleRemoved, "acknowledged": reply.RoleAcknowledged, "muted": reply.RoleMuted,
	"sent": reply.RoleSent, "edited": reply.RoleChanged,
}
