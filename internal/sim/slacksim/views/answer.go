package views

import (
	"encoding/json"
	"fmt"

	"ahtbot/internal/sim/slacksim/blockkit"
)

// Answer is what the acknowledgement of a submission asks for (slack.md §1.3).
type Answer struct {
	Action string            `json:"response_action"` // errors, update, push, clear; empty: close this view
	Errors map[string]string `json:"errors"`
	View   json.RawMessage   `json:"view"`
}

// ReadAnswer reads the payload of the acknowledgement of a submission of v; wrong says how it breaks Slack's rules. Errors stand
// beside inputs alone: of other blocks Slack shows nothing but that it had trouble (slack-go: NewErrorsViewSubmissionResponse).
func ReadAnswer(payload []byte, v *View) (a Answer, wrong string) {
	if len(payload) == 0 {
		return a, ""
	}
	if err := json.Unmarshal(payload, &a); err != nil {
		return a, "not an object: " + err.Error()
	}
	switch a.Action {
	case "clear":
	case "update", "push":
		if len(a.View) == 0 {
			wrong = a.Action + " without a view"
		}
	case "errors":
		if len(a.Errors) == 0 {
			wrong = "errors without one"
		}
		for block, text := range a.Errors {
			if !v.hasInput(block) {
				wrong = fmt.Sprintf("errors for %q, which is no input of the view", block)
			} else if text == "" {
				wrong = fmt.Sprintf("an empty error for %q", block)
			}
		}
	default:
		wrong = fmt.Sprintf("response_action %q", a.Action)
	}
	return a, wrong
}

func (v *View) hasInput(block string) bool {
	for _, b := range objects(v.content["blocks"]) {
		if b["type"] == "input" && b["block_id"] == block {
			return true
		}
	}
	return false
}

// ReadSuggestions reads the payload of the acknowledgement of a block_suggestion: options or option_groups (slack.md §1.3, §3).
func ReadSuggestions(payload []byte) (options []Option, wrong string) {
	if wrong = blockkit.SuggestionRefusal(payload); wrong != "" {
		return nil, wrong
	}
	var said map[string]any
	_ = json.Unmarshal(payload, &said) // it was just read
	return optionsOf(said), ""
}
