package digestpost

import (
	"fmt"
	"strings"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

// Later is the later of two moments.
func Later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// WhatWords names what a digest shows.
func WhatWords(w digest.Selection) string {
	switch {
	case w.Watched:
		return "all campaigns with an alert"
	case w.Group != "":
		return "all campaigns that begin with “" + reply.Short(w.Group) + "”"
	}
	names := make([]string, 0, len(w.Campaigns))
	for _, n := range w.Campaigns {
		names = append(names, reply.Short(n))
	}
	return reply.SomeOf(names, 6)
}

// DigestName names d at the beginning of a sentence.
func DigestName(d digest.Digest) string {
	if d.Order.Name == "" {
		return fmt.Sprintf("Digest %d", d.ID)
	}
	return fmt.Sprintf("Digest %d (%s)", d.ID, reply.Short(d.Order.Name))
}

// DigestPlaceCredit names the channel of d where the words don't.
func DigestPlaceCredit(d digest.Digest, q request.Question) []reply.Credit {
	if d.Channel == q.Place || strings.HasPrefix(d.Channel, "D") {
		return nil
	}
	return []reply.Credit{{Role: reply.RolePlace, ID: d.Channel}}
}
