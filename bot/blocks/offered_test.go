package blocks

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"ahtbot/commands"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// TestEveryOfferedLineCanBePressed holds every reply to its word: each line that is offered to
// be copied is a button too, unless it is an example of what would change something, at most five are offered, and pressing a button is understood.
func TestEveryOfferedLineCanBePressed(t *testing.T) {
	all := replies(t)
	for name, m := range all {
		drawn := commands.Pressable(m.Reply)
		if len(m.Try) > 5 {
			t.Errorf("%s offers %d lines", name, len(m.Try))
		}
		does, labels, lines := map[string]bool{}, map[string]bool{}, 0
		for _, b := range drawn.Buttons {
			if utf8.RuneCountInString(b.Label) > maxButton || strings.TrimSpace(b.Label) == "" || labels[b.Label] {
				t.Errorf("%s: the label %q is empty, too long, or there twice", name, b.Label)
			}
			labels[b.Label] = true
			if !IsLine(b.Action) || b.Action == reply.ActionUndoGoal || b.Action == reply.ActionUndo { // what was before, not a line
				continue
			}
			lines++
			cmd, err := commands.Parse(b.Value)
			if err != nil {
				t.Errorf("%s: pressing %q is not understood: %v", name, b.Label, err)
				continue
			}
			if line := request.Line(cmd); does[line] && b.Action != reply.ActionSure {
				t.Errorf("%s: two buttons do %s", name, line)
			}
			does[request.Line(cmd)] = true
		}
		if lines > 5 {
			t.Errorf("%s has %d lines to press", name, lines)
		}
		for _, about := range mentionedLine.FindAllStringSubmatch(strings.Join(append(m.Lines, m.Note), "\n"), -1) {
			if !leadsTo(drawn.Buttons, about[1], about[2]) {
				t.Errorf("%s names %q, and no button leads there", name, about[0])
			}
		}
		for _, alone := range aloneLine.FindAllString(strings.Join(append(m.Lines, m.Note), "\n"), -1) {
			if cmd, err := commands.Parse(alone[2:]); err != nil || !presses(drawn.Buttons, cmd) {
				t.Errorf("%s names %q, and no button does it: %v", name, alone, err)
			}
		}
		for _, try := range m.Try {
			cmd, err := commands.Parse(strings.ReplaceAll(try, "@"+ben, "<@U2>")) // as Slack hands on who was picked
			if err != nil {
				t.Errorf("%s offers %q, which is not understood: %v", name, try, err)
				continue
			}
			if example := m.Example && request.Changes(cmd); !example && !presses(drawn.Buttons, cmd) {
				t.Errorf("%s offers %q, and no button does it", name, try)
			}
		}
	}
}

// mentionedLine is a line about one digest or alert inside a sentence.
var mentionedLine = regexp.MustCompile(`/aht (digest|alert) [a-z]+ (\d+)`)

// aloneLine is a whole line inside a sentence, but for the list that help is, and for what a
// line was "read as".
var aloneLine = regexp.MustCompile(`[^•s] /aht (?:help(?: digest| alert| target| me)?|(?:digest|alert) list(?: all)?|campaigns)\b`)

// leadsTo reports whether one of buttons is about the digest or alert number id. On an alert's
// own message, which has as many buttons as a phone can bear, Details is.
func leadsTo(buttons []reply.Button, noun, id string) bool {
	for _, b := range buttons {
		if strings.HasPrefix(b.Value, id+"/") && b.Action == reply.ActionDetails {
			return true
		}
		if about := mentionedLine.FindStringSubmatch("/aht " + b.Value); IsLine(b.Action) && about != nil && about[1] == noun && about[2] == id {
			return true
		}
	}
	return false
}

// channelMark is a channel as Slack names it.
var channelMark = regexp.MustCompile(`<#[A-Z0-9]+\|([^>]*)>`)

// presses reports whether one of buttons does cmd.
func presses(buttons []reply.Button, cmd request.Command) bool {
	for _, b := range buttons {
		q := request.Question{Action: b.Action, Value: b.Value}
		if show, ok := cmd.(request.Show); ok && b.Action == reply.ActionAsk && commands.Target(q) == show.Target {
			return true
		}
		if pressed, err := commands.Parse(b.Value); IsLine(b.Action) && err == nil && plainLine(pressed) == plainLine(cmd) {
			return true
		}
	}
	return false
}

// plainLine is the line of cmd with its channels as people type them.
func plainLine(cmd request.Command) string {
	return channelMark.ReplaceAllString(request.Line(cmd), "#$1")
}
