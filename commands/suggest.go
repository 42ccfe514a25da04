package commands

import (
	"cmp"
	"slices"
	"strings"

	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// How many campaigns are suggested at most: before anything is typed as many as Slack shows (slack.md §3), and of what is typed
// those that are read before one more letter is typed.
const (
	mostSuggested = 100
	mostFound     = 40
)

// Suggest returns the campaigns that may be meant by what is typed into a field, best first, and last of all what was typed as it
// is. Before others come those that the person asked about or watches. It answers from memory and never blocks; who may not see
// figures, or is not known yet, is told no names.
func (h *Handler) Suggest(q request.Question, _ string, typed string) []form.Option {
	if !h.mayName(q) {
		return nil
	}
	typed = strings.TrimSpace(typed)
	names := suggested(typed, h.ownCampaigns(q), h.typeahead())
	options := form.CampaignOptions(names)
	if as, can := typedOption(typed); can && !slices.Contains(names, typed) {
		options = append(options[:min(len(options), mostSuggested-1)], as)
	}
	return options
}

// typeahead is the campaigns known by name, ready to be found. It is made anew when they are others.
func (h *Handler) typeahead() *grammar.Index {
	all, _ := h.Names.Campaigns()
	x := h.index.Load()
	if !x.Of(all) {
		x = grammar.NewIndex(all)
		h.index.Store(x)
	}
	return x
}

// ownCampaigns are those that who asks q asked about, the newest first, and those that they watch.
func (h *Handler) ownCampaigns(q request.Question) (names []string) {
	own := h.Asked.Of(q.User, q.At)
	if h.Watched != nil {
		own = append(own, h.Watched(q.User)...)
	}
	for _, t := range own {
		if !slices.Contains(names, t.Name()) {
			names = append(names, t.Name())
		}
	}
	return names
}

// suggestion is a campaign that may be meant.
type suggestion struct {
	grammar.Fitting
	group int // 0: the very name; 1: of their own; 2: any other; 3: only nearly what was typed
	own   int // place among their own; behind all of them: none of these
}

// before orders suggestions, best first: no two campaigns are equal in it.
func (s suggestion) before(o suggestion) int {
	return cmp.Or(cmp.Compare(s.group, o.group), cmp.Compare(s.own, o.own), cmp.Compare(s.Fit, o.Fit), cmp.Compare(s.Left, o.Left), strings.Compare(s.Name, o.Name))
}

// suggested are the first of own and of x that typed may stand for, best first; those that it only nearly fits where
// it fits none.
func suggested(typed string, own []string, x *grammar.Index) (names []string) {
	if !grammar.HasLetters(typed) {
		return first(own, x.Names())
	}
	place := make(map[string]int, len(own))
	for i, name := range own {
		place[name] = i
	}
	var best []suggestion
	strange := grammar.NewIndex(slices.DeleteFunc(slices.Clone(own), x.Has))
	for _, names := range []*grammar.Index{strange, x} {
		for f := range names.Find(typed) {
			s := suggestion{f, 2, len(own)}
			if i, is := place[f.Name]; is {
				s.group, s.own = 1, i
			}
			switch f.Fit { //nolint:exhaustive // the others don't matter more than whose it is
			case grammar.FitSame:
				s.group = 0
			case grammar.FitNearly:
				s.group = 3
			}
			best = keep(best, s)
		}
	}
	for _, s := range best {
		if s.group == 3 && best[0].group < 3 {
			break
		}
		names = append(names, s.Name)
	}
	return names
}

// first are the first of own and of all, each once.
func first(own, all []string) []string {
	names := slices.Clone(own)
	for _, name := range all {
		if len(names) < mostSuggested && !slices.Contains(own, name) {
			names = append(names, name)
		}
	}
	return names[:min(len(names), mostSuggested)]
}

// keep puts s among the best, which are in order.
func keep(best []suggestion, s suggestion) []suggestion {
	if len(best) == mostFound && s.before(best[mostFound-1]) >= 0 {
		return best
	}
	at, _ := slices.BinarySearchFunc(best, s, suggestion.before)
	best = slices.Insert(best, at, s)
	return best[:min(len(best), mostFound)]
}

// typedOption is what was typed as the name of a campaign; false for what can't be one, or is longer than an option carries.
func typedOption(typed string) (form.Option, bool) {
	value := form.CampaignValue(typed)
	if _, carried := form.CampaignName(value, nil); !carried {
		return form.Option{}, false
	}
	_, err := aht.NewTarget(aht.KindCampaign, typed)
	const before, behind = "Use “", "” as typed"
	return form.Option{Label: before + reply.CutMiddle(typed, form.MostLabel-len([]rune(before+behind))) + behind, Value: value}, err == nil
}
