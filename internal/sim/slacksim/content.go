package slacksim

import (
	"encoding/json"

	"ahtbot/internal/sim/slacksim/blockkit"
)

// WithoutBlocks has the workspace take no blocks of these types, as one that Slack's roll-out has
// not reached: messages with one are refused with invalid_blocks, views with
// invalid_arguments (slack.md §3). Without an argument everything is there again. Trying is
// no violation, except in an acknowledgement, whose sender would never learn of it.
func (w *Workspace) WithoutBlocks(blocks ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unsupported = map[string]bool{}
	for _, b := range blocks {
		w.unsupported[b] = true
	}
}

// unsupportedBlock returns the type of the first block of a message or view that the workspace
// does not take, or ""; mu is held.
func (w *Workspace) unsupportedBlock(message []byte) string {
	if len(w.unsupported) == 0 {
		return ""
	}
	var m struct {
		Blocks []struct{ Type string }
	}
	_ = json.Unmarshal(message, &m) // what is wrong with its form is said elsewhere
	for _, b := range m.Blocks {
		if w.unsupported[b.Type] {
			return b.Type
		}
	}
	return ""
}

// content reads text, blocks and metadata, and checks them as Slack does (slack.md §3); mu
// is held.
func (w *Workspace) content(name string, a args, maxText int) (Message, string) {
	msg := map[string]json.RawMessage{}
	if s := a["text"]; s != "" {
		msg["text"] = mustJSON(s)
	}
	for _, k := range []string{"blocks", "attachments", "metadata"} {
		if s := a[k]; s != "" {
			if !json.Valid([]byte(s)) {
				w.violate("%s: %s is not JSON (slack.md §3)", name, k)
				return Message{}, "invalid_blocks_format"
			}
			msg[k] = json.RawMessage(s)
		}
	}
	if err := w.check(name, mustJSON(msg), maxText); err != "" {
		return Message{}, err
	}
	if m := orNil(msg["metadata"]); m != nil && !metadataForm(m) {
		w.violate("%s: metadata needs event_type and a flat event_payload (slack.md §4.3)", name)
		return Message{}, "invalid_metadata_format"
	}
	return Message{
		User: botUserID, Text: a["text"], Blocks: blocksOf(msg["blocks"]), Metadata: orNil(msg["metadata"]),
		ThreadTS: a["thread_ts"], Broadcast: a["thread_ts"] != "" && isTrue(a["reply_broadcast"]), Via: name,
	}, ""
}

// metadataForm reports whether Slack takes m as metadata (slack.md §4.3); of the payload's
// deeper values only the usual flat ones are taken here.
func metadataForm(m []byte) bool {
	var meta struct {
		Type    string         `json:"event_type"`
		Payload map[string]any `json:"event_payload"`
	}
	if json.Unmarshal(m, &meta) != nil || meta.Type == "" || meta.Payload == nil {
		return false
	}
	for _, v := range meta.Payload {
		switch v.(type) {
		case string, float64, bool:
		default:
			return false
		}
	}
	return true
}

// check returns why Slack refuses a message, or "", and notes what is wrong with it; mu is
// held.
func (w *Workspace) check(where string, message []byte, maxText int) string {
	if kind := w.unsupportedBlock(message); kind != "" { // nobody can know before trying
		return "invalid_blocks unsupported type: " + kind
	}
	err := blockkit.Refusal(message, maxText)
	if err != "" {
		w.violate("%s refused: %s (slack.md §3)", where, err)
	}
	w.houseRules(where, message, blockkit.Validate)
	return err
}

// houseRules notes which house rules a message or a view breaks, of the problems found in it; mu is held.
func (w *Workspace) houseRules(where string, body []byte, find func([]byte) []blockkit.Problem) {
	if !w.cfg.HouseRules {
		return
	}
	for _, p := range find(body) {
		if p.Kind == blockkit.KindHouse {
			w.violate("%s: %v", where, p)
		}
	}
}

// checkView is check of a view.
func (w *Workspace) checkView(where, body string) string {
	if body == "" {
		return "invalid_arguments missing required field: view"
	}
	if kind := w.unsupportedBlock([]byte(body)); kind != "" {
		return "invalid_arguments unsupported type: " + kind
	}
	err := blockkit.ViewRefusal([]byte(body))
	if err != "" {
		w.violate("%s refused: %s (slack.md §3)", where, err)
	}
	w.houseRules(where, []byte(body), blockkit.ValidateView)
	return err
}

// orNil returns nil for a payload that says nothing.
func orNil(p json.RawMessage) []byte {
	if s := string(p); s == "" || s == "null" || s == "{}" || s == `""` {
		return nil
	}
	return p
}

// blocksOf returns nil for no blocks.
func blocksOf(b json.RawMessage) json.RawMessage {
	if s := string(b); s == "" || s == "null" || s == "[]" {
		return nil
	}
	return b
}
