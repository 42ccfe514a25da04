package blocks

import (
	"strings"

	"github.com/slack-go/slack"

	"ahtbot/bot/webapi"
	"ahtbot/commands/form"
)

// Slack's limits of views (slack.md §3).
const (
	maxTitle  = 24 // of a window, and of its words on submit and close: package commands keeps to it
	maxBlocks = 100
)

// Window draws v as a window over Slack (Slack: a modal).
func Window(v form.View) slack.ModalViewRequest {
	w := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: v.Form, PrivateMetadata: v.Meta.Encode(),
		Title: exactly(v.Title, maxTitle), Blocks: slack.Blocks{BlockSet: parts(v.Parts)},
	}
	if v.Submit != "" {
		w.Submit = exactly(v.Submit, maxTitle)
	}
	if v.Close != "" {
		w.Close = exactly(v.Close, maxTitle)
	}
	return w
}

// HomeTab draws v as a person's Home tab.
func HomeTab(v form.View) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{
		Type: slack.VTHomeTab, CallbackID: v.Form, PrivateMetadata: v.Meta.Encode(), Blocks: slack.Blocks{BlockSet: parts(v.Parts)},
	}
}

// parts draws the parts of a view, of which package commands makes no more than fit.
func parts(all []form.Part) []slack.Block {
	out := []slack.Block{}
	for _, p := range all {
		out = append(out, part(p)...)
	}
	return out[:min(len(out), maxBlocks)]
}

// part draws one part. A Reply in it is drawn plainly: whether a view takes tables and charts is documented nowhere.
func part(p form.Part) []slack.Block {
	var out []slack.Block
	if p.Heading != "" {
		out = append(out, slack.NewHeaderBlock(plain(webapi.Shorten(p.Heading, maxHeader))))
	}
	if p.Field != nil {
		out = append(out, input(*p.Field))
	}
	if len(p.Lines) > 0 {
		out = append(out, slack.NewSectionBlock(plain(webapi.Shorten(strings.Join(p.Lines, "\n"), maxSection)), nil, nil))
	}
	if p.Reply != nil {
		out = append(out, draw(*p.Reply, true)...)
	}
	if p.Line != "" {
		out = append(out, slack.NewRichTextBlock("", preformatted(webapi.Shorten(p.Line, maxSection))))
	}
	if p.Note != "" {
		out = append(out, slack.NewContextBlock("", plain(webapi.Shorten(p.Note, maxContext))))
	}
	if c := credits(p.Credits); c != nil {
		out = append(out, c)
	}
	if len(p.Buttons) > 0 {
		out = append(out, actions(p.Buttons))
	}
	if p.Rule {
		out = append(out, slack.NewDividerBlock())
	}
	return out
}
