package blocks

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/sim/slacksim/blockkit"
)

// views are windows and Home tabs by the name of their golden file, view-… or home-…; a row makes a file, once
// `go test ./bot/blocks -update` has written it. The views of a verb are a function in a file of its own, and a row in more.
func views(t *testing.T) map[string]form.View {
	t.Helper()
	out := map[string]form.View{
		"view-fields":  {Form: "alert", Title: "Every kind of field", Submit: "Save", Close: "Cancel", Meta: theMeta(), Parts: everyField()},
		"view-hostile": {Form: "alert", Title: hostileName, Submit: "Save", Meta: theMeta(), Parts: hostileParts()},
		"view-target":  opened(t, scene{}, `target campaign "Sales Outbound" 4m30s`),
		"view-told":    form.Told("Done", reply.OneLine("goal", "Done.")),
	}
	for _, more := range []map[string]form.View{menuViews(t), digestViews(t), homeViews(t), alertViews(t)} {
		maps.Copy(out, more)
	}
	for name, v := range out {
		if v.Meta.Once != "" { // each window has a name of its own
			v.Meta.Once = theMeta().Once
			out[name] = v
		}
	}
	return out
}

func theMeta() form.Meta {
	return form.Meta{Version: form.Version, Once: "abcdefgh23456789", Place: "C1"}
}

// opened is the window that a button with line opens in s.
func opened(t *testing.T, s scene, line string) form.View {
	t.Helper()
	return s.handler(t, request.Access{}).OpenForm(request.Question{User: "U1", Place: "C1", At: noon, Ref: "abc234", Action: reply.ActionForm, Value: line})
}

const hostileName = "<!channel> @here *b* `c` <https://evil.example|x> & so on and on, for longer than any label is"

func everyField() []form.Part {
	few := []form.Option{{Label: "Over", Value: "over"}, {Label: "Under", Value: "under"}}
	many := append(few, form.Option{Label: "Mon", Value: "mon"}, form.Option{Label: "Tue", Value: "tue"}, form.Option{Label: "Wed", Value: "wed"})
	long := strings.Repeat("नाम ", 62)
	fields := []form.Field{
		{Name: "text", Label: "Typed", Hint: "Minutes and seconds.", Shadow: "4m30s", Value: []string{"4m"}, Live: true},
		{Name: "empty", Label: "Not typed yet", Optional: true},
		{Name: "few", Label: "One of few", Kind: form.Choice, Options: few, Value: []string{"under"}, Live: true},
		{Name: "many", Label: "One of many", Kind: form.Choice, Options: many, Value: []string{"gone"}},
		{Name: "days", Label: "Some", Kind: form.Choices, Options: many, Value: []string{"mon", "wed"}, Optional: true},
		{Name: "campaign", Label: "Campaign", Kind: form.Campaign, Shadow: "Type a few letters", Value: []string{form.CampaignValue("Sales_Outbound")}, Live: true},
		{Name: "campaigns", Label: "Campaigns", Kind: form.Campaigns, Options: []form.Option{form.CampaignOption(long)}, Value: []string{"=Sales", form.CampaignValue(long), "#nobody's"}},
		{Name: "place", Label: "Where", Kind: form.Place, Value: []string{"C1"}},
		{Name: "elsewhere", Label: "Nowhere yet", Kind: form.Place, Optional: true},
	}
	parts := []form.Part{{Heading: "Heading", Lines: []string{"One sentence.", "Another."}, Note: "Small print.", Rule: true}}
	for i := range fields {
		parts = append(parts, form.Part{Field: &fields[i]})
	}
	return append(parts, form.Part{Line: "alert add campaign Sales over 4m", Buttons: []reply.Button{{Action: reply.ActionForm, Label: "Watch", Value: "alert add"}}})
}

func hostileParts() []form.Part {
	return []form.Part{
		{Field: &form.Field{
			Name: "campaign", Label: hostileName, Hint: hostileName, Shadow: hostileName, Kind: form.Choice,
			Options: []form.Option{{Label: hostileName, Value: "=<b>"}, {Label: "\n", Value: "=\n"}}, Value: []string{"=<b>"},
		}},
		{Heading: hostileName, Lines: []string{hostileName}, Line: hostileName, Note: hostileName, Credits: []reply.Credit{{Role: reply.RoleSetUp, ID: "<!here>"}}},
		{Reply: &reply.Reply{Text: hostileName, Lines: []string{hostileName}, Table: floorTable(4)}},
	}
}

