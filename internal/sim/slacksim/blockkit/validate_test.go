package blockkit_test

import (
	"fmt"
	"strings"
	"testing"

	"ahtbot/internal/sim/slacksim/blockkit"
)

func chars(n int) string { return strings.Repeat("é", n) }

// many writes n objects, the i-th made of a format with one %d.
func many(n int, format string) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(out, ",")
}

func times(n int, s string) string { return strings.TrimSuffix(strings.Repeat(s+",", n), ",") }

func plainText(n int) string { return `{"type":"plain_text","text":"` + chars(n) + `"}` }

func mrkdwn(n int) string { return `{"type":"mrkdwn","verbatim":true,"text":"` + chars(n) + `"}` }

func button(fields string) string {
	return `{"type":"actions","elements":[{"type":"button",` + fields + `}]}`
}

func chart(points int, label, value string) string {
	return `{"type":"data_visualization","title":"AHT","chart":{"type":"line","series":[{"name":"a","data":[` +
		many(points, `{"label":"`+label+`%d","value":`+value+`}`) + `]}],"axis_config":{"categories":[` + many(3, `"c%d"`) + `]}}}`
}

func rich(leaf string) string {
	return `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` + leaf + `]}]}`
}

// slack.md §3, limit by limit: the most that is allowed, and one more.
func TestOneMoreThanABlockMayHaveIsRefused(t *testing.T) {
	confirm := func(title, text, yes, no int) string {
		return `"text":` + plainText(1) + `,"confirm":{"title":` + plainText(title) + `,"text":` + plainText(text) +
			`,"confirm":` + plainText(yes) + `,"deny":` + plainText(no) + `}`
	}
	option := func(text, value int) string {
		return button(`"text":`+plainText(1)) + `,{"type":"actions","elements":[{"type":"static_select","options":[{"text":` +
			plainText(text) + `,"value":"` + chars(value) + `"}]}]}`
	}
	table := func(rows int) string {
		return `{"type":"table","rows":[` + many(rows, `[{"type":"raw_text","text":"%d"}]`) + `]}`
	}
	data := func(header string, rows int) string {
		return `{"type":"data_table","caption":"c","rows":[[` + header + `],` + many(rows, `[{"type":"raw_number","value":%d}]`) + `]}`
	}
	cells := func(last int) string {
		head, cell := times(4, `{"type":"raw_text","text":"h"}`), func(n int) string { return `{"type":"raw_text","text":"` + chars(n) + `"}` }
		return `{"type":"data_table","caption":"c","rows":[[` + head + `],[` + times(3, cell(3000)) + `,` + cell(last) + `]]}`
	}
	for _, c := range []struct{ name, good, bad string }{
		{"section text", `{"type":"section","text":` + mrkdwn(3000) + `}`, `{"type":"section","text":` + mrkdwn(3001) + `}`},
		{"section without text", `{"type":"section","fields":[` + mrkdwn(2000) + `]}`, `{"type":"section"}`},
		{"section fields", `{"type":"section","fields":[` + times(10, mrkdwn(1)) + `]}`, `{"type":"section","fields":[` + times(11, mrkdwn(1)) + `]}`},
		{"field text", `{"type":"divider"}`, `{"type":"section","fields":[` + mrkdwn(2001) + `]}`},
		{"empty text", `{"type":"divider"}`, `{"type":"section","text":` + mrkdwn(0) + `}`},
		{"header", `{"type":"header","level":4,"text":` + plainText(150) + `}`, `{"type":"header","text":` + plainText(151) + `}`},
		{"header level", `{"type":"header","level":1,"text":` + plainText(1) + `}`, `{"type":"header","level":5,"text":` + plainText(1) + `}`},
		{"header text type", `{"type":"divider"}`, `{"type":"header","text":` + mrkdwn(1) + `}`},
		{"unknown field", `{"type":"divider"}`, `{"type":"section","text":{"type":"mrkdwn","text":"x","verbatim":true,"bold":true}}`},
		{"verbatim on plain_text", `{"type":"divider"}`, `{"type":"section","text":{"type":"plain_text","text":"x","verbatim":true}}`},
		{"context", `{"type":"context","elements":[` + times(10, mrkdwn(1)) + `]}`, `{"type":"context","elements":[` + times(11, mrkdwn(1)) + `]}`},
		{"context holds no button", `{"type":"divider"}`, `{"type":"context","elements":[{"type":"button","text":` + plainText(1) + `}]}`},
		{
			"actions", `{"type":"actions","elements":[` + many(25, `{"type":"button","action_id":"a%d","text":`+plainText(1)+`}`) + `]}`,
			`{"type":"actions","elements":[` + many(26, `{"type":"button","action_id":"a%d","text":`+plainText(1)+`}`) + `]}`,
		},
		{
			"action_id once", `{"type":"divider"}`,
			`{"type":"actions","elements":[` + many(2, `{"type":"button","action_id":"a","value":"%d","text":`+plainText(1)+`}`) + `]}`,
		},
		{"action_id", button(`"action_id":"` + chars(255) + `","text":` + plainText(1)), button(`"action_id":"` + chars(256) + `","text":` + plainText(1))},
		{"block_id", `{"type":"divider","block_id":"` + chars(255) + `"}`, `{"type":"divider","block_id":"` + chars(256) + `"}`},
		{"block_id once", `{"type":"divider","block_id":"a"}`, `{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}`},
		{"button text", button(`"text":` + plainText(75)), button(`"text":` + plainText(76))},
		{"button value", button(`"value":"` + chars(2000) + `","text":` + plainText(1)), button(`"value":"` + chars(2001) + `","text":` + plainText(1))},
		{"button style", button(`"style":"danger","text":` + plainText(1)), button(`"style":"default","text":` + plainText(1))},
		{"button field", `{"type":"divider"}`, button(`"colour":"red","text":` + plainText(1))},
		{"confirm title", button(confirm(100, 300, 30, 30)), button(confirm(101, 300, 30, 30))},
		{"confirm text", button(confirm(1, 1, 1, 1)), button(confirm(100, 301, 30, 30))},
		{"confirm yes", button(confirm(1, 1, 1, 1)), button(confirm(100, 300, 31, 30))},
		{"confirm no", button(confirm(1, 1, 1, 1)), button(confirm(100, 300, 30, 31))},
		{"option text", option(75, 1), option(76, 1)},
		{"option value", option(1, 150), option(1, 151)},
		{"markdown", `{"type":"markdown","text":"` + chars(12_000) + `"}`, `{"type":"markdown","text":"` + chars(6001) + `"},{"type":"markdown","text":"` + chars(6000) + `"}`},
		{"image", `{"type":"image","alt_text":"a","image_url":"https://x"}`, `{"type":"image","image_url":"https://x"}`},
		{"image source", `{"type":"divider"}`, `{"type":"image","alt_text":"a"}`},
		{"alert", `{"type":"divider"}`, `{"type":"alert","text":` + plainText(1) + `}`},
		{"type", `{"type":"divider"}`, `{"type":"marquee"}`},
		{"table rows", table(100), table(101)},
		{"one table", table(1), table(1) + "," + table(1)},
		{"data_table", data(`{"type":"raw_text","text":"h"}`, 1), data(`{"type":"raw_number","value":1}`, 1)},
		{"data_table rows", data(`{"type":"raw_text","text":"h"}`, 100), data(`{"type":"raw_text","text":"h"}`, 101)},
		{"characters of all cells", cells(996), cells(997)},
		{"chart", chart(3, "c", "-1"), chart(2, "c", "1")},
		{"chart label", chart(3, "c", "0"), chart(3, "d", "1")},
		{"chart value", chart(3, "c", "1.5"), chart(3, "c", `"1"`)},
		{"rich text", rich(`{"type":"text","text":"x","style":{"bold":true}},{"type":"user","user_id":"U1"},{"type":"date","timestamp":1,"format":"{time}"}`), rich(`{"type":"blink"}`)},
		{"rich text without text", rich(`{"type":"link","url":"https://x"}`), rich(`{"type":"text"}`)},
		{
			"rich list", `{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[]}]}]}`,
			`{"type":"rich_text","elements":[{"type":"rich_text_list","elements":[{"type":"rich_text_section","elements":[]}]}]}`,
		},
	} {
		if p := blockkit.Validate([]byte(`{"text":"x","blocks":[` + c.good + `]}`)); p != nil {
			t.Errorf("%s: refused what is allowed: %v", c.name, p)
		}
		if p := blockkit.Validate([]byte(`{"text":"x","blocks":[` + c.bad + `]}`)); len(p) == 0 || p[0].Kind != blockkit.KindSlack {
			t.Errorf("%s: allowed what Slack refuses: %v", c.name, p)
		}
	}
}

