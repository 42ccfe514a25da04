package blockkit

import (
	"fmt"
	"strings"
)

// The kinds of Problem.
const (
	KindSlack = "slack" // Slack refuses the message
	KindHouse = "house" // Slack takes it, we do not
)

// Problem is one fault of a message or view.
type Problem struct {
	Kind string // KindSlack or KindHouse
	Code string // Slack's error word; empty for house rules
	Path string // where, such as "blocks[2].text"; empty for the whole
	Text string // what is wrong
}

// String returns the problem in one line.
func (p Problem) String() string {
	return strings.TrimSpace(strings.Join([]string{p.Kind + ":", p.Code, p.Path, p.Text}, " "))
}

// checker collects the problems of one message or view.
type checker struct {
	problems  []Problem
	maxBlocks int
	view      bool
	modal     bool
	inputs    int
	tables    int
	cells     int // characters in the cells of all tables
	markdown  int // characters in all markdown blocks
	ids       map[string]bool
}

func (c *checker) add(code, path, format string, args ...any) {
	c.problems = append(c.problems, Problem{KindSlack, code, path, fmt.Sprintf(format, args...)})
}

func (c *checker) addHouse(path, text string) {
	c.problems = append(c.problems, Problem{KindHouse, "", path, text})
}
