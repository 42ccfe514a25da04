package commands

import (
	"strings"

	"ahtbot/commands/form"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// Suggest returns what may be meant by what is typed into a field of a form, from memory: it never blocks. Who may not see
// figures, or is not known yet, is told no names.
func (h *Handler) Suggest(q request.Question, _, typed string) []form.Option {
	if h.Names == nil || !h.maySee(q, aht.Target{}) {
		return nil
	}
	names, _ := h.Names.Campaigns()
	typed = strings.TrimSpace(typed)
	var out []form.Option
	same := typed == ""
	for _, name := range names {
		if strings.Contains(strings.ToLower(name), strings.ToLower(typed)) {
			out, same = append(out, form.CampaignOption(name)), same || name == typed
		}
	}
	if !same {
		out = append(out, form.Option{Label: "Use “" + typed + "” as typed", Value: form.CampaignValue(typed)})
	}
	return out
}