// drawnView draws v as what its golden file is.
func drawnView(name string, v form.View) (drawn any, all []slack.Block) {
	if strings.HasPrefix(name, "home-") {
		h := HomeTab(v)
		return h, h.Blocks.BlockSet
	}
	w := Window(v)
	return w, w.Blocks.BlockSet
}

// TestEveryViewIsDrawnAsItsGoldenFile holds each view against Slack's limits, against what must never reach a person, and
// against what our library carries.
func TestEveryViewIsDrawnAsItsGoldenFile(t *testing.T) {
	for name, v := range views(t) {
		t.Run(name, func(t *testing.T) {
			drawn, all := drawnView(name, v)
			body := pretty(t, drawn)
			golden(t, name, body)
			for _, p := range blockkit.ValidateView(body) {
				t.Errorf("%s", p)
			}
			speakable(t, name, string(body))
			comesBack(t, name, all)
			if v.Title == "" && strings.HasPrefix(name, "view-") {
				t.Error("a window without a title")
			}
		})
	}
}

func TestAViewHasNoMoreBlocksThanSlackTakes(t *testing.T) {
	v := form.View{Form: "told", Title: "Long"}
	for range maxBlocks {
		v.Parts = append(v.Parts, form.Part{Lines: []string{"A line."}, Rule: true})
	}
	if p := blockkit.ValidateView(pretty(t, Window(v))); len(p) > 0 || len(Window(v).Blocks.BlockSet) != maxBlocks {
		t.Errorf("%d blocks: %v", len(Window(v).Blocks.BlockSet), p)
	}
}

func TestWhatIsFilledInComesBackByField(t *testing.T) {
	state := `{"type":"modal","callback_id":"alert","private_metadata":"{\"v\":1}","blocks":[],"state":{"values":{
		"text":{"field_text":{"type":"plain_text_input","value":"4m30s"}},
		"empty":{"field_empty":{"type":"plain_text_input","value":null}},
		"few":{"field_few":{"type":"radio_buttons","selected_option":{"text":{"type":"plain_text","text":"Over"},"value":"over"}}},
		"none":{"field_none":{"type":"external_select","selected_option":null}},
		"days":{"field_days":{"type":"multi_static_select","selected_options":[{"value":"mon"},{"value":"wed"}]}},
		"place":{"field_place":{"type":"conversations_select","selected_conversation":"C1"}},
		"other":{"aht_line":{"type":"button","value":"help"}}}}}`
	var v slack.View
	if err := json.Unmarshal([]byte(state), &v); err != nil {
		t.Fatal(err)
	}
	want := form.Filled{Form: "alert", Meta: `{"v":1}`, Values: form.Values{
		"text": {"4m30s"}, "empty": nil, "few": {"over"}, "none": nil, "days": {"mon", "wed"}, "place": {"C1"},
	}}
	if diff := cmp.Diff(want, Filled(v)); diff != "" {
		t.Error(diff)
	}
	if got := Filled(slack.View{CallbackID: "menu"}); got.Form != "menu" || len(got.Values) != 0 {
		t.Errorf("without a state: %+v", got)
	}
}

func TestSuggestionsFitTheirAcknowledgement(t *testing.T) {
	var many []form.Option
	for i := range 150 {
		many = append(many, form.CampaignOption(strings.Repeat("<नाम>", 50)+strings.Repeat("x", i)))
	}
	typed := form.Option{Label: "Use “sal” as typed", Value: "=sal"}
	for _, n := range []int{0, 1, 5, 99, 100, 101, 150} {
		body := Suggestions(append(many[:n:n], typed))
		var got slack.OptionsResponse
		if err := json.Unmarshal(body, &got); err != nil || len(body) >= maxInline {
			t.Fatalf("%d: %d bytes, %v", n, len(body), err)
		}
		if k := len(got.Options); k > maxOptions || k < min(n, 5)+1 || got.Options[k-1].Value != typed.Value {
			t.Errorf("of %d: %d options, the last %+v", n, k, got.Options[k-1])
		}
	}
	if body := string(Suggestions(nil)); body != `{"options":[]}` {
		t.Errorf("of none: %s", body)
	}
}
