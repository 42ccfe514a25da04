package wirelog

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"ahtbot/internal/sim/transport"
)

// ofSlack says what a request to the workspace is.
func ofSlack(r transport.Request) (Kind, string) {
	path := r.URL.Path
	if method, ok := strings.CutPrefix(path, "/api/"); ok {
		return Call, method
	}
	if strings.HasPrefix(path, "/commands/") || strings.HasPrefix(path, "/actions/") {
		return ResponseURL, r.Method + " " + path
	}
	return Socket, r.Method + " " + path
}

// ofUpstream says what a request to Ozonetel is, and whom it is about.
func ofUpstream(r transport.Request) string {
	var about struct{ AgentID, CampaignName string }
	_ = json.Unmarshal(r.Body, &about) // nobody, then
	what := r.Method + " " + r.URL.Path
	switch {
	case about.AgentID != "":
		what += ", agent " + about.AgentID
	case about.CampaignName != "":
		what += ", campaign " + about.CampaignName
	}
	return what
}

// troubleOf says in a few words why an answer is none to be glad of.
func troubleOf(kind Kind, a transport.Answer) string {
	var said struct {
		OK              *bool
		Error           string
		Status, Message any
	}
	readable := json.Unmarshal(a.Body, &said) == nil
	switch {
	case a.Status == 0:
		return "no answer"
	case kind == Call && readable && said.OK != nil && !*said.OK:
		return said.Error
	case a.Status >= http.StatusBadRequest:
		return fmt.Sprintf("HTTP %d", a.Status)
	case kind != Upstream:
		return ""
	case !readable:
		return "not JSON"
	}
	switch said.Status {
	case "error", "false", "failure", false:
		text, _ := said.Message.(string)
		return "refused: " + text
	}
	return ""
}

// frame is what is read of a frame of Socket Mode.
type frame struct {
	kind     Kind
	what     string
	envelope string // the id of the envelope it is, or is about
}

// readFrame says what a frame is.
func readFrame(f transport.Frame) frame {
	var said struct {
		Type       string          `json:"type"`
		EnvelopeID string          `json:"envelope_id"`
		Reason     string          `json:"reason"`
		Payload    json.RawMessage `json:"payload"`
	}
	err := json.Unmarshal(f.Data, &said)
	switch {
	case f.FromApp && said.EnvelopeID != "":
		return frame{Acknowledgement, "", said.EnvelopeID}
	case f.FromApp || err != nil:
		return frame{Socket, "a frame that is no acknowledgement", ""}
	case said.EnvelopeID != "":
		return frame{Envelope, strings.TrimSpace(said.Type + " " + ofPayload(said.Payload)), said.EnvelopeID}
	default:
		return frame{Socket, strings.TrimSpace(said.Type + " " + said.Reason), ""}
	}
}

// ofPayload says in a line what the payload of an envelope is about.
func ofPayload(payload []byte) string {
	var p struct {
		Type, Command, Text string
		CallbackID          string `json:"callback_id"`
		ActionID            string `json:"action_id"`
		Actions             []struct {
			ActionID string `json:"action_id"`
		}
		View struct {
			CallbackID string `json:"callback_id"`
		}
		Event struct{ Type, Text string }
	}
	_ = json.Unmarshal(payload, &p) // what can't be read has no words
	words := []string{p.Command, p.Text, p.Event.Type, p.Event.Text}
	if p.Command == "" && p.Event.Type == "" {
		words = []string{p.Type, p.CallbackID, p.ActionID, p.View.CallbackID}
		for _, a := range p.Actions {
			words = append(words, a.ActionID)
		}
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
