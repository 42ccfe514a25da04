package grammar

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ahtbot/internal/aht"
)

// Part is one kind of part of a line: the words it begins with, and how the rest is read.
type Part struct {
	Keys []string // in lower case; the first is the one people are shown
	// Stands, if set, reports in the place of the keys whether the part begins at word i.
	Stands func(r *Reader, i int) bool
	// Begins reports whether the words behind the key, from i on, make it this part; of a part
	// that stands, those from its first word on. In a name without quotes the key alone is a
	// word of the name.
	Begins func(r *Reader, i int) bool
	Read   func() *LineError
	Many   bool // read looks itself whether it is there too often
}

// Parts reads all parts of a line, in whatever order they come. Each may be there once.
func (r *Reader) Parts(unknown func() *LineError) *LineError {
	r.Stands = map[string][2]int{}
	for !r.End() {
		if r.Skip(",") {
			continue
		}
		begin := r.At
		p, ok := r.part()
		if !ok {
			return unknown()
		}
		r.At++
		if err := p.Read(); err != nil {
			return err
		}
		if _, seen := r.Stands[p.Keys[0]]; seen && !p.Many {
			return r.Fault(begin, fmt.Sprintf("“%s” is there twice, and I don't know which one counts. Without the second:", p.Keys[0]), "")
		}
		from, to := r.Since(begin)
		r.Stands[p.Keys[0]] = [2]int{from, to}
	}
	return nil
}

// mostLeft is how many parts of a line may be unreadable: to find out what is wrong with one can take milliseconds.
const mostLeft = 8

// Understand reads what can be read of a line, part by part, and returns the other parts as they were typed. mark notes what was
// read so far; what it returns takes back what a part has set that can't be read to its end.
func (r *Reader) Understand(mark func() (back func())) (left []string) {
	for !r.End() {
		if r.Skip(",") {
			continue
		}
		if len(left) == mostLeft {
			return append(left, AsTyped(r.Line[r.Peek(0).From:]))
		}
		begin, back := r.At, mark()
		if p, ok := r.part(); ok {
			r.At++
			if p.Read() == nil {
				continue
			}
			back()
		}
		for r.At = begin + 1; !r.End() && !r.Starts(r.At); r.At++ {
			if _, key := r.part(); key && r.At > begin+1 { // outside of names each key begins a part
				break
			}
		}
		from, to := r.Since(begin)
		left = append(left, AsTyped(r.Line[from:to]))
	}
	return left
}

// part returns the part whose key is the next word.
func (r *Reader) part() (Part, bool) {
	for _, p := range r.Known {
		if p.Stands != nil && !r.End() && p.Stands(r, r.At) || p.Stands == nil && r.Is(p.Keys...) {
			return p, true
		}
	}
	return Part{}, false
}

// Without is say about two parts that don't go together: the first is left out, or else the
// others.
func (r *Reader) Without(say string, keys ...string) *LineError {
	var first, last *LineError
	for _, key := range keys {
		at, stands := r.Stands[key]
		if !stands {
			continue
		}
		e := &LineError{Say: say, From: at[0], To: at[1], Put: []string{""}}
		if first == nil {
			first = e
		} else {
			last.Or = e
		}
		last = e
	}
	return first
}

// Starts reports whether a part begins at word i, as far as a name without quotes is
// concerned.
func (r *Reader) Starts(i int) bool {
	if i >= len(r.Words) {
		return false
	}
	for _, p := range r.Known {
		if p.Stands != nil && p.Stands(r, i) && p.Begins(r, i) || p.Stands == nil && slices.Contains(p.Keys, r.Words[i].Low) && p.Begins(r, i+1) {
			return true
		}
	}
	return false
}

// Once returns begins with a memory: names of many words would ask it the same again.
func Once(begins func(i int) bool) func(i int) bool {
	known := map[int]bool{}
	return func(i int) bool {
		is, asked := known[i]
		if !asked {
			is = begins(i)
			known[i] = is
		}
		return is
	}
}

// Followed returns a begins that looks for re.
func Followed(re Pattern) func(*Reader, int) bool {
	return func(r *Reader, i int) bool { return r.Looks(i, re) }
}

// Anything is the begins of a key that no name has in it.
func Anything(r *Reader, i int) bool { return i < len(r.Words) }

// OrEnd returns a begins that looks for re, or for nothing more at all: the key is there, what
// belongs to it is not.
func OrEnd(re Pattern) func(*Reader, int) bool {
	return func(r *Reader, i int) bool { return i == len(r.Words) || r.Looks(i, re) }
}

// QuotedNext is the begins of a key that a quoted name follows.
func QuotedNext(r *Reader, i int) bool { return i < len(r.Words) && r.Words[i].Quoted }

// PlaceNext is the begins of a key that a channel follows.
func PlaceNext(r *Reader, i int) bool { return i < len(r.Words) && r.Words[i].Named }

// NearestPart returns the key that the next word is probably meant to be.
func (r *Reader) NearestPart() (key string, ok bool) {
	said := r.Peek(0).Low
	least := 2 + min(1, len(said)/6)
	for _, p := range r.Known {
		for _, k := range p.Keys {
			if d := Slips(said, k); len(k) > 2 && d < least {
				key, least = k, d
			}
		}
	}
	return key, key != ""
}

