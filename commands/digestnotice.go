package commands

import (
	"fmt"

	"ahtbot/internal/digest"
)

// DigestStuck tells the owner of d, once, that its channel takes no posts, and how to mend
// that. code is Slack's word for it.
func DigestStuck(d digest.Digest, code string) Reply {
	line := fmt.Sprintf("%s could not be posted. %s", digestName(d), PostFault(code, d.Channel))
	then := "I try again at the next run, and don't write about it again. To choose another channel from Slack's list, or to stop it:"
	r := Reply{
		Outcome: "digest_stuck", Lines: []string{line, then},
		Try: []string{aboutDigest("edit", d.ID) + " in #channel", aboutDigest("pause", d.ID)},
	}
	if d.Next.At.IsZero() {
		r.Lines[1] = "No run of it follows. To post it again when that is mended:"
		r.Try = []string{aboutDigest("send", d.ID)}
	} else {
		r.Note = "Next: " + d.Next.At.In(d.Order.Rule.Zone()).Format("Mon 2 Jan 15:04 MST") + "."
	}
	r.Credits = digestPlaceCredit(d, Question{})
	r.Text = joinSentences(r.Lines[0], r.Lines[1], tryText(r.Try))
	return r
}

// DigestOrphan tells an admin that d, whose maker has no active account any more, is
// paused, and how to take it over.
func DigestOrphan(d digest.Digest) Reply {
	line := fmt.Sprintf("%s is paused: who set it up has no active account here any more.", digestName(d))
	how := "It shows " + whatWords(d.Order.Selection) + ", " + whenWords(d.Order.Rule) + ". To take it over, or to take it away:"
	r := Reply{
		Outcome: "digest_orphan", Lines: []string{line, how},
		Try:     []string{aboutDigest("resume", d.ID), aboutDigest("remove", d.ID)},
		Credits: append([]Credit{{Role: RoleSetUp, ID: d.By}}, digestPlaceCredit(d, Question{})...),
	}
	r.Text = joinSentences(line, how, tryText(r.Try))
	return r
}
