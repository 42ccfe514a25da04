package grammar

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mostSeveral is how many things one line may be about.
const mostSeveral = 100

var fromToLooks = Phrase(`#?(\d+)(?:` + Dash + `| +(?:to|through|thru) +)#?(\d+)`)

// TakeNumbers goes past the numbers that say which are meant: 3, or 1, 2 and 5-7, or all.
func (r *Reader) TakeNumbers(s Noun, verb string) (ids []int64, every bool, err *LineError) {
	r.Skip(s.Word, s.Word+"s")
	if verb != "restore" && r.Skip("all", "everything", "*") {
		r.Skip("of")
		r.Skip("them", "the", "my", s.Word+"s")
		r.Skip(s.Word + "s")
		return nil, true, nil
	}
	if !r.Looks(r.At, fromToLooks) {
		id, err := r.TakeNumber(s, verb)
		if err != nil {
			return nil, false, err
		}
		ids = append(ids, id)
	}
	for {
		begin := r.At
		for r.Skip(",") || r.Skip(ands...) {
			continue
		}
		if r.Looks(r.At, UnitLooks) { // 30 min: how long, not which
			break
		}
		low, high, ok := r.takeRange()
		if !ok {
			if r.At = begin; len(ids) > 0 {
				break
			}
		}
		if high-low >= mostSeveral || len(ids) > mostSeveral {
			r.At = len(r.Words)
			return nil, false, r.Fault(1, fmt.Sprintf("That is more than %d at once. The list has them:", mostSeveral)).whole("list")
		}
		for id := low; id <= high; id++ {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), false, nil
}

// whole is e with line in the place of all that was typed.
func (e *LineError) whole(line string) *LineError {
	e.From, e.Put = 0, []string{line}
	return e
}

// takeRange goes past one number, or past two and what is between them.
func (r *Reader) takeRange() (low, high int64, ok bool) {
	if m := r.Take(fromToLooks); m != nil {
		a, errA := strconv.ParseInt(m[1], 10, 32)
		b, errB := strconv.ParseInt(m[2], 10, 32)
		return max(1, min(a, b)), max(a, b), errA == nil && errB == nil && max(a, b) > 0
	}
	n, is := Number(r.Peek(0))
	if is {
		r.At++
	}
	return n, n, is
}

// NumbersWords writes numbers, and three or more in a row as the first and the last.
func NumbersWords(ids []int64, sign string) string {
	return strings.Join(runs(ids, func(a, b int64) bool { return a+1 == b }, "-", func(id int64) string { return sign + ID(id) }, ID), ", ")
}

// runs writes items; of three or more that follow one another the first, to and the last, which has words of its own.
func runs[T any](items []T, follow func(a, b T) bool, to string, words, last func(T) string) (parts []string) {
	for i := 0; i < len(items); {
		end := i
		for end+1 < len(items) && follow(items[end], items[end+1]) {
			end++
		}
		part := words(items[i])
		if end-i < 2 {
			end = i
		} else {
			part += to + last(items[end])
		}
		parts, i = append(parts, part), end+1
	}
	return parts
}

// Noun is what people call a thing that is known by its number.
type Noun struct{ Word, WithArticle string }

// Number reads a number as people type it: 3 or #3.
func Number(w Word) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimPrefix(w.Low, "#"), 10, 32)
	return n, err == nil && n > 0 && !strings.HasPrefix(strings.TrimPrefix(w.Low, "#"), "+")
}

// TakeNumber goes past the number that says which one is meant.
func (r *Reader) TakeNumber(s Noun, verb string) (int64, *LineError) {
	r.Skip(s.Word)
	begin := r.At
	if n, ok := Number(r.Peek(0)); ok {
		r.At++
		return n, nil
	}
	whole := func(say string) *LineError {
		return &LineError{Say: say, From: 0, To: len(r.Line), Put: []string{"list"}}
	}
	if r.End() {
		return 0, whole(fmt.Sprintf("Say which %s to %s: the number is missing. The list has them:", s.Word, verb))
	}
	r.At++
	return 0, whole(fmt.Sprintf("%s is no number of %s. The list has them:", r.Said(begin), s.WithArticle))
}

// Close refuses words behind a line that is whole.
func (r *Reader) Close() *LineError {
	for r.Skip(",") {
		continue
	}
	if r.End() {
		return nil
	}
	begin := r.At
	r.At = len(r.Words)
	return r.Fault(begin, fmt.Sprintf("I can't use %s in that line. Without it:", r.Said(begin)), "")
}

// TakeList reads the rest of list, which may say all.
func (r *Reader) TakeList() (all bool, err *LineError) {
	all = r.Skip("all")
	return all, r.Close()
}

// ID writes the number of a digest or an alert.
func ID(n int64) string { return strconv.FormatInt(n, 10) }

// AllWord is the word all, or nothing.
func AllWord(yes bool) string {
	if yes {
		return "all"
	}
	return ""
}
