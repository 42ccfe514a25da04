package request

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
)

// AppendLine appends a button that runs c, unless its line is longer than one may be.
func AppendLine(buttons []reply.Button, action reply.Action, label string, c Command) []reply.Button {
	value := ButtonValue(c)
	if len([]rune(value)) > MaxLine {
		return buttons
	}
	return append(buttons, reply.Button{Action: action, Label: label, Value: value})
}

// AppendForm appends a button that opens the form that line begins with the name of, with what line says in its fields. It appends
// nothing where there is no such form, or nothing is kept that the form is about.
func (h *Base) AppendForm(buttons []reply.Button, label, line string) []reply.Button {
	name, _, _ := strings.Cut(line, " ")
	kept := name != "alert" && name != "digest" || name == "alert" && h.Alerts != nil || name == "digest" && h.Digests != nil
	if !kept || !slices.Contains(h.Forms, name) || len([]rune(line)) > MaxLine {
		return buttons
	}
	return append(buttons, reply.Button{Action: reply.ActionForm, Label: label, Value: line})
}

// MostLabel is how long a button's words are at most: Slack takes 75 characters, and a
// phone shows about half of them.
const MostLabel = 60

// Label says in a few words what a button does that does c: a short verb where there is
// one, else the line itself, with its middle left out when it is long, since lines that are
// alike differ at their ends.
func Label(c Command) string {
	words := ""
	if named, ok := c.(interface{ Label() string }); ok {
		words = named.Label()
	}
	if words == "" {
		words = numberedLabel(c)
	}
	if words == "" {
		words = strings.TrimPrefix(Readable(c), CommandWord+" ")
	}
	return reply.CutMiddle(words, MostLabel)
}

// numberedLabel names what is asked of a digest or an alert that stands; empty for anything
// else.
func numberedLabel(c Command) string {
	line := strings.Fields(strings.TrimPrefix(Readable(c), CommandWord+" "))
	if len(line) < 2 || line[0] != "digest" && line[0] != "alert" {
		return ""
	}
	noun, verb, rest := line[0], line[1], line[2:]
	switch verb {
	case "list":
		if len(rest) > 0 {
			return "All " + noun + "s"
		}
		return reply.UpperFirst(noun) + "s here"
	case "run":
		return "Preview " + noun + " " + strings.Join(rest, " ")
	case "add", "preview":
		_, what, _ := strings.Cut(Readable(c), " "+verb+" ")
		return reply.UpperFirst(verb) + " " + noun + ": " + strings.TrimPrefix(what, "campaign ")
	case "edit":
		return fmt.Sprintf("Change %s %s: %s", noun, rest[0], strings.Join(rest[1:], " "))
	default:
		return reply.UpperFirst(verb) + " " + noun + " " + strings.Join(rest, " ")
	}
}

// TryButton is a further line to press.
func TryButton(cmd Command) reply.Button {
	b := reply.Button{Action: reply.ActionTry, Label: Label(cmd), Value: ButtonValue(cmd)}
	if Changes(cmd) && cmd.Effect() != EffectSwitch {
		b.Confirm = &reply.Confirm{Title: "Do this now?", Text: reply.CutMiddle(Readable(cmd), mostAsked), Yes: "Do it", No: "Not now"}
	}
	return b
}

// mostAsked is how long the question before a press is at most, in characters; Slack takes
// 300.
const mostAsked = 280

// ErrOldButton is a button whose value cannot be read: of another version, or forged.
var ErrOldButton = errors.New("button value cannot be read")

// value is what a button carries through Slack and back. It holds no secret: whoever sees
// the button sees the same in the message. Names of fields are never changed.
type value struct {
	Kind string `json:"k"`           // "agent" or "campaign"
	Name string `json:"n"`           // as asked
	Mean *int64 `json:"s,omitempty"` // the mean in seconds, 0 for no calls; absent: no reading
	At   int64  `json:"t,omitempty"` // when the reading was received, Unix seconds
}

// Encode writes a target, and a reading of it if there is one, as a button's value. At
// most MaxName characters of name keep it under Slack's 2,000 (slack.md §3).
func Encode(t aht.Target, r *aht.Reading) string {
	v := value{Kind: t.Kind().String(), Name: t.Name()}
	if r != nil {
		v.Mean, v.At = new(int64(r.Mean/time.Second)), r.At.Unix()
	}
	b, _ := json.Marshal(v) // strings and integers only: cannot fail
	return string(b)
}

// Decode reads a button's value; the reading is nil when it carries none.
func Decode(s string) (aht.Target, *aht.Reading, error) {
	var v value
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		return aht.Target{}, nil, ErrOldButton
	}
	kind := map[string]aht.Kind{"agent": aht.KindAgent, "campaign": aht.KindCampaign}[v.Kind]
	t, err := aht.NewTarget(kind, v.Name)
	if err != nil {
		return aht.Target{}, nil, ErrOldButton
	}
	if v.Mean == nil || *v.Mean < 0 || v.At <= 0 {
		return t, nil, nil
	}
	return t, &aht.Reading{Target: t, Mean: time.Duration(*v.Mean) * time.Second, At: time.Unix(v.At, 0)}, nil
}
