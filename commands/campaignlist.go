package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

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

// listCampaigns answers a ListCampaigns from what is kept. It asks nothing upstream.
func (h CampaignLists) listCampaigns(ctx context.Context, c ListCampaigns, q Question) (Reply, error) {
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
	if len(found) <= mostSame {
		for _, row := range rows {
			r.Buttons = append(r.Buttons, tryButton(Show{row.target}))
		}
	}
	if err != nil {
		r.Note = "What watches them could not be looked up just now."
	}
	r.Note = joinNonEmpty("\n", r.Note, unreadWords(rows), h.source(q))
	r.Text = joinSentences(r.Lines[0], r.Text, r.Note)
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
		if solid := string(newFolded(w).solid); solid != "" {
			words = append(words, solid)
		}
	}
	var found []string
	for _, name := range all {
		solid := string(newFolded(name).solid)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(solid, w) }) {
			found = append(found, name)
		}
	}
	return found
}

// noCampaigns says what to do when there is none to list.
func (h CampaignLists) noCampaigns(c ListCampaigns, all []string, q Question) Reply {
	if len(all) == 0 {
		line := "I know no campaign yet: the account's list has not been read, and nobody has asked for one. Ask for one, and it is listed here:"
		try := Name + ` campaign "Sales Outbound"`
		return Reply{Outcome: "campaigns", Lines: []string{line}, Try: []string{try}, Text: joinSentences(line, try)}
	}
	line := fmt.Sprintf("None of the %s I know has “%s” in its name.", plural(len(all), "campaign"), short(c.Filter))
	r := Reply{Outcome: "campaigns", Lines: []string{line, "To see all of them:"}, Note: h.source(q)}
	if near := recognise(c.Filter, h.Names).Closest; len(near) > 0 {
		r.Lines[1] = "Closest to it, and all of them:"
		for _, name := range near {
			if t, err := aht.NewTarget(aht.KindCampaign, name); err == nil {
				r.Try = append(r.Try, Line(Show{t}))
			}
		}
	}
	r.Try = append(r.Try, Line(ListCampaigns{}))
	r.Text = joinSentences(line, r.Lines[1], tryText(r.Try), r.Note)
	return r
}

func countWords(c ListCampaigns, found, all, page, pages int) string {
	line := plural(all, "campaign") + " known."
	if c.Filter != "" {
		line = fmt.Sprintf("%d of the %s known with “%s” in the name.", found, plural(all, "campaign"), short(c.Filter))
	}
	if pages > 1 {
		line += fmt.Sprintf(" Page %d of %d.", page, pages)
	}
	return line
}

// pageButtons adds how to get to the pages beside this one.
func pageButtons(r Reply, c ListCampaigns, page, pages int) Reply {
	to := func(words string, n int) {
		next := ListCampaigns{Filter: c.Filter, Page: n}
		r.Try = append(r.Try, Line(next))
		r.Buttons = append(r.Buttons, Button{Action: ActionLine, Label: words, Value: typedLine(next)})
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
func (h CampaignLists) watchers(ctx context.Context) (map[aht.Target][]string, error) {
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
func campaignsReply(rows []campaignRow, now time.Time) Reply {
	t := &Table{
		Caption: "Campaigns, with the last AHT read of each", Header: []string{"Campaign", "AHT", "Read", "Target", "Watched by"},
		Narrow: []int{0, 1, 2}, Most: campaignPage,
	}
	words := make([]string, 0, len(rows))
	for _, row := range rows {
		figure, read := row.figure(now)
		t.Rows = append(t.Rows, []Cell{Words(row.target.Name()), figure, read, row.goalCell(), Words(someOf(row.watch, 4))})
		words = append(words, row.words(figure, read))
	}
	return Reply{Outcome: "campaigns", Title: "Campaigns", Table: t, Text: strings.Join(words, "; ") + "."}
}

// figure is the last reading and its age.
func (row campaignRow) figure(now time.Time) (figure, read Cell) {
	if row.reading.At.IsZero() {
		return seconds("", 0), seconds("", 0)
	}
	age := row.reading.Age(now)
	read = Number(agoWords(age), age.Seconds())
	if row.reading.NoCalls() {
		return Number("no calls", noNumber), read
	}
	return Number(aht.FormatDuration(row.reading.Mean), row.reading.Mean.Seconds()), read
}

func (row campaignRow) goalCell() Cell {
	if row.goal.Mean <= 0 {
		return seconds("", 0)
	}
	return seconds(aht.FormatDuration(row.goal.Mean), row.goal.Mean)
}

// words is the row in a sentence.
func (row campaignRow) words(figure, read Cell) string {
	words := []string{short(row.target.Name()) + " not read yet"}
	if figure.Text != "" {
		words[0] = short(row.target.Name()) + " " + figure.Text
		words = append(words, read.Text)
	}
	if row.goal.Mean > 0 {
		words = append(words, "target "+aht.FormatDuration(row.goal.Mean))
	}
	return joinNonEmpty(", ", append(words, row.watch...)...)
}

// CampaignLists lists campaigns.
type CampaignLists struct{ *Desk }

// Do does cmd when it is a ListCampaigns.
func (h CampaignLists) Do(ctx context.Context, cmd Command, q Question) (r Reply, err error, done bool) {
	list, ok := cmd.(ListCampaigns)
	if !ok {
		return Reply{}, nil, false
	}
	r, err = h.listCampaigns(ctx, list, q)
	return r, err, true
}
