package commands

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ahtbot/internal/aht"
)

// part is one kind of part of a line: the words it begins with, and how the rest is read.
type part struct {
	keys []string // in lower case; the first is the one people are shown
	// stands, if set, reports in the place of the keys whether the part begins at word i.
	stands func(r *reader, i int) bool
	// begins reports whether the words behind the key, from i on, make it this part; of a part
	// that stands, those from its first word on. In a name without quotes the key alone is a
	// word of the name.
	begins func(r *reader, i int) bool
	read   func() *wrong
	many   bool // read looks itself whether it is there too often
}

// parts reads all parts of a line, in whatever order they come. Each may be there once.
func (r *reader) parts(unknown func() *wrong) *wrong {
	r.stands = map[string][2]int{}
	for !r.end() {
		if r.skip(",") {
			continue
		}
		begin := r.at
		p, ok := r.part()
		if !ok {
			return unknown()
		}
		r.at++
		if err := p.read(); err != nil {
			return err
		}
		if _, seen := r.stands[p.keys[0]]; seen && !p.many {
			return r.fault(begin, fmt.Sprintf("“%s” is there twice, and I don't know which one counts. Without the second:", p.keys[0]), "")
		}
		from, to := r.since(begin)
		r.stands[p.keys[0]] = [2]int{from, to}
	}
	return nil
}

// part returns the part whose key is the next word.
func (r *reader) part() (part, bool) {
	for _, p := range r.known {
		if p.stands != nil && !r.end() && p.stands(r, r.at) || p.stands == nil && r.is(p.keys...) {
			return p, true
		}
	}
	return part{}, false
}

// without is say about two parts that don't go together: the first is left out, or else the
// others.
func (r *reader) without(say string, keys ...string) *wrong {
	var first, last *wrong
	for _, key := range keys {
		at, stands := r.stands[key]
		if !stands {
			continue
		}
		e := &wrong{say: say, from: at[0], to: at[1], put: []string{""}}
		if first == nil {
			first = e
		} else {
			last.or = e
		}
		last = e
	}
	return first
}

// starts reports whether a part begins at word i, as far as a name without quotes is
// concerned.
func (r *reader) starts(i int) bool {
	if i >= len(r.words) {
		return false
	}
	for _, p := range r.known {
		if p.stands != nil && p.stands(r, i) && p.begins(r, i) || p.stands == nil && slices.Contains(p.keys, r.words[i].low) && p.begins(r, i+1) {
			return true
		}
	}
	return false
}

