package bench

import (
	"fmt"

	"ahtbot/internal/sim/ozonesim"
)

// kind is what a command of the mix needs to be answered.
type kind int

const (
	fresh    kind = iota // a reading that is at hand
	words                // nothing: help, or a mistake
	upstream             // a question to the upstream
)

// line is one command of the mix.
type line struct {
	kind kind
	user string
	text string // what stands behind /aht
}

// people are who types. Slack is asked about each once, while warming.
var people = []string{"U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8"}

// spoken are help and mistakes.
var spoken = []string{"help", "agnt 42", "agent", "help campaign"}

// targets returns every agent and campaign of the simulated floor, as people write them.
func targets() []string {
	server := ozonesim.New(ozonesim.Config{}) // listens nowhere
	var all []string
	for _, a := range server.Agents() {
		all = append(all, "agent "+a)
	}
	for _, c := range server.Campaigns() {
		all = append(all, "campaign "+c)
	}
	return all
}

// mix returns the i-th command: of any hundred in a row ninety fresh, nine words and one
// upstream, spread evenly. An upstream question is about an agent nobody asked about
// before; the upstream does not know them either, which costs the same on every side.
func mix(i int, known []string) line {
	l := line{user: people[i%len(people)]}
	switch place := i * 37 % 100; { // 37 and 100 have no common factor: each place once in a hundred
	case place < 90:
		l.kind, l.text = fresh, known[i%len(known)]
	case place < 99:
		l.kind, l.text = words, spoken[place%len(spoken)]
	default:
		l.kind, l.text = upstream, fmt.Sprintf("agent New%06d", i)
	}
	return l
}