// Unknown is wrong about the next word, which begins no part: one that is near a key was
// probably meant to be that, and before any other comes first, unless nil, what the line lacks.
func (r *Reader) Unknown(first *LineError) *LineError {
	begin, key := r.At, ""
	near := false
	if !r.Peek(0).Quoted {
		key, near = r.NearestPart()
	}
	if !near && first != nil {
		return first
	}
	r.At++
	if near {
		return r.Fault(begin, fmt.Sprintf("I don't know the word %s. Did you mean %s?", r.Said(begin), key), key)
	}
	return r.Fault(begin, fmt.Sprintf("I can't use %s in that line. Without it:", r.Said(begin)), "")
}

// Campaigns goes past names of campaigns, joined by commas.
func (r *Reader) Campaigns() ([]string, *LineError) {
	var names []string
	for {
		begin := r.At
		name := r.Name()
		if name == "" && len(names) > 0 && !r.Peek(0).Quoted && begin == r.At { // a comma before the next part
			return names, nil
		}
		if err := r.CheckName(begin, name, "campaign"); err != nil {
			return nil, err
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		if err := r.Joined(begin); err != nil {
			return nil, err
		}
		if !r.Skip(",") && (!r.Is(ands...) || !r.Peek(1).Quoted) {
			return names, nil
		}
		r.Skip(ands...)
	}
}

// Joined refuses a name that goes on behind its closing quote, or has one inside.
func (r *Reader) Joined(begin int) *LineError {
	if r.End() || r.Peek(0).Comma() || r.Begins(r.At) || r.Is(ands...) && r.Peek(1).Quoted {
		return nil
	}
	_, part := r.part()
	_, near := r.NearestPart()
	switch {
	case r.Peek(0).Quoted:
		from := r.Peek(0).From
		return &LineError{Say: "Two names have no comma between them. Try:", From: from, To: from, Put: []string{", "}}
	case r.Words[begin].Quoted && !part && !near && !r.Peek(0).Named:
		behind := r.At
		said := r.bare()
		e := r.Fault(behind, fmt.Sprintf("I don't understand %s behind the name. If it belongs to the name, put it into the quotes:", r.Said(behind)))
		e.From = r.Words[begin].From
		e.Put = []string{Quote(r.Words[begin].Text + " " + said), Quote(r.Words[begin].Text)}
		return e
	default:
		return nil
	}
}

// CheckName refuses what cannot be the name of a campaign, or of another thing people name.
func (r *Reader) CheckName(begin int, name, what string) *LineError {
	put := Quote("Sales Outbound")
	switch what {
	case "digest":
		put = Quote("Morning figures")
	case "calendar":
		put = Quote("india")
	}
	_, err := aht.NewTarget(aht.KindCampaign, name)
	ne, ok := errors.AsType[*aht.NameError](err)
	switch {
	case strings.HasPrefix(name, "<@"):
		return r.Fault(begin, fmt.Sprintf("That is a person in Slack. Write the %s's name as CloudAgent shows it:", what), put)
	case !ok:
		return nil
	case ne.Fault == aht.NameEmpty && begin < r.At:
		return r.Fault(begin, fmt.Sprintf("The %s's name is empty. Write it between the quotes:", what), put)
	case ne.Fault == aht.NameEmpty:
		return r.Lacks(fmt.Sprintf("The %s's name is missing. Write it in quotes:", what), put)
	case ne.Fault == aht.NameLong:
		return r.Fault(begin, fmt.Sprintf("That name is too long: a %s's has at most %d characters. Try a line like this:", what, aht.MaxName), put)
	default:
		return r.Fault(begin, fmt.Sprintf("That %s's name has characters in it that can't be typed. Type it by hand instead of pasting:", what), put)
	}
}

// Quote writes a name so that SplitWords reads it back.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// OneOf goes past one of the words of a list, under the spellings it has, and returns which.
func (r *Reader) OneOf(key string, words []string, spellings map[string]string) (string, *LineError) {
	begin := r.At
	for n := min(3, len(r.Words)-r.At); n > 0; n-- {
		r.At = begin + n
		from, to := r.Since(begin)
		said := strings.ToLower(strings.Join(strings.Fields(r.Line[from:to]), " "))
		if s, ok := spellings[said]; ok {
			said = s
		}
		if slices.Contains(words, said) {
			return said, nil
		}
	}
	r.At = begin
	list := strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
	if r.End() || r.Peek(0).Comma() || r.Begins(r.At) {
		return "", r.Lacks(fmt.Sprintf("Behind “%s” the word is missing: %s. Try:", key, list), words[0])
	}
	best := words[0]
	for _, w := range words {
		if Slips(r.Peek(0).Low, w) < Slips(r.Peek(0).Low, best) {
			best = w
		}
	}
	r.At++
	return "", r.Fault(begin, fmt.Sprintf("I don't know %s behind “%s”. It is %s. Try:", r.Said(begin), key, list), best)
}

// Never is the begins of a key that a name may have in it.
func Never(*Reader, int) bool { return false }

// CampaignNamed is the target a name in a line means.
func CampaignNamed(name string) aht.Target {
	t, _ := aht.NewTarget(aht.KindCampaign, name) // checked by whoever read it
	return t
}
