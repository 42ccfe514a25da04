package commands

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/commands/answers"
	"ahtbot/commands/campaigns"
	"ahtbot/commands/grammar"
	"ahtbot/commands/people"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// oddWords are what names are made of in these tests: words that mean something elsewhere in
// a line, and what people's names have.
var oddWords = []string{
	"Sales", "Outbound", "agentId", "me", "forget", "north", "id", "name", "ID", "Name", "agent", "campaign", "campaigns", "list", "more", "page", "2", "all", "to", "is", "of", "clear", "off",
	"today", "24h", "7d", "last", "week", "days", "5m", "4m30", "4.5m", "270", "270 sec", "min", "and", "&", "daily", "at", "9:00", "mon-sat", "weekdays", "tz", "in", "#ops",
	"above", "below", "for", "no calls", "watched", "group", "only", "until", "help", "status", "digest", "alert", "target", "trend", "show", "what", "aht", "agnt", "compaign",
	"विक्रय", "été", "Ω", "_", "-", "–", ".", "?", "x=y", "a:b", "(1)", "a@b.in", "O'Brien", "क्\u200dष",
}

// names are names that a line can spell: without a quote at an end, markup or doubled spaces.
func names(t *rapid.T, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(oddWords), 1, most).Draw(t, "name"), " ")
}

func targets(t *rapid.T, kind aht.Kind) aht.Target {
	one, err := aht.NewTarget(kind, names(t, 4))
	if err != nil {
		t.Fatal(err)
	}
	return one
}

func numbers(t *rapid.T) int64 { return int64(rapid.IntRange(1, 1<<31-1).Draw(t, "number")) }

// plainCommands draws a command that is not about digests or alerts.
func plainCommands(t *rapid.T) request.Command {
	campaign := func() aht.Target { return targets(t, aht.KindCampaign) }
	who := func() grammar.Member {
		return grammar.Member{ID: rapid.SampledFrom([]string{"", "U1", "W0ABC"}).Draw(t, "who")}
	}
	switch rapid.IntRange(0, 11).Draw(t, "kind of command") {
	case 0:
		return request.Show{Target: targets(t, aht.KindAgent)}
	case 1:
		return request.Show{Target: campaign()}
	case 2:
		return answers.Trend{Target: campaign(), Span: rapid.SampledFrom([]reply.Span{reply.SpanToday, reply.SpanDay, reply.SpanWeek}).Draw(t, "span")}
	case 3:
		return answers.SetGoal{Goal: aht.Goal{Target: campaign(), Mean: time.Duration(rapid.IntRange(1, 99*3600).Draw(t, "mean")) * time.Second}}
	case 4:
		return answers.ClearGoal{Target: campaign()}
	case 5:
		return answers.ShowGoal{Target: campaign()}
	case 6:
		return campaigns.List{Filter: rapid.SampledFrom([]string{"", campaigns.BareFilter(names(t, 3))}).Draw(t, "filter"), Page: rapid.SampledFrom([]int{0, 2, 17}).Draw(t, "page")}
	case 7:
		topics := []string{""}
		for _, v := range language() {
			topics = append(topics, v.Name)
		}
		return request.Help{Topic: rapid.SampledFrom(topics).Draw(t, "topic")}
	case 8:
		return people.Ask{Who: who()}
	case 9:
		return people.Link{Who: who(), Agent: targets(t, aht.KindAgent)}
	case 10:
		return people.Forget{Who: who()}
	default:
		return rapid.SampledFrom([]request.Command{answers.ShowGoal{}, Status{}, Menu{}, Mine{}, standing.List{Noun: "digest"}, standing.List{Noun: "digest", All: true}, standing.List{Noun: "alert"}, standing.List{Noun: "alert", All: true}}).Draw(t, "alone")
	}
}

