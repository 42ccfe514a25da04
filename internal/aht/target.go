// Package aht holds the words of the product: who is asked about (Target), what the
// upstream answered (Reading), and how durations are read and written. It is pure: no
// input, no output, no clock.
package aht

import (
	"fmt"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind says whether a Target is one agent or one campaign. The zero Kind is none.
type Kind uint8

// The two kinds the upstream answers for (ozonetel.md §1A.1: one of them, never both).
const (
	KindAgent    Kind = iota + 1 // one person; answers are private
	KindCampaign                 // one outbound or manual-dial campaign
)

var kindWords = Words[Kind]{KindAgent: "agent", KindCampaign: "campaign"}

// String returns the word the command language uses: "agent" or "campaign".
func (k Kind) String() string { return kindWords.Of(k) }

// MaxName is the longest name accepted, in characters (ozonetel.md Part 5: campaign
// names are 2 to 255, agent identifiers 2 to 50, and partner data keeps neither).
const MaxName = 255

// Target is whom a question is about: one agent or one campaign. A Target that exists is
// valid; the zero Target is nobody. It is comparable, so it can key a map.
type Target struct {
	kind Kind
	name string
}

// NewTarget returns the agent or campaign called name, with the spaces around it removed
// and its case kept. It refuses an unknown kind, an empty name, one over [MaxName]
// characters, invalid UTF-8 and control characters, with a *NameError.
func NewTarget(kind Kind, name string) (Target, error) {
	name = strings.TrimSpace(name)
	switch {
	case kind != KindAgent && kind != KindCampaign:
		return Target{}, &NameError{Kind: kind, Fault: NameKindless}
	case name == "":
		return Target{}, &NameError{Kind: kind, Fault: NameEmpty}
	case utf8.RuneCountInString(name) > MaxName:
		return Target{}, &NameError{Kind: kind, Fault: NameLong}
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return Target{}, &NameError{Kind: kind, Fault: NameUnreadable}
	}
	return Target{kind, name}, nil
}

// Kind returns what sort of target t is; none for the zero Target.
func (t Target) Kind() Kind { return t.kind }

// Name returns the agent identifier or campaign name as it was given. An agent
// identifier is often an e-mail address: it goes to the person who asked and to the
// upstream, never to a log or a metric.
func (t Target) Name() string { return t.name }

// IsZero reports whether t is nobody.
func (t Target) IsZero() bool { return t == Target{} }

// String hides who an agent is, so that %v in an error or a log line cannot leak a name.
func (t Target) String() string {
	if t.kind == KindCampaign {
		return "campaign:" + t.name
	}
	return t.kind.String()
}

// LogValue is what slog writes for t: what String says, never an agent's name.
func (t Target) LogValue() slog.Value { return slog.StringValue(t.String()) }

// NameFault says what is wrong with a name.
type NameFault string

// The faults NewTarget finds.
const (
	NameKindless   NameFault = "is neither an agent's nor a campaign's"
	NameEmpty      NameFault = "is empty" // after trimming
	NameLong       NameFault = "has too many characters"
	NameUnreadable NameFault = "has control characters or is not UTF-8"
)

// NameError is why a name is not a Target. It does not repeat the name.
type NameError struct {
	Kind  Kind
	Fault NameFault
}

func (e *NameError) Error() string { return fmt.Sprintf("%s name %s", e.Kind, e.Fault) }
