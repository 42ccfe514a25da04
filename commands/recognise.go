package commands

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// recognise says what a typed campaign name is taken for: the name itself when it is
// known, else the one known name that differs from it in case, spaces, underscores or
// dashes only, else at most three that it may have been meant for. With nil names there is
// nothing to compare with, and every name is taken as it is typed.
func recognise(name string, names Names) Recognised {
	if names == nil {
		return Recognised{Name: name, Known: true}
	}
	all, _ := names.Campaigns()
	if _, exact := slices.BinarySearch(all, name); exact {
		return Recognised{Name: name, Known: true}
	}
	folded := fold(name)
	var alike []string
	type near struct {
		name string
		off  int
	}
	var close []near
	for _, n := range all {
		f := fold(n)
		if f == folded {
			alike = append(alike, n)
		}
		off := slips(folded, f)
		if len(folded) >= 3 && (strings.HasPrefix(f, folded) || strings.HasPrefix(folded, f) && len(f) >= 3) {
			off = min(off, 1)
		}
		if off <= 1+len([]rune(folded))/5 {
			close = append(close, near{n, off})
		}
	}
	if len(alike) == 1 {
		return Recognised{Name: alike[0], Known: true}
	}
	slices.SortStableFunc(close, func(a, b near) int { return cmp.Compare(a.off, b.off) })
	r := Recognised{Name: name}
	for _, n := range close[:min(3, len(close))] {
		r.Closest = append(r.Closest, n.name)
	}
	return r
}

// fold is a name without what people get wrong: case, spaces, underscores, dashes.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '_' || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
