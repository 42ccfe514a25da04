package standing

import (
	"context"
	"fmt"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// Followers is a sentence about the alerts that hang on the target of a campaign, with a space
// behind it: what one of them does, or several do. It is empty when there are none, or when
// nobody knows.
func Followers(ctx context.Context, alerts request.Alerts, t aht.Target, one, several string) string {
	if alerts == nil {
		return ""
	}
	all, err := alerts.All(ctx)
	var ids []int64
	for _, s := range all {
		if s.Watch.Target == t && s.Watch.Rule.Line.Of == alert.BaseTarget {
			ids = append(ids, s.Watch.ID)
		}
	}
	switch {
	case err != nil || len(ids) == 0:
		return ""
	case len(ids) == 1:
		return fmt.Sprintf("Alert #%d %s. ", ids[0], one)
	default:
		return fmt.Sprintf("Alerts %s %s. ", grammar.NumbersWords(ids, "#"), several)
	}
}

// OrNothing is the reply there is, or one without Text.
func OrNothing(no *reply.Reply) reply.Reply {
	if no == nil {
		return reply.Reply{}
	}
	return *no
}
