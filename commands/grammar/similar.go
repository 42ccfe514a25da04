package grammar

import (
	"cmp"
	"slices"
	"unicode"
)

// MostClosest is how many names are offered for one that is not known.
const MostClosest = 3

// SameNames returns what of all a typed name is taken for: itself; else the one that differs
// only in case or width; else those that differ in spaces, underscores and dashes as well.
// Several are asked back about.
func SameNames(name string, all []string) []string {
	if slices.Contains(all, name) {
		return []string{name}
	}
	f := NewFolded(name)
	var spelled, joined []string
	for _, name := range all {
		if f.spelled(name) {
			spelled = append(spelled, name)
		} else if f.joined(name) {
			joined = append(joined, name)
		}
	}
	if len(spelled) == 1 {
		return spelled
	}
	return append(spelled, joined...)
}

// Folded is a name made ready to be compared with many.
type Folded struct {
	plain   []rune   // without case and width
	Solid   []rune   // and without what only separates words
	letters [64]int8 // how often each of solid is there, some of them thrown together
	words   [][]rune // of three letters or more: shorter ones say too little
	other   []rune   // scratch: the solid of the name compared with
	word    []rune   // scratch: a word of it
}

// NewFolded makes a name ready to be compared with others.
func NewFolded(name string) *Folded {
	f := new(Folded)
	for _, r := range name {
		r = fold(r)
		f.plain = append(f.plain, r)
		if !separates(r) {
			f.Solid = append(f.Solid, r)
			f.letters[r%64]++
		}
	}
	f.eachWord(name, func(w []rune) { f.words = append(f.words, slices.Clone(w)) })
	return f
}

// eachWord calls do with each folded word of name of three letters or more, which is do's
// until it returns.
func (f *Folded) eachWord(name string, do func([]rune)) {
	f.word = f.word[:0]
	end := func() {
		if len(f.word) >= 3 {
			do(f.word)
		}
		f.word = f.word[:0]
	}
	for _, r := range name {
		if r = fold(r); inWord(r) {
			f.word = append(f.word, r)
		} else {
			end()
		}
	}
	end()
}

// inWord reports whether a folded r is part of a word.
func inWord(r rune) bool {
	if r < unicode.MaxASCII {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N)
}

// fold takes the case and the width off a letter. Quotes are alike: [Normalise] makes typed ones straight, a name may have others.
func fold(r rune) rune {
	switch {
	case r == '\u3000':
		return ' '
	case r == '«' || r == '»' || r >= '“' && r <= '‟':
		return '"'
	case r >= '‘' && r <= '‛':
		return '\''
	case r >= '\uff01' && r <= '\uff5e': // full-width forms of ASCII, as some keyboards type them
		r -= '\uff01' - '!'
	}
	if r < unicode.MaxASCII {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// separates reports whether r only keeps the words of a name apart, or shows nothing.
func separates(r rune) bool {
	if r < unicode.MaxASCII {
		return r == ' ' || r == '_' || r == '-'
	}
	return unicode.In(r, unicode.Z, unicode.Pc, unicode.Pd, unicode.Cf)
}

// spelled reports whether name differs in case and width at most.
func (f *Folded) spelled(name string) bool {
	i := 0
	for _, r := range name {
		if i == len(f.plain) || fold(r) != f.plain[i] {
			return false
		}
		i++
	}
	return i == len(f.plain)
}

// joined reports whether name differs in what separates its words as well.
func (f *Folded) joined(name string) bool {
	i := 0
	for _, r := range name {
		if r = fold(r); separates(r) {
			continue
		}
		if i == len(f.Solid) || r != f.Solid[i] {
			return false
		}
		i++
	}
	return i == len(f.Solid) && i > 0
}

// Closeness is how near a name is: lower is nearer. Names that compare equal are equally
// near.
type Closeness struct {
	Way   int // 0: a slip or two, or only its separators; 1: one begins the other; 2: words in common
	slips int // of all letters, or minus the words in common
	extra int // letters more or fewer
}

func (c Closeness) compare(d Closeness) int {
	return cmp.Or(cmp.Compare(c.Way, d.Way), cmp.Compare(c.slips, d.slips), cmp.Compare(c.extra, d.extra))
}

// Closest returns the names of all that are near, at most [MostClosest], nearest first
// and in the order of all where they are equally near.
func (f *Folded) Closest(all []string) []string {
	type near struct {
		name string
		by   Closeness
	}
	var best []near
	for _, name := range all {
		by, ok := f.Near(name)
		if !ok || len(best) == MostClosest && by.compare(best[MostClosest-1].by) >= 0 {
			continue
		}
		i, _ := slices.BinarySearchFunc(best, by, func(n near, by Closeness) int {
			return cmp.Or(n.by.compare(by), -1) // behind its equals
		})
		best = slices.Insert(best, i, near{name, by})
		best = best[:min(len(best), MostClosest)]
	}
	names := make([]string, 0, len(best))
	for _, n := range best {
		names = append(names, n.name)
	}
	return names
}

// Near says how near name is, and whether it is at all.
func (f *Folded) Near(name string) (Closeness, bool) {
	f.other = f.other[:0]
	for _, r := range name {
		if r = fold(r); !separates(r) {
			f.other = append(f.other, r)
		}
	}
	extra := max(len(f.other)-len(f.Solid), len(f.Solid)-len(f.other))
	if bound := 1 + min(2, len(f.Solid)/6); extra <= bound && f.apart() <= 2*bound {
		if n := Slips(string(f.Solid), string(f.other)); n <= bound && n < len(f.Solid) {
			return Closeness{0, n, extra}, true
		}
	}
	if short := min(len(f.other), len(f.Solid)); short >= 3 && slices.Equal(f.other[:short], f.Solid[:short]) {
		return Closeness{1, 0, extra}, true
	}
	if n := f.shared(name); n > 0 {
		return Closeness{2, -n, extra}, true
	}
	return Closeness{}, false
}

// apart counts the letters that the other has more or less often. A slip makes two at most.
func (f *Folded) apart() (n int) {
	letters := f.letters
	for _, r := range f.other {
		letters[r%64]--
	}
	for _, d := range letters {
		n += max(int(d), -int(d))
	}
	return n
}

// shared counts the words that name has in common, one slip in a longer word forgiven.
func (f *Folded) shared(name string) (n int) {
	f.eachWord(name, func(theirs []rune) {
		if slices.ContainsFunc(f.words, func(ours []rune) bool {
			return slices.Equal(ours, theirs) || min(len(ours), len(theirs)) >= 5 && oneSlip(ours, theirs)
		}) {
			n++
		}
	})
	return n
}

// oneSlip reports whether [Slips] between two different words is one, which needs no table.
func oneSlip(a, b []rune) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(b) && a[i] == b[i] {
		i++
	}
	switch len(a) - len(b) {
	case 1:
		return slices.Equal(a[i+1:], b[i:])
	case 0:
		return i < len(a) && (slices.Equal(a[i+1:], b[i+1:]) ||
			i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && slices.Equal(a[i+2:], b[i+2:]))
	default:
		return false
	}
}

// Slips counts the typing slips between two words: letters dropped, added, changed, or
// two neighbours swapped (optimal string alignment distance).
func Slips(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 2*len(y)+2 { // far longer: not a slip, and not worth the table
		return len(x) - len(y)
	}
	var before []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
