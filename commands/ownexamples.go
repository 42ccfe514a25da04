package commands

import (
	"slices"
	"strings"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/answers"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// invented are the campaigns of the example lines, which an account has by chance only, with
// which of the account's own stands in for each.
var invented = map[string]int{"Sales Outbound": 0, "Sales_Outbound": 0, "Collections North": 1}

// mostLooked is how many names are looked at for one that was read lately.
const mostLooked = 500

// ownExamples puts campaigns of the account in the place of the invented ones in the lines that
// r offers, so that pressing one asks what can be answered. Names that the person typed stay,
// and who may not read names gets none.
func (h *Handler) ownExamples(r reply.Reply, q request.Question) reply.Reply {
	if len(r.Try) == 0 || !h.mayName(q) {
		return r
	}
	var known []string
	r.Try, r.Buttons = slices.Clone(r.Try), slices.Clone(r.Buttons)
	for i, line := range r.Try {
		cmd, err := Parse(line)
		if err != nil || !h.isInvented(cmd, q.Text) {
			continue
		}
		if known == nil {
			if known = h.lately(); len(known) == 0 {
				return r
			}
		}
		own := request.Readable(inPlaceOf(cmd, known))
		r.Text = strings.ReplaceAll(r.Text, line, own)
		r.Try[i] = own
		for j, b := range r.Buttons {
			if b.Action == reply.ActionTry && b.Value == request.ButtonValue(cmd) {
				r.Buttons[j] = request.TryButton(inPlaceOf(cmd, known))
			}
		}
	}
	return r
}

// lately returns two campaigns of the account, those with the newest readings if there are
// any; fewer when fewer are known.
func (h *Handler) lately() []string {
	all, _ := h.Names.Campaigns()
	all = slices.Clone(all[:min(len(all), mostLooked)])
	age := map[string]int64{}
	for _, name := range all {
		if t, err := aht.NewTarget(aht.KindCampaign, name); err == nil {
			if r, ok := h.Memory.Latest(t); ok {
				age[name] = r.At.Unix()
			}
		}
	}
	slices.SortStableFunc(all, func(a, b string) int { return int(age[b] - age[a]) })
	return all[:min(len(all), 2)]
}

// isInvented reports whether cmd is about campaigns of the examples that the account does
// not have, none of which is in said.
func (h *Handler) isInvented(cmd request.Command, said string) bool {
	names := campaignsOf(cmd)
	return len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool {
		_, example := invented[name]
		return !example || len(h.same(name)) > 0 || strings.Contains(said, name)
	})
}

// campaignsOf returns the campaigns that cmd names.
func campaignsOf(cmd request.Command) []string {
	if add, ok := cmd.(digestline.Add); ok {
		return add.Draft.What.Campaigns
	}
	if t := request.About(cmd); t.Kind() == aht.KindCampaign {
		return []string{t.Name()}
	}
	return nil
}

// inPlaceOf is cmd with known campaigns in the place of those it names.
func inPlaceOf(cmd request.Command, known []string) request.Command {
	if names := campaignsOf(cmd); len(names) == 1 && len(known) > 1 {
		known = known[invented[names[0]]:]
	}
	t, err := aht.NewTarget(aht.KindCampaign, known[0])
	if err != nil {
		return cmd
	}
	switch c := cmd.(type) {
	case request.Show:
		return request.Show{Target: t}
	case answers.Trend:
		return answers.Trend{Target: t, Span: c.Span}
	case answers.SetGoal:
		c.Goal.Target = t
		return c
	case answers.ClearGoal:
		return answers.ClearGoal{Target: t}
	case answers.ShowGoal:
		return answers.ShowGoal{Target: t}
	case alertline.Add:
		c.Draft.Target = t
		return c
	case alertline.Preview:
		c.Draft.Target = t
		return c
	case digestline.Add:
		c.Draft.What.Campaigns = known[:min(len(known), len(c.Draft.What.Campaigns))]
		return c
	default:
		return cmd
	}
}
