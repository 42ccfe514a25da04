package reply

import (
	"time"

	"ahtbot/internal/aht"
)

// Worth is said with every figure: the upstream gives no call count (ozonetel.md §1A.8).
const Worth = "Ozonetel gives no call count, so one long call can move it."

// Subject names a target in a sentence: "agent 42", "campaign Sales Outbound".
func Subject(t aht.Target) string { return t.Kind().String() + " " + t.Name() }

// Window writes the two hours a reading looks back over: "12:05 to 14:05 IST".
func Window(r aht.Reading, zone *time.Location) string {
	end := r.At.In(zone)
	return end.Add(-aht.Window).Format("15:04") + " to " + end.Format("15:04 MST")
}
