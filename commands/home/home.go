// Package home is a person's Home tab: what they watch, as it stands now. It asks nothing of Ozonetel, and the store a fixed number
// of times, however much there is.
package home

import (
	"context"
	"fmt"

	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// Handler draws Home.
type Handler struct{ *request.Base }

// View is the Home tab of who asks q, who may see figures: the given page of it, counted from 0, below the answer to what was
// pressed there, if that is what it is drawn for. How ahtbot is doing is for admins; nil shows nothing of it. The error is for the
// operator's log: the View says what a person needs to know.
func (h Handler) View(ctx context.Context, q request.Question, page int, above, doing *reply.Reply) (form.View, error) {
	m, err := h.mine(ctx, q)
	var parts []form.Part
	if m.empty() {
		page, parts = 0, h.firstVisit()
	} else {
		parts, page = h.shown(m, page, q)
	}
	if doing != nil && page == 0 {
		parts = append(parts, form.Part{Heading: "How ahtbot is doing", Reply: doing})
	}
	return Around(page, above, parts...), err
}

// Around is a Home tab of parts, below the answer to what was pressed there; nil: nothing was.
func Around(page int, above *reply.Reply, parts ...form.Part) form.View {
	if above != nil {
		parts = append([]form.Part{{Reply: above, Rule: true}}, parts...)
	}
	return form.View{Form: "home", Meta: form.Meta{Version: form.Version, Page: page}, Parts: parts}
}

// firstVisit is for who watches nothing yet.
func (h Handler) firstVisit() []form.Part {
	p := form.Part{Lines: []string{"Ask how long calls take, and I tell you at once."}}
	p.Buttons = h.AppendForm(p.Buttons, "Ask", "ask")
	if h.Alerts != nil {
		p.Lines = append(p.Lines, "Watch a campaign, and I tell you when its calls take too long.")
		p.Buttons = h.AppendForm(p.Buttons, "Watch a campaign", "alert add")
	}
	if h.Digests != nil {
		p.Lines = append(p.Lines, "Schedule a digest, and the figures come at the times you choose.")
		p.Buttons = h.AppendForm(p.Buttons, "Schedule a digest", "digest add")
	}
	return []form.Part{p}
}

// shown is a page of what there is, and which page that is: the last one, where there are fewer.
func (h Handler) shown(m mine, page int, q request.Question) ([]form.Part, int) {
	top := form.Part{Heading: m.summary(), Lines: m.notes()}
	top.Buttons = h.AppendForm(top.Buttons, "New alert", "alert add")
	top.Buttons = h.AppendForm(top.Buttons, "New digest", "digest add")
	all := []section{h.firing(m, q), h.campaigns(m, q), h.alerts(m, q), h.digests(m, q)}
	rows, page, pages := cut(all, page)
	parts := append([]form.Part{top}, rows...)
	if pages > 1 {
		parts = append(parts, turning(page, pages))
	}
	return append(parts, h.ask(m.agents)...), page
}

// summary is what to see first.
func (m mine) summary() string {
	switch n := len(m.firing); {
	case n == 1:
		return "1 of your alerts fires"
	case n > 1:
		return fmt.Sprintf("%d of your alerts fire", n)
	case len(m.alerts) > 0:
		return "None of your alerts fires"
	default:
		return "What you watch"
	}
}

// notes say what is missing, and the person's own figure.
func (m mine) notes() []string {
	var out []string
	if m.away {
		out = append(out, "The store that keeps alerts and digests does not answer, so yours can't be shown now. They are back as soon as it is.")
	}
	if m.you != "" {
		out = append(out, m.you)
	}
	return out
}

// ask is where one asks at once: picking a campaign does, and the button for an agent, which is for who may see some.
func (h Handler) ask(agents bool) []form.Part {
	campaign := form.CampaignField(nil)
	campaign.Label, campaign.Optional, campaign.Live = "Ask about a campaign", true, true
	parts := []form.Part{{Field: &campaign}}
	if agents {
		agent := form.Field{Name: form.FieldAgent, Label: "Or about one agent", Shadow: "The id they sign in to CloudAgent with", Optional: true}
		parts = append(parts, form.Part{Field: &agent})
	}
	parts[len(parts)-1].Buttons = []reply.Button{{Action: reply.ActionSend, Label: "Ask"}}
	return parts
}
