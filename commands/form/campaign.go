package form

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// mostName is the longest name a value carries as it is. Slack takes 150 characters, a campaign's name has up to 255
// (ozonetel.md §1A.1); of a longer one the value is a sum of it.
const mostName = 140

// CampaignValue is the value that stands for a campaign's name where one is chosen. No two names have the same.
func CampaignValue(name string) string {
	if utf8.RuneCountInString(name) <= mostName {
		return "=" + name
	}
	sum := sha256.Sum256([]byte(name))
	return "#" + hex.EncodeToString(sum[:12])
}

// CampaignName is the name that a value stands for. One that is too long to be carried is looked for among those known;
// false where it is not.
func CampaignName(value string, known []string) (string, bool) {
	if value == "" {
		return "", false
	}
	if value[0] == '=' {
		return value[1:], true
	}
	at := slices.IndexFunc(known, func(name string) bool { return CampaignValue(name) == value })
	if at < 0 {
		return "", false
	}
	return known[at], true
}

// MostLabel is how long the label of an option is at most, in characters (slack.md §3).
const MostLabel = 75

// CampaignOption is a campaign to choose. Of a long name the label has both ends, and the value all of it.
func CampaignOption(name string) Option {
	return Option{Label: reply.CutMiddle(name, MostLabel), Value: CampaignValue(name)}
}

// CampaignOptions are campaigns to choose among, none of which looks like another. names has each once.
func CampaignOptions(names []string) []Option {
	options := make([]Option, len(names))
	cut := false
	for i, name := range names {
		options[i] = CampaignOption(name)
		cut = cut || options[i].Label != name
	}
	if !cut {
		return options
	}
	alike := map[string][]int{} // by label
	for i, o := range options {
		alike[o.Label] = append(alike[o.Label], i)
	}
	for _, same := range alike {
		if len(same) > 1 {
			tellApart(names, same, options)
		}
	}
	return options
}

// tellApart writes the labels of long names that have both ends in common: between the ends is where they begin to differ, and,
// should that be alike too, a number.
func tellApart(names []string, which []int, options []Option) {
	const end = 20
	first := []rune(names[which[0]])
	differ := len(first)
	for _, i := range which[1:] {
		other := []rune(names[i])
		at := 0
		for at < min(len(first), len(other)) && first[at] == other[at] {
			at++
		}
		differ = min(differ, at)
	}
	seen := map[string]int{}
	for _, i := range which {
		r := []rune(names[i])
		from := min(max(end, differ-2), max(end, len(r)-2*end))
		label := string(r[:min(end, len(r))]) + "…" + string(r[min(from, len(r)):min(from+end, len(r))]) + "…" + string(r[max(0, len(r)-end):])
		if seen[label]++; seen[label] > 1 {
			label += fmt.Sprintf(" (%d)", seen[label])
		}
		options[i].Label = label
	}
}

// CampaignField is the field in which a campaign is chosen, with the one that v has.
func CampaignField(v Values) Field {
	return Field{Name: FieldCampaign, Label: "Campaign", Kind: Campaign, Shadow: "Type a few letters", Value: v[FieldCampaign]}
}

// WithNames gives the fields of v in which campaigns are chosen the names of those that are: a value does not carry a long one.
// A form that knows them better has given them itself.
func WithNames(b *request.Base, v View) View {
	for _, p := range v.Parts {
		if p.Field == nil || p.Field.Kind != Campaign && p.Field.Kind != Campaigns || len(p.Field.Options) > 0 {
			continue
		}
		var names []string
		for _, value := range p.Field.Value {
			if name := ChosenCampaign(b, value); name != "" {
				names = append(names, name)
			}
		}
		p.Field.Options = CampaignOptions(names)
	}
	return v
}

// ChosenCampaign is the name of the campaign that a value of a field stands for, with the names that are known; empty where
// nothing was chosen.
func ChosenCampaign(b *request.Base, value string) string {
	var known []string
	if b.Names != nil {
		known, _ = b.Names.Campaigns()
	}
	name, _ := CampaignName(value, known)
	return name
}

// ChosenTarget is the campaign that was chosen in [CampaignField].
func ChosenTarget(b *request.Base, v Values) (aht.Target, bool) {
	t, err := aht.NewTarget(aht.KindCampaign, ChosenCampaign(b, v.One(FieldCampaign)))
	return t, err == nil
}

// Spelled writes a campaign's name into a line, in quotes. A quote inside it becomes another, which no line could tell from the
// end of the name: [Exact] puts it right.
func Spelled(name string) string {
	return grammar.ToParse.Name(strings.ReplaceAll(name, `"`, "'"))
}
