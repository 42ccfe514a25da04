package campaigns

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

const (
	campaignPage  = 15              // campaigns on a page: what a phone shows on two screens
	campaignsTime = 3 * time.Second // for the database to say what memory does not know
)

// campaignRow is what is known of one campaign.
type campaignRow struct {
	target  aht.Target
	reading aht.Reading // the last; none: its time is zero
	goal    aht.Goal    // the zero Goal is none
	watch   []string    // alerts and digests, as people name them
}

// listCampaigns answers a List from what is kept. It asks nothing upstream.
func (h Handler) listCampaigns(ctx context.Context, c List, q request.Question) (reply.Reply, error) {
	var all []string
	if h.Names != nil {
		all, _ = h.Names.Campaigns()
	}
	found := filterNames(all, c.Filter)
	if len(found) == 0 {
		return h.noCampaigns(c, all, q), nil
	}
	pages := (len(found) + campaignPage - 1) / campaignPage
	page := min(max(1, c.Page), pages)
	shown := found[(page-1)*campaignPage : min(page*campaignPage, len(found))]
	ctx, cancel := context.WithTimeout(ctx, campaignsTime)
	defer cancel()
	watch, err := h.watchers(ctx)
	rows := make([]campaignRow, 0, len(shown))
	for _, name := range shown {
		t, bad := aht.NewTarget(aht.KindCampaign, name)
		if bad != nil {
			continue
		}
		row := campaignRow{target: t, watch: watch[t]}
		if h.Recall != nil {
			h.Recall(ctx, t)
		}
		row.reading, _ = h.Memory.Latest(t)
		row.goal, _ = h.Goals.Goal(t)
		rows = append(rows, row)
	}
	r := campaignsReply(rows, q.At)
	r.Lines = []string{countWords(c, len(found), len(all), page, pages)}
	r = pageButtons(r, c, page, pages)
	if len(found) <= request.MostSame {
		for _, row := range rows {
			r.Buttons = append(r.Buttons, request.TryButton(request.Show{Target: row.target}))
		}
	}
	if err != nil {
		r.Note = "What watches them could not be looked up just now."
	}
	r.Note = reply.JoinNonEmpty("\n", r.Note, unreadWords(rows), h.Source(q))
	r.Text = reply.JoinSentences(r.Lines[0], r.Text, r.Note)
	return r, err
}

// unreadWords says what to do about campaigns without a figure.
func unreadWords(rows []campaignRow) string {
	if !slices.ContainsFunc(rows, func(row campaignRow) bool { return row.reading.At.IsZero() }) {
		return ""
	}
	return "Where there is no AHT, nobody has asked yet: ask, and it is listed."
}

// filterNames returns those of all that have every word of filter in them, whatever their
// case and whatever separates their words.
func filterNames(all []string, filter string) []string {
	var words []string
	for w := range strings.FieldsSeq(filter) {
		if solid := string(grammar.NewFolded(w).Solid); solid != "" {
			words = append(words, solid)
		}
	}
	var found []string
	for _, name := range all {
		solid := string(grammar.NewFolded(name).Solid)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(solid, w) }) {
			found = append(found, name)
		}
	}
	return found
}

// noCampaigns says what to do when there is none to list.
func (h Handler) noCampaigns(c List, all []string, q request.Question) reply.Reply {
	if len(all) == 0 {
		line := "I know no campaign yet: the account's list has not been read, and nobody has asked for one. Ask for one, and it is listed here:"
		try := request.CommandWord + ` campaign "Sales Outbound"`
		return reply.Reply{Outcome: "campaigns", Lines: []string{line}, Try: []string{try}, Text: reply.JoinSentences(line, try)}
	}
	line := fmt.Sprintf("None of the %s I know has “%s” in its name.", reply.Plural(len(all), "campaign"), reply.Short(c.Filter))
	r := reply.Reply{Outcome: "campaigns", Lines: []string{line, "To see all of them:"}, Note: h.Source(q)}
	if near := request.Recognise(c.Filter, h.Names).Closest; len(near) > 0 {
		r.Lines[1] = "Closest to it, and all of them:"
		for _, name := range near {
			if t, err := aht.NewTarget(aht.KindCampaign, name); err == nil {
				r.Try = append(r.Try, request.Line(request.Show{Target: t}))
			}
		}
	}
	r.Try = append(r.Try, request.Line(List{}))
	r.Text = reply.JoinSentences(line, r.Lines[1], reply.TryText(r.Try), r.Note)
	return r
}

