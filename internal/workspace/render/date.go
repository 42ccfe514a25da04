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
	said := h.Time(h.Class("bk-date"), h.DateTime(t.Format(time.RFC3339)), h.Title(t.Format("Monday 2 January 2006, 15:04 MST")),
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
	said = d.spoken(t, name)
	if near := d.near(t); said != "" && pretty && near != "" {
		return near, true
	}
	return said, said != ""
}

// spoken says a token that does not mind what day it is today; empty for one that Slack does not have.
func (d *drawing) spoken(t time.Time, name string) string {
	day := fmt.Sprintf("%s %d%s", t.Month(), t.Day(), ordinal(t.Day()))
	switch name {
	case "date_num":
		return t.Format("2006-01-02")
	case "date_slash":
		return t.Format("01/02/2006")
	case "date":
		return day + t.Format(", 2006")
	case "date_short":
		return t.Format("Jan 2, 2006")
	case "date_long":
		return t.Format("Monday, ") + day + t.Format(", 2006")
	case "date_long_full":
		return t.Format("Monday, January 2, 2006")
	case "day_divider":
		return t.Format("Monday, ") + day
	case "time":
		return t.Format("3:04 PM")
	case "time_secs":
		return t.Format("3:04:05 PM")
	case "ago":
		return d.ago(t)
	}
	return ""
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
	for i, said := range []string{"yesterday", "today", "tomorrow"} {
		y, m, day := time.Date(now.Year(), now.Month(), now.Day()+i-1, 12, 0, 0, 0, d.Zone).Date()
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
