// Package campaigns lists the campaigns known, each with what is known of it.
package campaigns

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// List asks which campaigns are known, with what is known of each.
type List struct {
	Filter string // words that a name must have in it; empty: all
	Page   int    // from 2 on; 0 is the first
}

// ParseCampaigns reads "campaigns [words of the name] [page 2]".
func ParseCampaigns(rest string) (request.Command, error) {
	rest = strings.TrimRight(rest, " ?!,;.")
	if name, behind, quoted := request.SplitQuoted(rest); quoted {
		c := List{Filter: BareFilter(name)}
		before, page, loosely := splitPage(behind)
		c.Page = page
		if before != "" {
			return nil, &request.UsageError{Fault: request.FaultAfterQuote, Said: before, Guesses: []request.Command{
				List{Filter: c.Filter + " " + before, Page: page}, c,
			}}
		}
		return howRead(c, loosely), nil
	}
	filter, page, loosely := splitPage(strings.Join(strings.Fields(rest), " "))
	switch strings.ToLower(filter) {
	case "all", "list":
		filter = ""
	}
	return howRead(List{Filter: BareFilter(filter), Page: page}, loosely), nil
}

// BareFilter is the words of a filter, without quotes and what Slack reads markup in.
func BareFilter(said string) string {
	words := strings.FieldsFunc(strings.Trim(said, "' "), func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune(`"<>&`, r)
	})
	return strings.Join(words, " ")
}

func howRead(c request.Command, loosely bool) request.Command {
	if loosely {
		return request.Interpreted{Command: c}
	}
	return c
}

// splitPage takes "page 2" off the end of a line, or another word for the next page, which
// is the second.
func splitPage(line string) (before string, page int, loosely bool) {
	words := strings.Fields(line)
	if len(words) == 0 {
		return "", 0, false
	}
	last := strings.ToLower(words[len(words)-1])
	if last == "more" || last == "next" {
		return strings.Join(words[:len(words)-1], " "), 2, true
	}
	n, ok := aht.ParseNumber(last)
	if len(words) < 2 || !ok || n < 1 || !strings.EqualFold(words[len(words)-2], "page") {
		return line, 0, false
	}
	if n == 1 {
		n = 0
	}
	return strings.Join(words[:len(words)-2], " "), n, false
}

// campaignsLine writes c so that it reads back.
func campaignsLine(c List) string {
	words := []string{request.CommandWord, "campaigns"}
	if c.Filter != "" {
		words = append(words, spellFilter(c.Filter))
	}
	if c.Page > 1 {
		words = append(words, "page", strconv.Itoa(c.Page))
	}
	return strings.Join(words, " ")
}

func spellFilter(filter string) string {
	if cmd, err := ParseCampaigns(filter); err == nil && cmd == request.Command(List{Filter: filter}) {
		return filter
	}
	return `"` + filter + `"`
}

// Label is [request.Command].
func (c List) Label() string {
	words := "Campaigns"
	if c.Filter != "" {
		words += " with “" + reply.Short(c.Filter) + "”"
	}
	if c.Page > 1 {
		words += fmt.Sprintf(", page %d", c.Page)
	}
	return words
}

// Typed is [request.Command].
func (c List) Typed(grammar.Writer) string { return campaignsLine(c) }

// Effect is [request.Command].
func (List) Effect() request.Effect { return request.EffectNone }

// Verb is the word “campaigns”.
var Verb = request.Verb{
	Name: "campaigns", Args: "[words of the name] [page 2]", Does: "the campaigns known, each with its last AHT, target, alerts and digests",
	More: []string{
		"It shows what was read before and costs no request. Names come from the account's list and from earlier answers; list alone means the same.",
	},
	Examples: []string{"campaigns", "campaigns north"},
	Parse:    ParseCampaigns,
}
