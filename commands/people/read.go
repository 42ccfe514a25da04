package people

import (
	"errors"
	"slices"
	"strings"

	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

var (
	isWords     = []string{"is", "=", "am", "as", "equals", "is="}
	forgetWords = []string{"forget", "unlink", "remove", "clear", "delete", "drop"}
)

// read reads what comes behind a person: nothing, is and an agent's id, or forget.
func read(who grammar.Member, rest string) (request.Command, error) {
	word, more := grammar.SplitWord(rest)
	key := strings.ToLower(strings.Trim(word, ".,;:!?"))
	alone := strings.Trim(more, ".,;:!? ") == ""
	switch {
	case key == "" && alone:
		return Ask{who}, nil
	case slices.Contains(isWords, key):
		return readID(who, more, key != isWords[0])
	case slices.Contains(forgetWords, key) && alone:
		return loosely(Forget{who}, key != forgetWords[0]), nil
	case slices.Contains(forgetWords, key):
		return nil, unread(who, Forget{who}, Ask{who})
	default:
		if cmd, err := readID(who, rest, false); err == nil && alone {
			return nil, unread(who, request.Plain(cmd))
		}
		return nil, unread(who, Ask{who})
	}
}

// unread is the fault of a line about who, which may have been meant as one of guesses.
func unread(who grammar.Member, guesses ...request.Command) error {
	says := "Behind “me” I read “is <agent id>”, “forget”, or nothing for your own AHT. Did you mean:"
	if who.ID != "" {
		says = "Behind a person in Slack I read “is <agent id>”, “forget”, or nothing for that person's AHT. Did you mean:"
	}
	return &request.UsageError{Fault: request.FaultPeople, Says: says, Guesses: guesses}
}

// readID reads which agent who is. odd says that the line is not in the language's own words so far.
func readID(who grammar.Member, id string, odd bool) (request.Command, error) {
	if n, ok := request.KindWord(id); ok && !strings.HasPrefix(id, `"`) && !strings.HasPrefix(id, "'") && strings.TrimSpace(n.Rest) != "" {
		if n.Kind != aht.KindAgent {
			return nil, unread(who, Ask{who})
		}
		id, odd = n.Rest, true
	}
	show, err := request.ParseShow(aht.KindAgent, id)
	if ue, ok := errors.AsType[*request.UsageError](err); ok {
		return nil, ofLink(who, *ue)
	}
	if err != nil {
		return nil, err
	}
	return loosely(Link{who, request.About(show)}, odd), nil
}

// ofLink is e, the fault of a name, in a line that says which agent who is.
func ofLink(who grammar.Member, e request.UsageError) error {
	if e.Fault == request.FaultEmpty {
		return &request.UsageError{
			Fault: request.FaultPeople, Says: "The agent id is missing: write the one that CloudAgent knows behind “is”. Without it I read:", Guesses: []request.Command{Ask{who}},
		}
	}
	var links []request.Command
	for _, guess := range e.Guesses {
		if t := request.About(guess); t.Kind() == aht.KindAgent {
			links = append(links, Link{who, t})
		}
	}
	e.Guesses = links
	return &e
}

func loosely(c request.Command, odd bool) request.Command {
	if odd {
		return request.Interpreted{Command: c}
	}
	return c
}