// numberedCommands draws a command about one digest or alert that stands.
func numberedCommands(t *rapid.T) request.Command {
	n := numbers(t)
	day := digest.Date{Year: rapid.IntRange(2000, 2999).Draw(t, "year"), Month: time.Month(rapid.IntRange(1, 12).Draw(t, "month")), Day: rapid.IntRange(1, 28).Draw(t, "day")}
	wait := time.Duration(rapid.IntRange(1, 24*60).Draw(t, "minutes")) * time.Minute
	return rapid.SampledFrom([]request.Command{
		standing.About("digest", "show", n),
		standing.About("digest", "pause", n),
		standing.Command{Noun: "digest", Verb: "pause", IDs: []int64{n}, Until: day},
		standing.About("digest", "resume", n),
		standing.About("digest", "run", n),
		standing.About("digest", "send", n),
		standing.About("digest", "remove", n),
		standing.About("digest", "restore", n),
		standing.About("alert", "show", n),
		standing.About("alert", "pause", n),
		standing.About("alert", "resume", n),
		standing.About("alert", "test", n),
		standing.About("alert", "remove", n),
		standing.About("alert", "restore", n),
		standing.About("alert", "unmute", n),
		standing.Command{Noun: "alert", Verb: "mute", IDs: []int64{n}, For: wait},
		standing.Command{Noun: "alert", Verb: "mute", IDs: []int64{n}, Tomorrow: true},
	}).Draw(t, "numbered")
}

// some draws some of parts, each of which is drawn when it is taken, in whatever order.
func some(t *rapid.T, parts ...func() string) string {
	var out []string
	for _, i := range rapid.Permutation(indexes(len(parts))).Draw(t, "order") {
		if rapid.Bool().Draw(t, "with") {
			out = append(out, parts[i]())
		}
	}
	return strings.Join(out, " ")
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// drawn writes a format with an argument that is drawn.
func drawn(t *rapid.T, format string, of ...string) func() string {
	return func() string { return fmt.Sprintf(format, rapid.SampledFrom(of).Draw(t, "word")) }
}

func quoted(t *rapid.T, format string) func() string {
	return func() string {
		name := strings.Trim(names(t, 3), " ")
		if rapid.Bool().Draw(t, "quote inside") {
			name += `" pipes`
		}
		return fmt.Sprintf(format, grammar.Quote(name))
	}
}

// digestLines draws a line that makes or changes a digest.
func digestLines(t *rapid.T) string {
	what := rapid.SampledFrom([]func() string{
		quoted(t, "campaign %s"), func() string { return quoted(t, "campaign %s, ")() + quoted(t, "%s")() }, quoted(t, "group %s"), func() string { return "watched" },
	}).Draw(t, "what")
	clocks := drawn(t, "at %s", "9:00", "0:00", "9:00, 13:30, 23:59", "noon")
	schedule := rapid.SampledFrom([]func() string{
		func() string {
			return drawn(t, "%s ", "daily", "weekdays", "mon-sat", "mon,wed,fri", "sun", "weekends")() + clocks()
		},
		func() string {
			return drawn(t, "%s ", "daily", "weekdays", "tue-thu")() + drawn(t, "every %s", "2h", "1h from 9:00 to 18:00", "3h from 22:00 to 6:00", "24h")()
		},
		func() string {
			return drawn(t, "monthly on %s ", "1", "31", "last", "first weekday", "last weekday")() + clocks()
		},
		drawn(t, "cron %s", `"0 9 * * 1-5"`, `"30 9,18 1 * *"`),
	}).Draw(t, "schedule")
	options := some(t,
		drawn(t, "tz %s", "Asia/Kolkata", "America/New_York", "UTC"), drawn(t, "in %s", "#ops", "<#C123|ops>", "<#C9|>"),
		drawn(t, "only %s", "off-target", "changed", "with-calls", "all"), drawn(t, "as %s", "table", "chart", "both"), quoted(t, "name %s"),
		drawn(t, "except %s", "holidays", "holidays \"tamil nadu\"", "2027-12-25", "holidays, 2027-12-25, 2027-12-26"), drawn(t, "starting %s", "2027-01-01"), drawn(t, "until %s", "2028-02-29"),
	)
	if rapid.Bool().Draw(t, "edit") {
		return reply.JoinSentences("digest edit", grammar.ID(numbers(t)), some(t, what, schedule), options)
	}
	return reply.JoinSentences("digest add", what(), schedule(), options)
}

// alertLines draws a line that makes, tries or changes an alert.
func alertLines(t *rapid.T) string {
	lines := rapid.SampledFrom([]func() string{
		func() string {
			return drawn(t, "above %s", "5m", "4m30s", "59m")() + some(t, drawn(t, " clear %s", "4m", "200s"))
		},
		func() string {
			return drawn(t, "below %s", "2m", "90s")() + some(t, drawn(t, " clear %s", "2m30s", "10m"))
		},
		func() string { return "outside 3m..6m" + some(t, drawn(t, " clear %s", "3m20s..5m", "200s..300s")) },
		func() string { return "no calls" },
	}).Draw(t, "line")
	options := some(t,
		drawn(t, "for %s", "0s", "15m", "1h", "1h30m"), drawn(t, "clear for %s", "0s", "20m"), drawn(t, "readings %s", "2", "24"), drawn(t, "guard %s", "on", "off"),
		drawn(t, "warmup %s", "off", "30m"), drawn(t, "remind %s", "off", "2h"),
		drawn(t, "active %s", "always", "mon-sat 9:00-19:00", "22:00-6:00", "sun 0:00-24:00", "mon-fri 9:00-18:00 tz Europe/Berlin"),
		drawn(t, "%s", "in #ops", "in <#C123|ops>", "by dm"),
	)
	switch rapid.SampledFrom([]string{"add", "preview", "edit"}).Draw(t, "verb") {
	case "edit":
		return reply.JoinSentences("alert edit", grammar.ID(numbers(t)), some(t, quoted(t, "campaign %s"), lines), options)
	case "preview":
		return reply.JoinSentences("alert preview", quoted(t, "campaign %s")(), lines(), options)
	default:
		return reply.JoinSentences("alert add", quoted(t, "campaign %s")(), lines(), options)
	}
}

// draft draws what a line means. What no line says is no draft, and an edit of nothing is a
// mistake; any other line must be read.
func draft(lines func(*rapid.T) string) func(*rapid.T) request.Command {
	return func(t *rapid.T) request.Command {
		line := lines(t)
		cmd, err := Parse(line)
		if err != nil && !strings.Contains(line, " edit ") {
			t.Fatalf("%s\nis not understood: %+v", line, err)
		}
		return cmd
	}
}

func TestEveryCommandReadsBackFromItsLine(t *testing.T) {
	for name, commands := range map[string]func(*rapid.T) request.Command{
		"plain": plainCommands, "numbered": numberedCommands, "digests": draft(digestLines), "alerts": draft(alertLines),
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				if cmd := commands(t); cmd != nil {
					readsBack(t, cmd)
				}
			})
		})
	}
}