func countWords(c List, found, all, page, pages int) string {
	line := reply.Plural(all, "campaign") + " known."
	if c.Filter != "" {
		line = fmt.Sprintf("%d of the %s known with “%s” in the name.", found, reply.Plural(all, "campaign"), reply.Short(c.Filter))
	}
	if pages > 1 {
		line += fmt.Sprintf(" Page %d of %d.", page, pages)
	}
	switch {
	case c.Page > pages && pages == 1:
		line += fmt.Sprintf(" There is no page %d: these are all.", c.Page)
	case c.Page > pages:
		line += fmt.Sprintf(" There is no page %d: this is the last.", c.Page)
	}
	return line
}

// pageButtons adds how to get to the pages beside this one.
func pageButtons(r reply.Reply, c List, page, pages int) reply.Reply {
	to := func(words string, n int) {
		next := List{Filter: c.Filter, Page: n}
		r.Try = append(r.Try, request.Line(next))
		r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionLine, Label: words, Value: request.ButtonValue(next)})
	}
	if page < pages {
		to("More", page+1)
	}
	if page == 2 {
		to("Back", 0)
	} else if page > 2 {
		to("Back", page-1)
	}
	return r
}

// watchers returns the alerts and digests of each campaign that has one.
func (h Handler) watchers(ctx context.Context) (map[aht.Target][]string, error) {
	watch := map[aht.Target][]string{}
	if h.Alerts != nil {
		all, err := h.Alerts.All(ctx)
		if err != nil {
			return watch, err
		}
		for _, a := range all {
			watch[a.Watch.Target] = append(watch[a.Watch.Target], alertWord(a))
		}
	}
	if h.Digests == nil {
		return watch, nil
	}
	all, err := h.Digests.All(ctx)
	for _, d := range all {
		var campaigns []aht.Target
		if campaigns, err = h.Digests.Campaigns(ctx, d.Order.Selection); err != nil {
			break
		}
		for _, t := range campaigns {
			watch[t] = append(watch[t], digestWord(d))
		}
	}
	return watch, err
}

func alertWord(a alert.Standing) string {
	word := fmt.Sprintf("alert #%d", a.Watch.ID)
	switch {
	case a.State.Paused:
		word += " (paused)"
	case a.State.Phase == alert.PhaseFiring:
		word += " (firing)"
	}
	return word
}

func digestWord(d digest.Digest) string {
	word := fmt.Sprintf("digest %d", d.ID)
	if d.Paused {
		word += " (paused)"
	}
	return word
}

// campaignsReply is the table of rows, and its words for who cannot see it.
func campaignsReply(rows []campaignRow, now time.Time) reply.Reply {
	t := &reply.Table{
		Caption: "Campaigns, with the last AHT read of each", Header: []string{"Campaign", "AHT", "Read", "Target", "Watched by"},
		Narrow: []int{0, 1, 2}, Most: campaignPage,
	}
	words := make([]string, 0, len(rows))
	for _, row := range rows {
		figure, read := row.figure(now)
		t.Rows = append(t.Rows, []reply.Cell{reply.Words(row.target.Name()), figure, read, row.goalCell(), reply.Words(reply.SomeOf(row.watch, 4))})
		words = append(words, row.words(figure, read))
	}
	return reply.Reply{Outcome: "campaigns", Title: "Campaigns", Table: t, Text: strings.Join(words, "; ") + "."}
}

// figure is the last reading and its age.
func (row campaignRow) figure(now time.Time) (figure, read reply.Cell) {
	if row.reading.At.IsZero() {
		return reply.Seconds("", 0), reply.Seconds("", 0)
	}
	age := row.reading.Age(now)
	read = reply.Number(reply.AgoWords(age), age.Seconds())
	if row.reading.NoCalls() {
		return reply.Number("no calls", reply.NoNumber), read
	}
	return reply.Number(aht.FormatDuration(row.reading.Mean), row.reading.Mean.Seconds()), read
}

func (row campaignRow) goalCell() reply.Cell {
	if row.goal.Mean <= 0 {
		return reply.Seconds("", 0)
	}
	return reply.Seconds(aht.FormatDuration(row.goal.Mean), row.goal.Mean)
}

// words is the row in a sentence.
func (row campaignRow) words(figure, read reply.Cell) string {
	words := []string{reply.Short(row.target.Name()) + " not read yet"}
	if figure.Text != "" {
		words[0] = reply.Short(row.target.Name()) + " " + figure.Text
		words = append(words, read.Text)
	}
	if row.goal.Mean > 0 {
		words = append(words, "target "+aht.FormatDuration(row.goal.Mean))
	}
	return reply.JoinNonEmpty(", ", append(words, row.watch...)...)
}

// Handler lists campaigns.
type Handler struct{ *request.Base }

// Do does cmd when it is a List.
func (h Handler) Do(ctx context.Context, cmd request.Command, q request.Question) (r reply.Reply, done bool, err error) {
	list, ok := cmd.(List)
	if !ok {
		return reply.Reply{}, false, nil
	}
	r, err = h.listCampaigns(ctx, list, q)
	return r, true, err
}