// slack.md §3: the message as a whole.
func TestAMessageBeyondTheLimitsIsRefused(t *testing.T) {
	for in, want := range map[string]string{
		`{"text":"` + chars(40_000) + `"}`: "",
		`{"text":"` + chars(40_001) + `"}`: "msg_too_long",
		`{}`:                               "no_text",
		`[]`:                               "invalid_blocks_format",
		`{"text":"x","blocks":{}}`:         "invalid_blocks_format",
		`{"text":"x","blocks":[` + many(50, `{"type":"divider","block_id":"%d"}`) + `]}`: "",
		`{"text":"x","blocks":[` + many(51, `{"type":"divider","block_id":"%d"}`) + `]}`: "invalid_blocks",
	} {
		p := blockkit.Validate([]byte(in))
		if got := ""; len(p) > 0 {
			got = p[0].Code
			if got != want {
				t.Errorf("%.60s: %v, want %q", in, p, want)
			}
		} else if want != "" {
			t.Errorf("%.60s: allowed, want %q", in, want)
		}
	}
}

// slack.md §0.9, §0.10 and §8: what Slack takes and we do not.
func TestWhatSlackTakesAndWeDoNotBreaksAHouseRule(t *testing.T) {
	for in, want := range map[string]int{
		`{"text":"AHT of <@U1> at <!date^1^{time}|08:05 UTC> &lt;4m&gt;"}`:                                       0,
		`{"text":"see <https://evil|good>"}`:                                                                     1,
		`{"text":"<!channel> look"}`:                                                                             2, // markup and everybody
		`{"blocks":[{"type":"divider"}]}`:                                                                        1, // no text
		`{"text":"x","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"x"}}]}`:                         1,
		`{"text":"x","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"<!here|h>","verbatim":true}}]}`: 1,
		`{"text":"x","blocks":[` + rich(`{"type":"broadcast","range":"here"}`) + `]}`:                            1,
	} {
		p := blockkit.Validate([]byte(in))
		if len(p) != want {
			t.Errorf("%s: %v, want %d problems", in, p, want)
		}
		for _, p := range p {
			if p.Kind != blockkit.KindHouse {
				t.Errorf("%s: %v is not a house rule", in, p)
			}
		}
	}
}

