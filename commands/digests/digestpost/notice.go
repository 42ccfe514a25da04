package digestpost

import (
	"fmt"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

// Stuck tells the owner of d, once, that its channel takes no posts, and how to mend
// that. code is Slack's word for it.
func Stuck(d digest.Digest, code string) reply.Reply {
	line := fmt.Sprintf("%s could not be posted. %s", DigestName(d), reply.PostFault(code, d.Channel))
	then := "I try again at the next run, and don't write about it again. To choose another channel from Slack's list, or to stop it:"
	r := reply.Reply{
		Outcome: "digest_stuck", Lines: []string{line, then},
		Try: []string{digestline.AboutDigest("edit", d.ID) + " in #channel", digestline.AboutDigest("pause", d.ID)},
	}
	if d.Next.At.IsZero() {
		r.Lines[1] = "No run of it follows. To post it again when that is mended:"
		r.Try = []string{digestline.AboutDigest("send", d.ID)}
	} else {
		r.Note = "Next: " + d.Next.At.In(d.Order.Rule.Zone()).Format("Mon 2 Jan 15:04 MST") + "."
	}
	r.Credits = DigestPlaceCredit(d, request.Question{})
	r.Text = reply.JoinSentences(r.Lines[0], r.Lines[1], reply.TryText(r.Try))
	return r
}

// Orphan tells an admin that d, whose maker has no active account any more, is
// paused, and how to take it over.
func Orphan(d digest.Digest) reply.Reply {
	line := fmt.Sprintf("%s is paused: who set it up has no active account here any more.", DigestName(d))
	how := "It shows " + WhatWords(d.Order.Selection) + ", " + WhenWords(d.Order.Rule) + ". To take it over, or to take it away:"
	r := reply.Reply{
		Outcome: "digest_orphan", Lines: []string{line, how},
		Try:     []string{digestline.AboutDigest("resume", d.ID), digestline.AboutDigest("remove", d.ID)},
		Credits: append([]reply.Credit{{Role: reply.RoleSetUp, ID: d.By}}, DigestPlaceCredit(d, request.Question{})...),
	}
	r.Text = reply.JoinSentences(line, how, reply.TryText(r.Try))
	return r
}