// once returns begins with a memory: names of many words would ask it the same again.
func once(begins func(i int) bool) func(i int) bool {
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

// followed returns a begins that looks for re.
func followed(re *regexp.Regexp) func(*reader, int) bool {
	return func(r *reader, i int) bool { return r.looks(i, re) }
}

// anything is the begins of a key that no name has in it.
func anything(r *reader, i int) bool { return i < len(r.words) }

// orEnd returns a begins that looks for re, or for nothing more at all: the key is there, what
// belongs to it is not.
func orEnd(re *regexp.Regexp) func(*reader, int) bool {
	return func(r *reader, i int) bool { return i == len(r.words) || r.looks(i, re) }
}

func quotedNext(r *reader, i int) bool { return i < len(r.words) && r.words[i].quoted }

func placeNext(r *reader, i int) bool { return i < len(r.words) && r.words[i].named }

// nearestPart returns the key that the next word is probably meant to be.
func (r *reader) nearestPart() (key string, ok bool) {
	said := r.peek(0).low
	least := 2 + min(1, len(said)/6)
	for _, p := range r.known {
		for _, k := range p.keys {
			if d := slips(said, k); len(k) > 2 && d < least {
				key, least = k, d
			}
		}
	}
	return key, key != ""
}

// campaigns goes past names of campaigns, joined by commas.
func (r *reader) campaigns() ([]string, *wrong) {
	var names []string
	for {
		begin := r.at
		name := r.name()
		if name == "" && len(names) > 0 && !r.peek(0).quoted && begin == r.at { // a comma before the next part
			return names, nil
		}
		if err := r.checkName(begin, name, "campaign"); err != nil {
			return nil, err
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		if err := r.joined(begin); err != nil {
			return nil, err
		}
		if !r.skip(",") && (!r.is(ands...) || !r.peek(1).quoted) {
			return names, nil
		}
		r.skip(ands...)
	}
}

// joined refuses a name that goes on behind its closing quote, or has one inside.
func (r *reader) joined(begin int) *wrong {
	if r.end() || r.peek(0).comma() || r.begins(r.at) || r.is(ands...) && r.peek(1).quoted {
		return nil
	}
	_, part := r.part()
	_, near := r.nearestPart()
	switch {
	case r.peek(0).quoted:
		from := r.peek(0).from
		return &wrong{say: "Two names have no comma between them. Try:", from: from, to: from, put: []string{", "}}
	case r.words[begin].quoted && !part && !near && !r.peek(0).named:
		behind := r.at
		said := r.bare()
		e := r.fault(behind, fmt.Sprintf("I don't understand %s behind the name. If it belongs to the name, put it into the quotes:", r.said(behind)))
		e.from = r.words[begin].from
		e.put = []string{quote(r.words[begin].text + " " + said), quote(r.words[begin].text)}
		return e
	default:
		return nil
	}
}

// checkName refuses what cannot be the name of a campaign, or of another thing people name.
func (r *reader) checkName(begin int, name, what string) *wrong {
	put := quote("Sales Outbound")
	switch what {
	case "digest":
		put = quote("Morning figures")
	case "calendar":
		put = quote("india")
	}
	_, err := aht.NewTarget(aht.KindCampaign, name)
	ne, ok := errors.AsType[*aht.NameError](err)
	switch {
	case strings.HasPrefix(name, "<@"):
		return r.fault(begin, fmt.Sprintf("That is a person in Slack. Write the %s's name as CloudAgent shows it:", what), put)
	case !ok:
		return nil
	case ne.Fault == aht.NameEmpty && begin < r.at:
		return r.fault(begin, fmt.Sprintf("The %s's name is empty. Write it between the quotes:", what), put)
	case ne.Fault == aht.NameEmpty:
		return r.lacks(fmt.Sprintf("The %s's name is missing. Write it in quotes:", what), put)
	case ne.Fault == aht.NameLong:
		return r.fault(begin, fmt.Sprintf("That name is too long: a %s's has at most %d characters. Try a line like this:", what, aht.MaxName), put)
	default:
		return r.fault(begin, fmt.Sprintf("That %s's name has characters in it that can't be typed. Type it by hand instead of pasting:", what), put)
	}
}

// quote writes a name so that splitWords reads it back.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// oneOf goes past one of the words of a list, under the spellings it has, and returns which.
func (r *reader) oneOf(key string, words []string, spellings map[string]string) (string, *wrong) {
	begin := r.at
	for n := min(3, len(r.words)-r.at); n > 0; n-- {
		r.at = begin + n
		from, to := r.since(begin)
		said := strings.ToLower(strings.Join(strings.Fields(r.line[from:to]), " "))
		if s, ok := spellings[said]; ok {
			said = s
		}
		if slices.Contains(words, said) {
			return said, nil
		}
	}
	r.at = begin
	list := strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
	if r.end() || r.peek(0).comma() || r.begins(r.at) {
		return "", r.lacks(fmt.Sprintf("Behind “%s” the word is missing: %s. Try:", key, list), words[0])
	}
	best := words[0]
	for _, w := range words {
		if slips(r.peek(0).low, w) < slips(r.peek(0).low, best) {
			best = w
		}
	}
	r.at++
	return "", r.fault(begin, fmt.Sprintf("I don't know %s behind “%s”. It is %s. Try:", r.said(begin), key, list), best)
}

// never is the begins of a key that a name may have in it.
func never(*reader, int) bool { return false }

// campaignNamed is the target a name in a line means.
func campaignNamed(name string) aht.Target {
	t, _ := aht.NewTarget(aht.KindCampaign, name) // checked by whoever read it
	return t
}
