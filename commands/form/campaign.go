package form

import (
	"crypto/sha256"
	"encoding/hex"
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

// mostLabel is how long the label of an option is at most (slack.md §3).
const mostLabel = 75

// CampaignOption is a campaign to choose. Of a long name the label has both ends, and the value all of it.
func CampaignOption(name string) Option {
	return Option{Label: reply.CutMiddle(name, mostLabel), Value: CampaignValue(name)}
}

// CampaignField is the field in which a campaign is chosen, with the one that v has.
func CampaignField(b *request.Base, v Values) Field {
	f := Field{Name: FieldCampaign, Label: "Campaign", Kind: Campaign, Shadow: "Type a few letters", Value: v[FieldCampaign]}
	if name := ChosenCampaign(b, v.One(FieldCampaign)); name != "" {
		f.Options = []Option{CampaignOption(name)}
	}
	return f
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
