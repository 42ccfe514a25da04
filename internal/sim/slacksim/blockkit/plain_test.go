package blockkit_test

import (
	"testing"

	"ahtbot/internal/sim/slacksim/blockkit"
)

func TestPlainReadsEveryBlock(t *testing.T) {
	blocks := []byte(`[
		{"type":"header","text":{"type":"plain_text","text":"4m 32s"}},
		{"type":"section","text":{"type":"mrkdwn","text":"*AHT* of <@U1>, _last_ <https://x|two hours>\nR&amp;D at <!date^1^{time}|08:05 UTC>"},
		 "accessory":{"type":"button","action_id":"a","text":{"type":"plain_text","text":"Why"}}},
		{"type":"section","fields":[{"type":"mrkdwn","text":"*Age*\n12s"}]},
		{"type":"rich_text","elements":[
			{"type":"rich_text_section","elements":[{"type":"text","text":"try "},{"type":"text","text":"/aht agent 42","style":{"code":true}}]},
			{"type":"rich_text_list","style":"ordered","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"one"}]},
			 {"type":"rich_text_section","elements":[{"type":"user","user_id":"U2"}]}]},
			{"type":"rich_text_quote","elements":[{"type":"text","text":"said"}]}]},
		{"type":"data_visualization","title":"AHT","chart":{"type":"line","series":[{"name":"s","data":[{"label":"09","value":250},{"label":"10","value":1.5}]}],"axis_config":{"categories":["09","10"]}}},
		{"type":"data_table","caption":"All","rows":[[{"type":"raw_text","text":"who"}],[{"type":"raw_number","value":3,"text":"3s"}]]},
		{"type":"context","elements":[{"type":"plain_text","text":"a"},{"type":"mrkdwn","text":"b"}]},
		{"type":"actions","block_id":"row","elements":[{"type":"button","action_id":"share","style":"primary","text":{"type":"plain_text","text":"Share"},
		 "confirm":{"title":{"type":"plain_text","text":"Sure"},"text":{"type":"plain_text","text":"All see it"}}}]}]`)
	const want = `4m 32s
AHT of @U1, last two hours
R&D at 08:05 UTC
Age 12s
try /aht agent 42
1. one
2. @U2
> said
[line chart: AHT]
s: 09 250, 10 1.5
All
who
3s
a  b`
	if got := blockkit.Plain("fallback", blocks, nil); got != want {
		t.Errorf("Plain:\n%s\nwant\n%s", got, want)
	}
	b := blockkit.Buttons(blocks)
	if len(b) != 2 || b[0].Label != "Why" || b[0].BlockID != "b1" || b[1].BlockID != "row" || b[1].Confirm != "Sure: All see it" || b[1].Style != "primary" {
		t.Errorf("Buttons = %+v", b)
	}
}
