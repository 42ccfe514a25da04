package request

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
)

// UpstreamError is what Explain reads of an upstream failure: its class decides the kind
// of sentence, its reason picks the words (design.md §7). The cause stays in the log.
type UpstreamError interface {
	error
	ErrorClass() string     // refused, auth, limit, unreachable, unreadable
	ErrorReason() string    // a finer, stable name
	RetryIn() time.Duration // how long until asking again makes sense; 0 unknown
}

// Explain words a failed question about t (which may be zero) for the person who asked:
// what happened and what to do. It never shows a cause; ref is given where only the
// operator can help.
func Explain(err error, t aht.Target, ref string) reply.Reply {
	r := reply.Reply{Outcome: "broken"}
	ue, ok := errors.AsType[UpstreamError](err)
	switch {
	case ok:
		r.Outcome = ue.ErrorClass()
		r.Lines, r.Try = explainUpstream(ue, t)
		if operatorHelps(ue) {
			r.Note = "For whoever runs ahtbot: reference " + ref + "."
		}
	case errors.Is(err, context.Canceled):
		return reply.Stopping()
	case errors.Is(err, context.DeadlineExceeded):
		r.Outcome = "unreachable"
		r.Lines = []string{"No answer came in time, so I stopped waiting. Try again in a minute."}
	default:
		return reply.Broken(ref)
	}
	if t.Kind() != 0 && len(r.Lines) > 0 && ok && ue.ErrorClass() != "refused" {
		r.Title = "No figure yet"
	}
	r.Text = reply.JoinSentences(append(append([]string{}, r.Lines...), reply.TryText(r.Try), r.Note)...)
	return r
}

// operatorHelps reports whether the person can do nothing alone.
func operatorHelps(e UpstreamError) bool {
	class, name := e.ErrorClass(), e.ErrorReason() == "bad-agent" || e.ErrorReason() == "bad-campaign"
	return class == "auth" || class == "unreadable" || class == "refused" && !name
}

// sentences say what went wrong upstream, by class and reason, or by class alone for a reason that is not named. A %s is how
// long until asking again makes sense.
var sentences = map[string]string{
	"": "Ozonetel gave no usable answer. Try again in a minute.",

	"refused":                  "Ozonetel refused the question for a reason ahtbot does not know. Check the name, then try once more.",
	"refused method-refused":   "Ozonetel does not take the question in the form ahtbot sends it. Your question was fine; the OZONETEL_METHOD setting needs changing.",
	"refused both-given":       askedWrongly,
	"refused none-given":       askedWrongly,
	"refused bad-request-body": askedWrongly,

	"auth":                 "Ozonetel no longer accepts ahtbot's sign-in; something else may be using the same account.",
	"auth empty-user":      "Ozonetel saw no user name in what ahtbot sent: the OZONETEL_METHOD or OZONETEL_USERNAME setting needs mending.",
	"auth empty-key":       "Ozonetel saw no API key in what ahtbot sent: the OZONETEL_AUTH or OZONETEL_API_KEY setting needs mending.",
	"auth bad-credentials": "Ozonetel does not accept ahtbot's user name or API key: those two settings need mending.",
	"auth wrong-mode":      "The account does not accept the way ahtbot signs in: the OZONETEL_AUTH setting needs changing.",

	"limit":                "Ozonetel allows this account no more requests right now. Ask again in about %s.",
	"limit queue-full":     "So many questions are waiting for Ozonetel's allowance that yours would take about %s, so I did not queue it. Try again in a minute or two.",
	"limit tokens-spent":   "ahtbot has signed in to Ozonetel as often as it may this hour; something else may be using the account. Ask again in about %s.",
	"limit account-shared": "Something else uses up this account's requests at Ozonetel. Ask again in about %s; whoever runs ahtbot should find out what it is.",

	"unreachable":              "I can't reach Ozonetel just now. Try again in a minute.",
	"unreachable timeout":      "Ozonetel did not answer in time. Try again in a minute.",
	"unreachable server-error": "Ozonetel has trouble of its own just now. Try again in a few minutes.",
	"unreachable store-failed": "ahtbot's own store does not work, so it can't tell whether Ozonetel's allowance has room. Whoever runs it should run ahtbot doctor.",
	"unreachable redirected":   "Ozonetel answers from another address than ahtbot is set to. Whoever runs ahtbot should check OZONETEL_REGION and OZONETEL_BASE_URL.",

	"unreadable":              "Ozonetel's answer made no sense, so I have no figure. Try again in a minute.",
	"unreadable no-figure":    "Ozonetel answered without a figure I can read, so I show none rather than a wrong one. Try again in a minute.",
	"unreadable other-target": "Ozonetel answered about somebody else than you asked for, so I show nothing. Check the name, then try again.",
	"unreadable too-large":    noAnswer,
	"unreadable not-json":     noAnswer,
}

