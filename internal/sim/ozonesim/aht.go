package ozonesim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim/floor"
	"ahtbot/internal/sim/ozonesim/quirk"
)

// serveAHT is /ca_apis/aht: §1B, §3.1 and most of §1C.
func (s *Server) serveAHT(q *question) {
	traits, raw := s.quirksOf(q.path)
	q.quirks = traits
	fields, readable := q.fields()
	leave := s.countUnderWay(targetKey(fields))
	defer leave()
	if raw != nil {
		s.useAllowance()
		s.sendRaw(q, raw)
		return
	}
	if !q.methodFits() {
		if !s.transportQuirk(q) {
			q.plainStatus(http.StatusMethodNotAllowed)
		}
		return
	}
	admitted := s.takeAllowance(q, s.allowance(q.quirks))
	if s.transportQuirk(q) {
		return
	}
	if !admitted {
		q.send(overLimit("max limit exceeded"))
		return
	}
	if refusal := s.authorise(q.r, q.quirks); refusal != nil {
		q.send(*refusal)
		return
	}
	if !readable {
		q.send(unreadable())
		return
	}
	q.send(s.answerAHT(fields, q.quirks))
}

// methodFits reports whether the route answers this method: GET, unless post-only.
func (q *question) methodFits() bool {
	if q.quirks.has(quirk.PostOnly) {
		return q.r.Method == http.MethodPost
	}
	return q.r.Method == http.MethodGet
}

// fields reads the parameters from where the route takes them.
func (q *question) fields() (map[string]string, bool) {
	if !q.quirks.has(quirk.QueryOnly) {
		return fieldsOf(q.body)
	}
	fields := map[string]string{}
	for key, values := range q.r.URL.Query() {
		fields[key] = values[0]
	}
	return fields, true
}

// fieldsOf reads a JSON object of strings. Keys are matched by case, as documented; what
// is not a string counts as absent.
func fieldsOf(body []byte) (fields map[string]string, ok bool) {
	var object map[string]any
	if json.Unmarshal(body, &object) != nil || object == nil {
		return nil, false
	}
	fields = map[string]string{}
	for key, value := range object {
		if text, ok := value.(string); ok {
			fields[key] = text
		}
	}
	return fields, true
}

// targetKey names whom a request is about, or nobody.
func targetKey(fields map[string]string) string {
	switch {
	case fields["agentId"] != "":
		return "agent " + fields["agentId"]
	case fields["campaignName"] != "":
		return "campaign " + fields["campaignName"]
	default:
		return ""
	}
}

// allowance is what the limit-shared consumer leaves of it.
func (s *Server) allowance(t requestQuirks) int {
	if !t.has(quirk.LimitShared) {
		return s.cfg.Allowance
	}
	eaten, _ := strconv.Atoi(t.form(quirk.LimitShared)) // quirk.Parse lets nothing else through
	return max(0, s.cfg.Allowance-eaten)
}

// refuses reports whether the request is refused for the limit whatever room there is.
func (t requestQuirks) refuses() bool {
	return t.has(quirk.Limit) || slices.Contains([]quirk.Quirk{quirk.Limit200, quirk.Limit429Empty, quirk.LimitHTML}, t.forced)
}

// answerAHT answers a question whose credential is good.
func (s *Server) answerAHT(fields map[string]string, t requestQuirks) answer {
	agentID, campaignName := fields["agentId"], fields["campaignName"]
	switch {
	case fields["userName"] == "":
		return failed("userName should not be empty")
	case fields["userName"] != s.cfg.Username:
		return failed("userName or apiKey is Invalid")
	case agentID != "" && campaignName != "":
		return failed("Both agentId and campaignName cannot be passed at a time")
	case agentID == "" && campaignName == "":
		return failed("Both agentId and campaignName cannot be empty")
	case agentID != "":
		i, known := s.floor.Find(aht.KindAgent, agentID, t.matching())
		if !known {
			return failed("agentId is Invalid")
		}
		a := s.floor.Agents[i]
		return s.value(aht.KindAgent, i, object{{"AgentID", a.ID}, {"AgentName", a.Name}}, t)
	default:
		i, known := s.floor.Find(aht.KindCampaign, campaignName, t.matching())
		if !known {
			return failed("campaignName is Invalid")
		}
		c := s.floor.Campaigns[i]
		return s.value(aht.KindCampaign, i, object{{"CampaignID", c.ID}, {"CampaignName", c.Name}}, t)
	}
}

// matching is §1C row 22.
func (t requestQuirks) matching() floor.Matching {
	if !t.has(quirk.IDCase) {
		return floor.Matching{}
	}
	form := t.form(quirk.IDCase)
	return floor.Matching{Fold: form != "trim", Trim: form != "fold"}
}

// value puts the mean of the last two hours into the payload, and that into an envelope.
func (s *Server) value(kind aht.Kind, index int, payload object, t requestQuirks) answer {
	counts := floor.AnsweredOnly
	if t.has(quirk.AvgAll) {
		counts = floor.AllAttempts
	}
	mean, calls := s.floor.Mean(kind, index, s.floorNow(), counts)
	noData := t.first(quirk.AHTNull, quirk.AHTMissing, quirk.AHTEmpty, quirk.AHTZero, quirk.AHTNoDataError)
	if calls > 0 && noData != "" && noData == t.forced {
		mean, calls = 0, 0
	}
	text := clock(mean)
	if t.has(quirk.AHTLong) {
		text = t.form(quirk.AHTLong)
	}
	if calls > 0 {
		return succeeded(envelope(append(payload, pair{"AHT", text}), t))
	}
	switch noData {
	case quirk.AHTNull:
		payload = append(payload, pair{"AHT", nil})
	case quirk.AHTMissing:
	case quirk.AHTEmpty:
		payload = append(payload, pair{"AHT", ""})
	case quirk.AHTNoDataError:
		return failed("No Data Found")
	default:
		payload = append(payload, pair{"AHT", text})
	}
	return succeeded(envelope(payload, t))
}

// envelope is §1C row 1.
func envelope(payload object, t requestQuirks) object {
	status := pair{"status", "success"}
	switch t.first(quirk.MsgArray, quirk.MsgString, quirk.MsgJSONString, quirk.Flat, quirk.DetailsEnvelope) {
	case quirk.MsgArray:
		return object{status, {"message", []object{payload}}}
	case quirk.MsgString:
		return object{status, {"message", payload.get("AHT")}}
	case quirk.MsgJSONString:
		return object{status, {"message", string(jsonOf(payload))}}
	case quirk.Flat:
		return append(object{status}, payload...)
	case quirk.DetailsEnvelope:
		return object{{"details", []object{payload}}, {"message", "success"}, status}
	default:
		return object{status, {"message", payload}}
	}
}

// clock writes a duration as HH:MM:SS; hours may pass 24.
func clock(d time.Duration) string {
	seconds := int64(d / time.Second)
	return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}
