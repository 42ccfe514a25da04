package commands

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mostSeveral is how many things one line may be about.
const mostSeveral = 100

var fromToLooks = phrase(`#?(\d+)(?:` + dash + `| +(?:to|through|thru) +)#?(\d+)`)

// takeNumbers goes past the numbers that say which are meant: 3, or 1, 2 and 5-7, or all.
func (r *reader) takeNumbers(s noun, verb string) (ids []int64, every bool, err *wrong) {
	r.skip(s.word, s.word+"s")
	if verb != "restore" && r.skip("all", "everything", "*") {
		r.skip("of")
		r.skip("them", "the", "my", s.word+"s")
		r.skip(s.word + "s")
		return nil, true, nil
	}
	if !r.looks(r.at, fromToLooks) {
		id, err := r.takeNumber(s, verb)
		if err != nil {
			return nil, false, err
		}
		ids = append(ids, id)
	}
	for {
		begin := r.at
		for r.skip(",") || r.skip(ands...) {
			continue
		}
		if r.looks(r.at, unitLooks) { // 30 min: how long, not which
			break
		}
		low, high, ok := r.takeRange()
		if !ok {
			if r.at = begin; len(ids) > 0 {
				break
			}
		}
		if high-low >= mostSeveral || len(ids) > mostSeveral {
			r.at = len(r.words)
			return nil, false, r.fault(1, fmt.Sprintf("That is more than %d at once. The list has them:", mostSeveral)).whole("list")
		}
		for id := low; id <= high; id++ {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), false, nil
}

// whole is e with line in the place of all that was typed.
func (e *wrong) whole(line string) *wrong {
	e.from, e.put = 0, []string{line}
	return e
}

// takeRange goes past one number, or past two and what is between them.
func (r *reader) takeRange() (low, high int64, ok bool) {
	if m := r.take(fromToLooks); m != nil {
		a, errA := strconv.ParseInt(m[1], 10, 32)
		b, errB := strconv.ParseInt(m[2], 10, 32)
		return max(1, min(a, b)), max(a, b), errA == nil && errB == nil && max(a, b) > 0
	}
	n, is := number(r.peek(0))
	if is {
		r.at++
	}
	return n, n, is
}

// numbersWords writes numbers, and three or more in a row as the first and the last.
func numbersWords(ids []int64, sign string) string {
	var parts []string
	for i := 0; i < len(ids); {
		n := i
		for n+1 < len(ids) && ids[n+1] == ids[n]+1 {
			n++
		}
		if n-i < 2 {
			parts = append(parts, sign+id(ids[i]))
			i++
			continue
		}
		parts = append(parts, sign+id(ids[i])+"-"+id(ids[n]))
		i = n + 1
	}
	return strings.Join(parts, ", ")
}

// noun is what people call a thing that is known by its number.
type noun struct{ word, withArticle string }

// number reads a number as people type it: 3 or #3.
func number(w word) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimPrefix(w.low, "#"), 10, 32)
	return n, err == nil && n > 0 && !strings.HasPrefix(strings.TrimPrefix(w.low, "#"), "+")
}

// takeNumber goes past the number that says which one is meant.
func (r *reader) takeNumber(s noun, verb string) (int64, *wrong) {
	r.skip(s.word)
	begin := r.at
	if n, ok := number(r.peek(0)); ok {
		r.at++
		return n, nil
	}
	whole := func(say string) *wrong {
		return &wrong{say: say, from: 0, to: len(r.line), put: []string{"list"}}
	}
	if r.end() {
		return 0, whole(fmt.Sprintf("Say which %s to %s: the number is missing. The list has them:", s.word, verb))
	}
	r.at++
	return 0, whole(fmt.Sprintf("%s is no number of %s. The list has them:", r.said(begin), s.withArticle))
}

// close refuses words behind a line that is whole.
func (r *reader) close() *wrong {
	for r.skip(",") {
		continue
	}
	if r.end() {
		return nil
	}
	begin := r.at
	r.at = len(r.words)
	return r.fault(begin, fmt.Sprintf("I can't use %s in that line. Without it:", r.said(begin)), "")
}

// takeList reads the rest of list, which may say all.
func (r *reader) takeList() (all bool, err *wrong) {
	all = r.skip("all")
	return all, r.close()
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

func all(yes bool) string {
	if yes {
		return "all"
	}
	return ""
}
