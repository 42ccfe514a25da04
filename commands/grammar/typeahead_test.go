package grammar

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// taken is a name taken apart: its solid, and where in that words begin.
func taken(name string) (solid string, begins []int) {
	for p := range eachPart(name) {
		if p.word {
			begins = append(begins, len(solid))
		}
		solid += p.solid
	}
	return solid, begins
}

// fitOf is how typed fits one name, found without an index.
func fitOf(name, typed string) (Fit, bool) {
	solid, begins := taken(name)
	t := newTyped(typed)
	each := func(fits func(rest, word string) bool) bool {
		return t.eachWord(func(word string) bool {
			return slices.ContainsFunc(begins, func(at int) bool { return fits(solid[at:], word) })
		})
	}
	switch {
	case t.solid == "":
		return 0, false
	case solid == t.solid:
		return FitSame, true
	case strings.HasPrefix(solid, t.solid):
		return FitBegins, true
	case each(strings.HasPrefix):
		return FitWords, true
	case strings.Contains(solid, t.solid):
		return FitInside, true
	case each(slipsInto):
		return FitNearly, true
	default:
		return 0, false
	}
}

// slipsInto reports whether rest begins with word, or with one slip in it behind the first letter.
func slipsInto(rest, word string) bool {
	r, w := []rune(rest), []rune(word)
	if strings.HasPrefix(rest, word) || len(w) < leastSlip || r[0] != w[0] {
		return strings.HasPrefix(rest, word)
	}
	for n := len(w) - 1; n <= min(len(w)+1, len(r)); n++ {
		if Slips(string(r[:n]), word) <= 1 {
			return true
		}
	}
	return false
}

func TestAnIndexFindsWhatALookAtEachNameFinds(t *testing.T) {
	words := []string{"Sales", "sale", "Outbound", "North", "south", "n", "5m", "KYC.", "Reminders", "(1)", "_", "-", "विक्रय", "क्\u200dष", "ÉTÉ", "O’Brien", "\uff33urvey", "x=y", "  "}
	some := func(t *rapid.T, most int) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, most).Draw(t, "words"), rapid.SampledFrom([]string{" ", "_", "", "."}).Draw(t, "between"))
	}
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfDistinct(rapid.Custom(func(t *rapid.T) string { return some(t, 4) }), rapid.ID).Draw(t, "names")
		slices.Sort(names)
		typed := some(t, 3)
		if r := []rune(typed); rapid.Bool().Draw(t, "cut") {
			typed = string(r[:rapid.IntRange(0, len(r)).Draw(t, "letters")])
		}
		if r := []rune(typed); len(r) > 2 && rapid.Bool().Draw(t, "slip") {
			typed = string(slices.Delete(r, len(r)/2, len(r)/2+1))
		}
		want, nearly := map[string]Fit{}, map[string]Fit{}
		for _, name := range names {
			if fit, ok := fitOf(name, typed); ok && fit < FitNearly {
				want[name] = fit
			} else if ok {
				nearly[name] = fit
			}
		}
		if len(want) == 0 {
			want = nearly
		}
		x := NewIndex(names)
		got := 0
		for f := range x.Find(typed) {
			got++
			if fit, ok := want[f.Name]; !ok || fit != f.Fit || f.Left < 0 {
				t.Fatalf("%q: %q fits %d, want %d (%v)", typed, f.Name, f.Fit, fit, ok)
			}
		}
		if got != len(want) || HasLetters(typed) == (newTyped(typed).solid == "") {
			t.Fatalf("%q: %d found, want %v", typed, got, want)
		}
		for _, name := range names {
			if !x.Has(name) || !x.Of(names) || x.Of(slices.Clone(names)) {
				t.Fatalf("%q is not known", name)
			}
		}
	})
}

// What is typed may be anything, and finds something or nothing.
func FuzzIndex(f *testing.F) {
	x := NewIndex([]string{"Collections North", "KYC.Reminders", "Men’s Wear", "Sales_Outbound", "विक्रय दक्षिण"})
	for _, typed := range []string{"sal out", "colections", "\n", "\xff\xfe", "व", "...", "_ _", "O'"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		for found := range x.Find(typed) {
			if !x.Has(found.Name) {
				t.Errorf("%q finds %q", typed, found.Name)
			}
		}
	})
}
