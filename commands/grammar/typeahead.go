package grammar

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// Fit says how what was typed so far fits a name: lower is better.
type Fit uint8

// The fits.
const (
	FitSame   Fit = iota // but for case, width and what separates words
	FitBegins            // the name begins with it
	FitWords             // each of its words begins one of the name's, in any order
	FitInside            // the name has it somewhere
	FitNearly            // each of its words begins one of the name's, but for a slip behind the first letter
)

// Fitting is a name that what was typed may be the beginning of.
type Fitting struct {
	Name string
	Fit  Fit
	Left int // how much of it is not typed yet
}

// Index is sorted names made ready to be found by what is typed. It is not changed, so many goroutines may use it at once.
type Index struct {
	names  []string
	solids string // of all names, folded, without what only separates words, each with an end behind it
	starts []int  // where each name is in solids, and where the next one would be
	words  []bool // of each place in solids: whether a word begins there
}

// end stands behind each name of an Index, where no name can have it.
const end = "\n"

// NewIndex makes names ready, which stay as they are.
func NewIndex(names []string) *Index {
	x := &Index{names: names, starts: make([]int, 0, len(names)+1)}
	var b strings.Builder
	for _, name := range names {
		x.starts = append(x.starts, b.Len())
		for p := range eachPart(name) {
			x.words = append(append(x.words, p.word), make([]bool, len(p.solid)-1)...)
			b.WriteString(p.solid)
		}
		x.words = append(x.words, false)
		b.WriteString(end)
	}
	x.solids, x.starts = b.String(), append(x.starts, b.Len())
	return x
}

// Of reports whether x is of these very names.
func (x *Index) Of(names []string) bool {
	return x != nil && len(names) == len(x.names) && (len(names) == 0 || &names[0] == &x.names[0])
}

// Names are the names of x.
func (x *Index) Names() []string { return x.names }

// Has reports whether name is one of those of x, which are sorted.
func (x *Index) Has(name string) bool {
	_, has := slices.BinarySearch(x.names, name)
	return has
}

// HasLetters reports whether there is anything in typed to look for.
func HasLetters(typed string) bool { return newTyped(typed).solid != "" }

// part is a word of a name, or what is between two that does not only separate them.
type part struct {
	solid string // folded
	word  bool
}

// eachPart yields the parts of name.
func eachPart(name string) iter.Seq[part] {
	return func(yield func(part) bool) {
		var solid []rune
		word := false
		done := func() bool {
			ok := len(solid) == 0 || yield(part{string(solid), word})
			solid = solid[:0]
			return ok
		}
		for _, r := range name {
			r = fold(r)
			if sep := separates(r) || r == '\n'; (sep || inWord(r) != word) && !done() {
				return
			} else if !sep {
				solid, word = append(solid, r), inWord(r)
			}
		}
		done()
	}
}

// Find yields the names that typed may be the beginning of; those that it nearly fits only where it fits none. What has no
// letters fits none.
func (x *Index) Find(typed string) iter.Seq[Fitting] {
	return func(yield func(Fitting) bool) {
		t := newTyped(typed)
		if t.solid == "" {
			return
		}
		found, rare := false, x.rarest(t)
		for i := x.next(0, rare); i < len(x.names); i = x.next(i+1, rare) {
			f, ok := x.fits(i, t)
			if found = found || ok; ok && !yield(f) {
				return
			}
		}
		for i := 0; i < len(x.names) && !found; i++ {
			if t.eachWord(func(typed string) bool { return x.nearlyBegins(i, []rune(typed)) }) && !yield(x.fitting(i, FitNearly, t)) {
				return
			}
		}
	}
}

// rarest is what of t is found least often, and so leads to the fewest names that can fit: one of its words, or all of it where it
// has none.
func (x *Index) rarest(t beginning) (rare string) {
	rare = t.solid
	least := len(x.solids)
	for _, word := range slices.Backward(t.words) { // the last one is being typed, and says most
		n := 0
		for at := 0; n < least; n++ {
			i := strings.Index(x.solids[at:], word)
			if i < 0 {
				break
			}
			at += i + len(word)
		}
		if n < least {
			rare, least = word, n
		}
	}
	return rare
}

// next is the first name from i on that has part in it; as many as there are names when none has.
func (x *Index) next(i int, part string) int {
	if i == len(x.names) {
		return i
	}
	at := strings.Index(x.solids[x.starts[i]:], part)
	if at < 0 {
		return len(x.names)
	}
	if at += x.starts[i]; at < x.starts[i+1] {
		return i
	}
	i, here := slices.BinarySearch(x.starts, at)
	if !here {
		i--
	}
	return i
}

// beginning is what was typed, folded.
type beginning struct {
	solid string
	words []string
}

func newTyped(line string) (t beginning) {
	for p := range eachPart(line) {
		t.solid += p.solid
		if p.word {
			t.words = append(t.words, p.solid)
		}
	}
	return t
}

// eachWord reports whether all words of t are one that has says yes to.
func (t beginning) eachWord(has func(typed string) bool) bool {
	return len(t.words) > 0 && !slices.ContainsFunc(t.words, func(w string) bool { return !has(w) })
}

func (x *Index) solid(i int) string { return x.solids[x.starts[i] : x.starts[i+1]-len(end)] }

func (x *Index) fitting(i int, f Fit, t beginning) Fitting {
	return Fitting{x.names[i], f, max(0, len(x.solid(i))-len(t.solid))}
}

// fits says how t fits the name at i, if it does.
func (x *Index) fits(i int, t beginning) (Fitting, bool) {
	solid := x.solid(i)
	switch {
	case solid == t.solid:
		return x.fitting(i, FitSame, t), true
	case strings.HasPrefix(solid, t.solid):
		return x.fitting(i, FitBegins, t), true
	case t.eachWord(func(typed string) bool { return x.begins(i, typed) }):
		return x.fitting(i, FitWords, t), true
	case strings.Contains(solid, t.solid):
		return x.fitting(i, FitInside, t), true
	default:
		return Fitting{}, false
	}
}

// begins reports whether a word of the name at i begins with typed.
func (x *Index) begins(i int, typed string) bool {
	solid, from := x.solid(i), x.starts[i]
	for at := 0; ; at++ {
		next := strings.Index(solid[at:], typed)
		if next < 0 {
			return false
		}
		if at += next; x.words[from+at] {
			return true
		}
	}
}

// leastSlip is how many letters a typed word has in which a slip is forgiven: of a shorter one too little is left.
const leastSlip = 4

// nearlyBegins is begins with one slip behind the first letter of what was typed.
func (x *Index) nearlyBegins(i int, typed []rune) bool {
	if len(typed) < leastSlip {
		return x.begins(i, string(typed))
	}
	var word [64]rune
	for at := x.starts[i]; at < x.starts[i+1]; at++ {
		if first, _ := utf8.DecodeRuneInString(x.solids[at:]); !x.words[at] || first != typed[0] {
			continue
		}
		n := 0
		for _, r := range x.solids[at : x.starts[i+1]-len(end)] {
			if n == min(len(typed)+1, len(word)) {
				break
			}
			word[n] = r
			n++
		}
		for n = min(n, len(typed)+1); n >= len(typed)-1; n-- {
			if slices.Equal(typed, word[:n]) || oneSlip(typed, word[:n]) {
				return true
			}
		}
	}
	return false
}