// readsBack holds what is written for a command to what is read from it.
func readsBack(t *rapid.T, want request.Command) {
	for _, line := range []string{request.Line(want), request.ButtonValue(want), strings.ToUpper(request.CommandWord) + strings.TrimPrefix(request.Line(want), request.CommandWord)} {
		got, err := understand(line)
		if err != nil || !reflect.DeepEqual(got.cmd, want) {
			t.Fatalf("%#v\nis typed %s,\nwhich reads as %#v, %v", want, line, got.cmd, err)
		}
		if got.loosely {
			t.Fatalf("%s, as Line types it, is interpreted", line)
		}
	}
	_, behind, _ := strings.Cut(request.Line(want), "<@")
	id, _, _ := strings.Cut(behind, ">")
	typed := strings.Replace(request.Readable(want), "agent @person", "agent <@"+id+">", 1) // as Slack hands on who is picked
	again, err := Parse(typed)
	if err != nil || request.Readable(again) != request.Readable(want) {
		t.Fatalf("%#v\nis shown as %s,\nwhich reads as %#v, %v", want, request.Readable(want), again, err)
	}
	if l := request.Label(want); l == "" || len([]rune(l)) > request.MostLabel {
		t.Fatalf("%s has the label %q", request.Line(want), l)
	}
}
