package request

import (
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
	switch e.ErrorClass() {
	case "auth", "unreadable":
		return true
	case "refused":
		return e.ErrorReason() != "bad-agent" && e.ErrorReason() != "bad-campaign"
	default:
		return false
	}
}

func explainUpstream(e UpstreamError, t aht.Target) (lines, try []string) {
	switch e.ErrorClass() {
	case "refused":
		return explainRefused(e, t)
	case "auth":
		return []string{explainAuth(e)}, nil
	case "limit":
		return []string{explainLimit(e)}, nil
	case "unreachable":
		return []string{ExplainUnreachable(e)}, nil
	case "unreadable":
		return []string{explainUnreadable(e)}, nil
	default:
		return []string{"Ozonetel gave no usable answer. Try again in a minute."}, nil
	}
}

func explainRefused(e UpstreamError, t aht.Target) (lines, try []string) {
	switch e.ErrorReason() {
	case "bad-agent":
		if word, id := grammar.SplitWord(t.Name()); id != "" && strings.EqualFold(word, t.Kind().String()) {
			return []string{fmt.Sprintf("Ozonetel knows no agent “%s”.", t.Name()), "If you meant the id without the word:"}, tryAs(aht.KindAgent, id)
		}
		return []string{
			fmt.Sprintf("Ozonetel knows no agent “%s”.", t.Name()),
			"Write the id exactly as the agent signs in to CloudAgent. If it is a campaign, ask like this:",
		}, tryAs(aht.KindCampaign, t.Name())
	case "bad-campaign":
		return []string{
			fmt.Sprintf("Ozonetel knows no campaign “%s”.", t.Name()),
			"Copy the name from CloudAgent: spaces, underscores and capitals count. If it is an agent, ask like this:",
		}, tryAs(aht.KindAgent, t.Name())
	case "method-refused":
		return []string{"Ozonetel does not take the question in the form ahtbot sends it. Your question was fine; the OZONETEL_METHOD setting needs changing."}, nil
	case "both-given", "none-given", "bad-request-body":
		return []string{"Ozonetel did not understand the way ahtbot asked. Your question was fine; ahtbot or its settings need mending."}, nil
	default:
		return []string{"Ozonetel refused the question for a reason ahtbot does not know. Check the name, then try once more."}, nil
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
	return "Your question was fine. " + authWords(e.ErrorReason()) + again
}

func authWords(reason string) string {
	switch reason {
	case "empty-user":
		return "Ozonetel saw no user name in what ahtbot sent: the OZONETEL_METHOD or OZONETEL_USERNAME setting needs mending."
	case "empty-key":
		return "Ozonetel saw no API key in what ahtbot sent: the OZONETEL_AUTH or OZONETEL_API_KEY setting needs mending."
	case "bad-credentials":
		return "Ozonetel does not accept ahtbot's user name or API key: those two settings need mending."
	case "wrong-mode":
		return "The account does not accept the way ahtbot signs in: the OZONETEL_AUTH setting needs changing."
	default:
		return "Ozonetel no longer accepts ahtbot's sign-in; something else may be using the same account."
	}
}

func explainLimit(e UpstreamError) string {
	wait := e.RetryIn()
	if wait <= 0 {
		wait = time.Minute
	}
	if e.ErrorReason() == "queue-full" {
		return "So many questions are waiting for Ozonetel's allowance that yours would take about " + reply.Roughly(wait) + ", so I did not queue it. Try again in a minute or two."
	}
	if e.ErrorReason() == "store-away" {
		return storeQueue(reply.StoreCause(e), wait)
	}
	if e.ErrorReason() == "tokens-spent" {
		return "ahtbot has signed in to Ozonetel as often as it may this hour; something else may be using the account. Ask again in about " + reply.Roughly(wait) + "."
	}
	if e.ErrorReason() == "account-shared" {
		return "Something else uses up this account's requests at Ozonetel. Ask again in about " + reply.Roughly(wait) + "; whoever runs ahtbot should find out what it is."
	}
	return "Ozonetel allows this account no more requests right now. Ask again in about " + reply.Roughly(wait) + "."
}

// ExplainUnreachable says why Ozonetel could not be reached.
func ExplainUnreachable(e UpstreamError) string {
	switch e.ErrorReason() {
	case "timeout":
		return "Ozonetel did not answer in time. Try again in a minute."
	case "server-error":
		return "Ozonetel has trouble of its own just now. Try again in a few minutes."
	case "store-failed":
		return "ahtbot's own store does not work, so it can't tell whether Ozonetel's allowance has room. Whoever runs it should run ahtbot doctor."
	case "redirected":
		return "Ozonetel answers from another address than ahtbot is set to. Whoever runs ahtbot should check OZONETEL_REGION and OZONETEL_BASE_URL."
	default:
		return "I can't reach Ozonetel just now. Try again in a minute."
	}
}

func explainUnreadable(e UpstreamError) string {
	switch e.ErrorReason() {
	case "no-figure":
		return "Ozonetel answered without a figure I can read, so I show none rather than a wrong one. Try again in a minute."
	case "other-target":
		return "Ozonetel answered about somebody else than you asked for, so I show nothing. Check the name, then try again."
	case "too-large", "not-json":
		return "Ozonetel sent something that is not an answer, so I have no figure. Try again in a minute."
	default:
		return "Ozonetel's answer made no sense, so I have no figure. Try again in a minute."
	}
}

// storeQueue is the refusal to queue a question that would wait too long while the store is
// away for cause.
func storeQueue(cause string, wait time.Duration) string {
	return reply.CantKeep(cause) + ", so I ask Ozonetel less often, and yours would take about " + reply.Roughly(wait) + ". I did not queue it. Try again in a minute or two."
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
