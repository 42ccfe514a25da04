package render

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// date draws timestamp^format, perhaps with ^link, in the zone of who looks; what it cannot read is its fallback.
func (d *drawing) date(s, fallback string) g.Node {
	parts := strings.SplitN(s, "^", 3)
	at, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || len(parts) < 2 {
		return g.Text(fallback)
	}
	address := ""
	if len(parts) == 3 {
		address = parts[2]
	}
	return d.moment(at, parts[1], address, fallback)
}

// furthest is the last second that is written with four digits of a year.
const furthest = 253402300799

// moment draws a time in Unix seconds by a format of Slack's tokens in braces.
func (d *drawing) moment(at int64, format, address, fallback string) g.Node {
	if at < 0 || at > furthest {
		return g.Text(fallback)
	}
	t := time.Unix(at, 0).In(d.Zone)
	said := h.Time(h.Class("bk-date"), h.DateTime(t.Format(time.RFC3339)), h.TitleAttr(t.Format("Monday 2 January 2006, 15:04 MST")),
		g.Text(d.inWords(t, format)))
	if isSafe(address) {
		return h.A(h.Class("bk-link"), h.Href(address), h.Target("_blank"), h.Rel("noopener noreferrer"), said)
	}
	return said
}

// inWords puts a time into a format. A token that Slack does not have stays as it is.
func (d *drawing) inWords(t time.Time, format string) string {
	var out strings.Builder
	for format != "" {
		open := strings.IndexByte(format, '{')
		length := strings.IndexByte(format[max(open, 0):], '}')
		if open < 0 || length < 0 {
			break
		}
		out.WriteString(format[:open])
		token := format[open : open+length+1]
		if said, ok := d.token(t, token[1:length]); ok {
			token = said
		}
		out.WriteString(token)
		format = format[open+length+1:]
	}
	return out.String() + format
}

// token says one token (Slack: formatting message text, date formatting).
func (d *drawing) token(t time.Time, name string) (said string, ok bool) {
	name, pretty := strings.CutSuffix(name, "_pretty")
	day := fmt.Sprintf("%s %d%s", t.Month(), t.Day(), ordinal(t.Day()))
	said, ok = map[string]string{
		"date_num":       t.Format("2006-01-02"),
		"date_slash":     t.Format("01/02/2006"),
		"date":           day + t.Format(", 2006"),
		"date_short":     t.Format("Jan 2, 2006"),
		"date_long":      t.Format("Monday, ") + day + t.Format(", 2006"),
		"date_long_full": t.Format("Monday, January 2, 2006"),
		"day_divider":    t.Format("Monday, ") + day,
		"time":           t.Format("3:04 PM"),
		"time_secs":      t.Format("3:04:05 PM"),
		"ago":            d.ago(t),
	}[name]
	if near := d.near(t); ok && pretty && near != "" {
		return near, true
	}
	return said, ok
}

func ordinal(day int) string {
	if day/10 != 1 {
		switch day % 10 {
		case 1:
			return "st"
		case 2:
			return "nd"
		case 3:
			return "rd"
		}
	}
	return "th"
}

// near is today, yesterday or tomorrow; empty for another day, or when nobody knows what day it is.
func (d *drawing) near(t time.Time) string {
	if d.Now.IsZero() {
		return ""
	}
	now := d.Now.In(d.Zone)
	for shift, said := range map[int]string{-1: "yesterday", 0: "today", 1: "tomorrow"} {
		y, m, day := time.Date(now.Year(), now.Month(), now.Day()+shift, 12, 0, 0, 0, d.Zone).Date()
		if ty, tm, td := t.Date(); ty == y && tm == m && td == day {
			return said
		}
	}
	return ""
}

// ago says how long before or after now; the day, when nobody knows when that is.
func (d *drawing) ago(t time.Time) string {
	if d.Now.IsZero() {
		return t.Format("Jan 2, 2006")
	}
	gap := d.Now.Sub(t)
	form := "%s ago"
	if gap < 0 {
		gap, form = -gap, "in %s"
	}
	for _, unit := range []struct {
		name string
		long time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}} {
		if n := int(gap / unit.long); n > 0 {
			said := fmt.Sprintf("%d %s", n, unit.name)
			if n > 1 {
				said += "s"
			}
			return fmt.Sprintf(form, said)
		}
	}
	return "now"
}