// slack.md §3: modals and the Home tab.
func TestAViewBeyondTheLimitsIsRefused(t *testing.T) {
	input := `{"type":"input","label":` + plainText(1) + `,"element":{"type":"plain_text_input"}}`
	for in, ok := range map[string]bool{
		`{"type":"home","blocks":[` + many(100, `{"type":"divider","block_id":"%d"}`) + `]}`:                     true,
		`{"type":"home","blocks":[` + many(101, `{"type":"divider","block_id":"%d"}`) + `]}`:                     false,
		`{"type":"modal","title":` + plainText(24) + `,"submit":` + plainText(24) + `,"blocks":[` + input + `]}`: true,
		`{"type":"modal","title":` + plainText(24) + `,"blocks":[` + input + `]}`:                                false,
		`{"type":"modal","title":` + plainText(25) + `,"blocks":[]}`:                                             false,
		`{"type":"modal","blocks":[]}`:                                         false,
		`{"type":"home","private_metadata":"` + chars(3001) + `","blocks":[]}`: false,
		`{"type":"home","blocks":[{"type":"markdown","text":"x"}]}`:            false,
		`{"type":"home","blocks":[` + chart(3, "c", "1") + `]}`:                false,
		`{"type":"page","blocks":[]}`:                                          false,
	} {
		if p := blockkit.ValidateView([]byte(in)); (len(p) == 0) != ok {
			t.Errorf("%.80s: %v, want ok %v", in, p, ok)
		}
	}
}

func FuzzValidateNeverPanics(f *testing.F) {
	f.Add([]byte(`{"text":"x","blocks":[` + button(`"action_id":"a","text":`+plainText(3)) + `]}`))
	f.Add([]byte(`{"blocks":[` + chart(3, "c", "1") + `]}`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		blockkit.Validate(data)
		blockkit.ValidateView(data)
		blockkit.SuggestionRefusal(data)
		blockkit.Plain("", data, nil)
		blockkit.Buttons(data)
	})
}
