package blocks

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"

	"ahtbot/bot/webapi"
)

// Slack's limits of the text of a message (slack.md §3), kept 5 % short like the others.
const (
	maxText    = 3800
	maxEscaped = 3900
)

func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, breakMentions.Replace(s), false, false)
}

// exactly is plain for a limit that is not kept short: what breaks mentions counts.
func exactly(s string, n int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, webapi.Shorten(breakMentions.Replace(s), n), false, false)
}

// breakMentions breaks Slack's markup for mentions with a zero-width space, although plain text
// does not parse it: a client that did would alarm a whole channel. Package commands drops such
// spaces from a line that is copied.
var breakMentions = strings.NewReplacer("<!", "<\u200b!", "<@", "<\u200b@", "<#", "<\u200b#",
	"@here", "@\u200bhere", "@channel", "@\u200bchannel", "@everyone", "@\u200beveryone")

// text is a top-level text: escaped, since Slack reads markup there, and short enough to
// be edited later, for which Slack counts what the escapes add.
func text(s string) string {
	for n := maxText; ; n = n * 3 / 4 {
		escaped := slackutilsx.EscapeMessage(breakMentions.Replace(webapi.Shorten(s, n)))
		if utf8.RuneCountInString(escaped) <= maxEscaped {
			return escaped
		}
	}
}

// preformatted is text in a fixed width, in which nothing is parsed.
func preformatted(s string) slack.RichTextElement {
	text := slack.NewRichTextSectionTextElement(breakMentions.Replace(s), nil)
	return &slack.RichTextPreformatted{Type: slack.RTEPreformatted, Elements: []slack.RichTextSectionElement{text}}
}

// section is a paragraph of plain words.
func section(s string) slack.RichTextElement {
	return slack.NewRichTextSection(slack.NewRichTextSectionTextElement(s, nil))
}

// emptyLabel is what stands for an empty label.
const emptyLabel = "–"

// oneLine is a name without line breaks; a dash when there is nothing to read.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
	return cmp.Or(strings.TrimSpace(s), emptyLabel)
}

// label is a name in one line, with mentions broken.
func label(s string) string { return breakMentions.Replace(oneLine(s)) }

// uniqueLabels makes labels of names, each of at most n characters and no two the same.
func uniqueLabels(names []string, n int) []string {
	out := make([]string, len(names))
	taken := map[string]string{}
	for i, name := range names {
		out[i] = unique(label(name), n, taken)
	}
	return out
}

// unique cuts full to n characters and notes it in taken. When another text looks so already, the
// middle is cut out instead; then a number tells them apart.
func unique(full string, n int, taken map[string]string) string {
	for k := 0; ; k++ {
		short := webapi.Shorten(full, n)
		switch r := []rune(full); {
		case k == 1 && len(r) > n:
			short = string(r[:n-1-n*2/5]) + "…" + string(r[len(r)-n*2/5:])
		case k > 1:
			end := " " + strconv.Itoa(k)
			short = webapi.Shorten(full, n-len(end)) + end
		}
		if _, seen := taken[short]; !seen {
			taken[short] = full
			return short
		}
	}
}
