package digests

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// digestPlan is what the next runs of a digest are and cost.
type digestPlan struct {
	runs   []digest.Run
	all    int           // campaigns it shows
	shared int           // of those, which are read at these times anyway
	lead   time.Duration // how long before a run the readings begin
	apart  time.Duration // between neighbouring runs, when they share calls; else zero
	more   int           // campaigns that are read between the runs for it alone
	every  time.Duration // how often they are
}

// plan looks at the next runs of d beside the digests that stand. A Reply is why the
// account's allowance does not carry them.
func (h Handler) plan(ctx context.Context, d digest.Digest, standing []digest.Digest, q request.Question) (digestPlan, *reply.Reply, error) {
	p := digestPlan{runs: d.Order.Rule.Upcoming(q.At, showNext, h.Digests.Calendars()), apart: digestpost.Overlap(d.Order.Rule, q.At, h.Digests.Calendars())}
	mine, err := h.Digests.Campaigns(ctx, d.Order.Selection)
	if err != nil {
		return p, nil, err
	}
	watched, err := h.Digests.Campaigns(ctx, digest.Selection{Watched: true})
	if err != nil {
		return p, nil, err
	}
	polled, often := targetSet(watched), map[aht.Target]int{}
	p.all = len(mine)
	if no, err := h.planBetween(ctx, &p, mine); no != nil || err != nil {
		return p, no, err
	}
	slots := 0
	for _, run := range p.runs {
		if run.Skipped {
			continue
		}
		slots++
		others, err := h.readAt(ctx, run.Slot.At, d.ID, standing)
		if err != nil {
			return p, nil, err
		}
		together := targetSet(mine)
		for t := range others {
			together[t] = true
			often[t]++
		}
		begin, err := h.Digests.Begin(run.Slot.At, len(together))
		if tooMany, ok := errors.AsType[*digest.TooManyTargetsError](err); ok {
			return p, tooManyReply(tooMany, run.Slot, len(mine), d.Order.Rule.Zone(), q.At), nil
		}
		if err != nil {
			return p, nil, err
		}
		p.lead = max(p.lead, run.Slot.At.Sub(begin))
	}
	for t := range targetSet(mine) {
		if polled[t] || slots > 0 && often[t] == slots {
			p.shared++
		}
	}
	return p, nil, nil
}

// planBetween plans how mine are read between the runs, in turn with those of all digests
// and alerts. A Reply is why that is too many.
func (h Handler) planBetween(ctx context.Context, p *digestPlan, mine []aht.Target) (*reply.Reply, error) {
	if h.Alerts == nil {
		return nil, nil //nolint:nilnil // nothing is read between runs, and nothing refused
	}
	before, err := h.Alerts.Plan(ctx)
	if err != nil {
		return nil, err
	}
	after, err := h.Alerts.Plan(ctx, mine...)
	if err != nil {
		return nil, err
	}
	p.more, p.every = after.Targets-before.Targets, after.Interval
	if p.more > 0 && after.TooMany {
		return about(form.FieldCampaign, digestRefusal(fmt.Sprintf("Too many for the account's allowance: %s of alerts and digests are to be read in turn, and at %s a minute %d can be in a quarter of an hour. Nothing was changed. Name fewer campaigns, or remove a digest.",
			reply.Plural(after.Targets, "campaign"), reply.Plural(after.Room, "request"), after.Most), request.CommandWord+" digest list all")), nil
	}
	return nil, nil //nolint:nilnil // it is planned, and not refused
}

// readAt returns the campaigns that the digests standing, but for one, read for a slot of
// theirs at a moment.
func (h Handler) readAt(ctx context.Context, at time.Time, but int64, standing []digest.Digest) (map[aht.Target]bool, error) {
	read := map[aht.Target]bool{}
	for _, d := range standing {
		if d.ID == but || d.Paused {
			continue
		}
		if slot, ok := d.Order.Rule.Next(at.Add(-1), h.Digests.Calendars()); !ok || !slot.At.Equal(at) {
			continue
		}
		targets, err := h.Digests.Campaigns(ctx, d.Order.Selection)
		if err != nil {
			return nil, err
		}
		maps.Copy(read, targetSet(targets))
	}
	return read, nil
}

func targetSet(targets []aht.Target) map[aht.Target]bool {
	s := make(map[aht.Target]bool, len(targets))
	for _, t := range targets {
		s[t] = true
	}
	return s
}

func tooManyReply(e *digest.TooManyTargetsError, slot digest.Slot, mine int, zone *time.Location, now time.Time) *reply.Reply {
	others := ""
	if e.Targets > mine {
		others = ", those of other digests of that time included"
	}
	line := fmt.Sprintf("Too many for the account's allowance: %s are to be read for %s%s. At %s a minute, %d fit into the %d minutes before.",
		reply.Plural(e.Targets, "campaign"), digestpost.SlotWords(slot, now, zone), others, reply.Plural(e.PerMinute, "request"), e.Max, int(digest.MaxReadingTime.Minutes()))
	return about(form.FieldCampaign, digestRefusal(reply.JoinSentences(line, "Nothing was changed. Name fewer campaigns, or choose another time.")))
}

// words says what the runs cost, and what is to be known of them.
func (p digestPlan) words() []string {
	var lines []string
	switch extra := p.all - p.shared; {
	case p.all == 0:
	case extra == 0:
		which := cmp.Or(map[int]string{1: "the campaign is", 2: "both campaigns are"}[p.all], fmt.Sprintf("all %d campaigns are", p.all))
		lines = append(lines, "It costs no extra requests: "+which+" read at these times anyway.")
	case p.shared == 0:
		lines = append(lines, "It costs "+reply.Plural(extra, "request")+" for each run.")
	default:
		lines = append(lines, fmt.Sprintf("It costs %s for each run: %d of its %d campaigns %s read at these times anyway.", reply.Plural(extra, "request"), p.shared, p.all, reply.IsOrAre(p.shared)))
	}
	if p.more > 0 && p.every > 0 {
		lines = append(lines, fmt.Sprintf("Between runs %s %s read every %s too, for the chart and for what is usual: %.1f requests a minute.",
			reply.Plural(p.more, "campaign"), reply.IsOrAre(p.more), reply.Lasting(p.every), float64(p.more)/p.every.Minutes()))
	}
	if p.lead > digest.ReadingTime {
		lines = append(lines, fmt.Sprintf("Reading them all takes about %s, so it begins that long before each run, and every figure has its own time.", reply.Roughly(p.lead)))
	}
	if p.apart > 0 {
		lines = append(lines, fmt.Sprintf("Readings overlap: runs %s apart share calls, since each looks back 2 h. From 2 h apart on they share none.", reply.Lasting(p.apart)))
	}
	return lines
}
