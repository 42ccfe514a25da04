package commands

import (
	"slices"
)

// recognise says what a typed name of a campaign is taken for: itself when it is known;
// else the one known name that differs only in case or width, or else also in spaces,
// underscores and dashes; else unknown, with the closest names, best first. Nil names are
// nothing to compare with: every name is known. The same names give the same answer.
func recognise(name string, names Names) Recognised {
	if names == nil {
		return Recognised{Name: name, Known: true}
	}
	all, _ := names.Campaigns()
	if slices.Contains(all, name) {
		return Recognised{Name: name, Known: true}
	}
	typed := newFolded(name)
	same := typed.same(all)
	if len(same) == 1 {
		return Recognised{Name: same[0], Known: true}
	}
	if w, ok := names.(Wanting); ok {
		w.Want()
	}
	return Recognised{Name: name, Closest: typed.closest(all)}
}