const (
	askedWrongly = "Ozonetel did not understand the way ahtbot asked. Your question was fine; ahtbot or its settings need mending."
	noAnswer     = "Ozonetel sent something that is not an answer, so I have no figure. Try again in a minute."
)

// sentence is what of sentences is about e.
func sentence(e UpstreamError) string {
	return cmp.Or(sentences[e.ErrorClass()+" "+e.ErrorReason()], sentences[e.ErrorClass()], sentences[""])
}

// ExplainUnreachable says why Ozonetel could not be reached.
func ExplainUnreachable(e UpstreamError) string {
	return cmp.Or(sentences["unreachable "+e.ErrorReason()], sentences["unreachable"])
}

func explainUpstream(e UpstreamError, t aht.Target) (lines, try []string) {
	switch e.ErrorClass() {
	case "refused":
		return explainRefused(e, t)
	case "auth":
		return []string{explainAuth(e)}, nil
	case "limit":
		return []string{explainLimit(e)}, nil
	default:
		return []string{sentence(e)}, nil
	}
}

func explainRefused(e UpstreamError, t aht.Target) (lines, try []string) {
	switch e.ErrorReason() {
	case "bad-agent":
		unknown := fmt.Sprintf("Ozonetel knows no agent “%s”.", t.Name())
		if word, id := grammar.SplitWord(t.Name()); id != "" && strings.EqualFold(word, t.Kind().String()) {
			return []string{unknown, "If you meant the id without the word:"}, tryAs(aht.KindAgent, id)
		}
		return []string{unknown, "Write the id exactly as the agent signs in to CloudAgent. If it is a campaign, ask like this:"}, tryAs(aht.KindCampaign, t.Name())
	case "bad-campaign":
		unknown := fmt.Sprintf("Ozonetel knows no campaign “%s”.", t.Name())
		return []string{unknown, "Copy the name from CloudAgent: spaces, underscores and capitals count. If it is an agent, ask like this:"}, tryAs(aht.KindAgent, t.Name())
	default:
		return []string{sentence(e)}, nil
	}
}

// tryAs offers a name as one of kind.
func tryAs(kind aht.Kind, name string) []string {
	other, err := aht.NewTarget(kind, name)
	if err != nil {
		return nil
	}
	return []string{Line(Show{other})}
}

func explainAuth(e UpstreamError) string {
	again := ""
	if reason := e.ErrorReason(); reason == "token-refused" || reason == "unknown-refusal" {
		again = " Try again in a few minutes."
	}
	if wait := e.RetryIn(); wait > 0 {
		again = " Ask again in about " + reply.Roughly(wait) + ": it is tried once more then."
	}
	return "Your question was fine. " + sentence(e) + again
}

func explainLimit(e UpstreamError) string {
	wait := e.RetryIn()
	if wait <= 0 {
		wait = time.Minute
	}
	if e.ErrorReason() == "store-away" {
		return reply.CantKeep(reply.StoreCause(e)) + ", so I ask Ozonetel less often, and yours would take about " + reply.Roughly(wait) + ". I did not queue it. Try again in a minute or two."
	}
	return fmt.Sprintf(sentence(e), reply.Roughly(wait))
}

// NotKept is the Reply to a change that was not kept for err: surely not, or unsure says
// that nobody knows, with what to look at then.
func NotKept(err error, unsure string, look ...Command) reply.Reply {
	if fault, ok := errors.AsType[reply.StoreFault](err); ok && fault.NothingKept() {
		return reply.Unchanged(err)
	}
	r := reply.Reply{Outcome: "store_away", Lines: []string{unsure}}
	for _, cmd := range look {
		r.Try = append(r.Try, Line(cmd))
	}
	r.Text = reply.JoinSentences(unsure, reply.TryText(r.Try))
	return r
}
