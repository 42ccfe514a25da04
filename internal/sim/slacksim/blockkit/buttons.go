package blockkit

import (
	"encoding/json"
	"strconv"
)

// Button is a button as a person sees it, and what pressing it sends.
type Button struct {
	ActionID, BlockID string
	Label, Value      string
	Style             string // "primary", "danger" or empty
	Confirm           string // the confirm dialog's title and text; empty: none
}

// ID tells b from all other buttons of its message or view: Slack wants an action_id once in a block only.
func (b Button) ID() string { return b.BlockID + "/" + b.ActionID }

// Buttons returns the buttons of blocks in reading order; none for JSON that holds no blocks.
func Buttons(blocks json.RawMessage) []Button {
	var out []Button
	for i, b := range decode(blocks) {
		id, _ := b["block_id"].(string)
		if id == "" {
			id = OwnID(i)
		}
		findButtons(b, id, &out)
	}
	return out
}

// OwnID is the block_id that the i-th block gets where it has none: Slack gives it one of its own.
func OwnID(i int) string { return "b" + strconv.Itoa(i) }

// elementFields are the fields in which blocks hold elements, in reading order.
var elementFields = []string{"accessory", "elements", "rows", "element"}

func findButtons(v any, blockID string, out *[]Button) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			findButtons(e, blockID, out)
		}
	case map[string]any:
		if v["type"] == "button" {
			*out = append(*out, buttonOf(v, blockID))
			return
		}
		if id, _ := v["block_id"].(string); id != "" {
			blockID = id
		}
		for _, k := range elementFields {
			findButtons(v[k], blockID, out)
		}
	}
}

func buttonOf(v map[string]any, blockID string) Button {
	b := Button{
		ActionID: textOf(v["action_id"]), BlockID: blockID, Label: textOf(v["text"]), Value: textOf(v["value"]),
		Style: textOf(v["style"]),
	}
	if c, ok := v["confirm"].(map[string]any); ok {
		b.Confirm = textOf(c["title"]) + ": " + textOf(c["text"])
	}
	return b
}
