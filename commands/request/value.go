package request

import (
	"encoding/json"
	"errors"
	"time"

	"ahtbot/internal/aht"
)

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
