package commands_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

const everyDay = digest.EveryDay

var sales = digest.Selection{Campaigns: []string{"Sales"}}

func atTimes(days digest.Weekdays, minutes ...digest.Clock) digest.Spec {
	return digest.Spec{Days: days, Times: minutes}
}

// add is the digest of what that comes at when.
func add(what digest.Selection, when digest.Spec) digestline.Add {
	spans := when.Every.Hours > 0 && (when.Every.From != 0 || when.Every.To != 1439)
	return digestline.Add{Draft: digestline.Draft{What: what, When: when, HasWhen: true, HasSpan: spans}}
}

func change(d digestline.Draft) request.Command { return digestline.Edit{ID: 3, Draft: d} }

// goodDigests are lines and what they mean.
func goodDigests() map[string]request.Command {
	nine := atTimes(everyDay, 540)
	zoned := func(zone string) request.Command {
		s := atTimes(everyDay, 540)
		s.Zone = zone
		return add(sales, s)
	}
	with := func(change func(*digestline.Draft)) request.Command {
		d := add(sales, atTimes(everyDay, 540))
		change(&d.Draft)
		return d
	}
	monthly := func(m digest.MonthDay, quarter bool) request.Command {
		return add(sales, digest.Spec{Month: m, Quarter: quarter, Times: nine.Times})
	}
	weeks := func(n int, days digest.Weekdays, change ...func(*digest.Spec)) request.Command {
		s := digest.Spec{Days: days, Weeks: n, Times: nine.Times}
		for _, c := range change {
			c(&s)
		}
		return add(sales, s)
	}
	step := func(days digest.Weekdays, hours int, from, to digest.Clock) digest.Spec {
		return digest.Spec{Days: days, Every: digest.Every{Hours: hours, From: from, To: to}}
	}
	weekdays := func(s digest.Spec) digest.Spec { s.Workdays, s.Days = true, 0; return s }
	named := func(names ...string) digest.Selection { return digest.Selection{Campaigns: names} }
	ops := grammar.Place{ID: "C123", Name: "ops"}
	christmas := digest.Date{Year: 2026, Month: time.December, Day: 25}
	return map[string]request.Command{
		`digest add campaign "Collections North", "Sales Outbound" mon-sat every 2h from 11:00 to 19:00`: add(named("Collections North", "Sales Outbound"), step(digest.MondayToSaturday, 2, 660, 1140)),

		"digest":                          standing.List{Noun: "digest"},
		"digest list":                     standing.List{Noun: "digest"},
		"digest LIST all":                 standing.List{Noun: "digest", All: true},
		"digest help":                     request.Help{Topic: "digest"},
		"digest ?":                        standing.List{Noun: "digest"},
		"digest show 3":                   standing.About("digest", "show", 3),
		"digest show #3":                  standing.About("digest", "show", 3),
		"digest show <#C3|3>":             standing.About("digest", "show", 3),
		"digest show digest 3":            standing.About("digest", "show", 3),
		"digest pause 3":                  standing.About("digest", "pause", 3),
		"digest pause 3 until 2026-12-25": standing.Command{Noun: "digest", Verb: "pause", IDs: []int64{3}, Until: christmas},
		"digest resume 3":                 standing.About("digest", "resume", 3),
		"digest run 12":                   standing.About("digest", "run", 12),
		"digest send 3":                   standing.About("digest", "send", 3),
		"digest remove 3":                 standing.About("digest", "remove", 3),
		"digest restore 3!":               standing.About("digest", "restore", 3),

		"digest add campaign Sales daily at 9":                        add(sales, nine),
		"/aht digest add campaign Sales daily at 9":                   add(sales, nine),
		"digest add campaign: Sales daily at 9":                       add(named("Sales"), nine),
		"digest add campaign Sales_Outbound daily at 9":               add(named("Sales_Outbound"), nine),
		"digest add campaign Sales Outbound daily at 9":               add(named("Sales Outbound"), nine),
		"digest add campaign Collections – North daily at 9":          add(named("Collections – North"), nine),
		"digest add campaign O’Brien &amp; Sons daily at 9":           add(named("O'Brien & Sons"), nine),
		"digest add campaign 'Sales Outbound' daily at 9":             add(named("Sales Outbound"), nine),
		"digest add campaign “Sales Outbound” daily at 9":             add(named("Sales Outbound"), nine),
		`digest add campaign "5"" pipes" daily at 9`:                  add(named(`5" pipes`), nine),
		`digest add campaign "&lt;b&gt; &amp;amp;" daily at 9`:        add(named("<b> &amp;"), nine),
		"digest add campaign <#C123|floor> daily at 9":                add(named("#floor"), nine),
		"digest add campaign विक्रय दल daily at 9":                    add(named("विक्रय दल"), nine),
		"digest add campaign Sales, Care daily at 9":                  add(named("Sales", "Care"), nine),
		`digest add campaigns "Sales","Care" and "Sales", daily at 9`: add(named("Sales", "Care"), nine),
		"digest add campaign Sales Daily News daily at 9":             add(named("Sales Daily News"), nine),
		"digest add campaign Weekdays Team in India daily at 9":       add(named("Weekdays Team in India"), nine),
		`digest add campaign "Team mon-sat" daily at 9`:               add(named("Team mon-sat"), nine),
		"digest add group Sales daily at 9":                           add(digest.Selection{Group: "Sales"}, nine),
		`digest add group "North " daily at 9`:                        add(digest.Selection{Group: "North"}, nine),
		"digest add watched daily at 9":                               add(digest.Selection{Watched: true}, nine),
		"digest add daily at 9 watched":                               add(digest.Selection{Watched: true}, nine),
		"digest add at 9 daily, campaign Sales":                       add(sales, nine),

		"digest add campaign Sales daily at 9am":                                 add(sales, nine),
		"digest add campaign Sales daily at 9 AM":                                add(sales, nine),
		"digest add campaign Sales every day at 09:00":                           add(sales, nine),
		"digest add campaign Sales everyday at 9.00":                             add(sales, nine),
		"digest add campaign Sales daily at 9:30pm, 12am, 12 p.m.":               add(sales, atTimes(everyDay, 0, 720, 1290)),
		"digest add campaign Sales daily at 9, 13:30 and 21:00":                  add(sales, atTimes(everyDay, 540, 810, 1260)),
		"digest add campaign Sales daily at noon and midnight":                   add(sales, atTimes(everyDay, 0, 720)),
		"digest add campaign Sales weekdays at 9":                                add(sales, weekdays(nine)),
		"digest add campaign Sales every weekday at 9":                           add(sales, weekdays(nine)),
		"digest add campaign Sales weekends at 9":                                add(sales, atTimes(digest.Days(0, 6), 540)),
		"digest add campaign Sales mon,wed and friday at 9":                      add(sales, atTimes(digest.Days(1, 3, 5), 540)),
		"digest add campaign Sales Mondays at 9":                                 add(sales, atTimes(digest.Days(1), 540)),
		"digest add campaign Sales every monday at 9":                            add(sales, atTimes(digest.Days(1), 540)),
		"digest add campaign Sales fri-mon, wed at 9":                            add(sales, atTimes(digest.Days(5, 6, 0, 1, 3), 540)),
		"digest add campaign Sales mon – thurs at 9":                             add(sales, atTimes(digest.Days(1, 2, 3, 4), 540)),
		"digest add campaign Sales tues to thurs at 9":                           add(sales, atTimes(digest.Days(2, 3, 4), 540)),
		"digest add campaign Sales every 2h":                                     add(sales, step(everyDay, 2, 0, 1439)),
		"digest add campaign Sales every 2 hours on mon-fri":                     add(sales, step(digest.MondayToFriday, 2, 0, 1439)),
		"digest add campaign Sales every hour from 9 to 18":                      add(sales, step(everyDay, 1, 540, 1080)),
		"digest add campaign Sales weekdays every 3h from 22:00-6am":             add(sales, weekdays(step(0, 3, 1320, 360))),
		"digest add campaign Sales every 2h from 11 to 19 on weekdays":           add(sales, weekdays(step(0, 2, 660, 1140))),
		"digest add campaign Sales every monday every 2h":                        add(sales, step(digest.Days(1), 2, 0, 1439)),
		"digest add campaign Sales monthly on 31 at 9":                           add(sales, digest.Spec{Month: 31, Times: nine.Times}),
		"digest add campaign Sales monthly on the 1st at 9":                      add(sales, digest.Spec{Month: 1, Times: nine.Times}),
		"digest add campaign Sales monthly on last at 9, 17":                     add(sales, digest.Spec{Month: digest.LastDay, Times: []digest.Clock{540, 1020}}),
		"digest add campaign Sales monthly on last day at 9":                     add(sales, digest.Spec{Month: digest.LastDay, Times: nine.Times}),
		"digest add campaign Sales monthly on first weekday at 9":                add(sales, digest.Spec{Month: digest.FirstWeekday, Times: nine.Times}),
		"digest add campaign Sales monthly on the last weekday at 9":             add(sales, digest.Spec{Month: digest.LastWeekday, Times: nine.Times}),
		"digest add campaign Sales monthly on first monday at 9":                 monthly(digest.NthWeekday(1, 1), false),
		"digest add campaign Sales monthly on the second tue of each month at 9": monthly(digest.NthWeekday(2, 2), false),
		"digest add campaign Sales monthly last friday at 9":                     monthly(digest.NthWeekday(digest.Last, 5), false),
		"digest add campaign Sales monthly at 9 on the 5th sunday":               monthly(digest.NthWeekday(5, 0), false),
		"digest add campaign Sales quarterly on 1 at 9":                          monthly(1, true),
		"digest add campaign Sales quarterly on last weekday at 9":               monthly(digest.LastWeekday, true),
		"digest add campaign Sales every 2 weeks on mon,thu at 9":                weeks(2, digest.Days(1, 4)),
		"digest add campaign Sales every 3 weeks on weekdays at 9":               weeks(3, 0, func(s *digest.Spec) { s.Workdays = true }),
		"digest add campaign Sales every week on mon at 9":                       add(sales, atTimes(digest.Days(1), 540)),
		"digest add campaign Sales every 2 weeks mon at 9 starting 2026-12-25":   weeks(2, digest.Days(1), func(s *digest.Spec) { s.Starting = christmas }),
		"digest add campaign Sales daily except sat and sunday at 9":             add(sales, atTimes(digest.MondayToFriday, 540)),
		"digest add campaign Sales daily except weekends, holidays at 9":         with(func(d *digestline.Draft) { d.When.Days, d.When.Holidays = digest.MondayToFriday, []string{"*"} }),
		"digest add campaign Sales daily at 9 except public holidays":            with(func(d *digestline.Draft) { d.When.Holidays = []string{"*"} }),
		"digest add campaign Sales daily at 9 except 2026-12-25 except holidays": with(func(d *digestline.Draft) {
			d.When.Holidays, d.When.Except = []string{"*"}, []digest.Date{christmas}
		}),
		"digest add campaign Sales daily at 9 except 25 Dec, 26th of january": with(func(d *digestline.Draft) {
			d.When.Except = []digest.Date{{Month: 1, Day: 26}, {Month: 12, Day: 25}}
		}),
		"digest add campaign Sales daily at 9 starting on 25 Dec until Feb 29": with(func(d *digestline.Draft) {
			d.When.Starting, d.When.Until = digest.Date{Month: 12, Day: 25}, digest.Date{Month: 2, Day: 29}
		}),
		"digest add campaign Sales daily at 9 tz SGT":                  zoned("Asia/Singapore"),
		"digest add campaign Sales daily at 9 tz UTC +5:45":            zoned("Asia/Kathmandu"),
		"digest add campaign Sales Weekly daily at 9":                  add(named("Sales Weekly"), nine),
		"digest add campaign Last Friday Care daily at 9":              add(named("Last Friday Care"), nine),
		"digest add campaign Line 4 5 6 7 daily at 9":                  add(named("Line 4 5 6 7"), nine),
		`digest add campaign Sales cron "0  9 * * 1-5"`:                add(sales, digest.Spec{Cron: "0 9 * * 1-5"}),
		"digest add campaign Sales cron 0 9,18 * * mon in <#C123|ops>": digestline.Add{Draft: digestline.Draft{What: sales, When: digest.Spec{Cron: "0 9,18 * * mon"}, HasWhen: true, In: ops}},

		"digest add campaign Sales daily at 9 tz Asia/Kolkata":       zoned("Asia/Kolkata"),
		"digest add campaign Sales tz new york daily at 9":           zoned("America/New_York"),
		"digest add campaign Sales daily tz dar es salaam at 9":      zoned("Africa/Dar_es_Salaam"),
		`digest add campaign Sales daily at 9 tz "ho chi minh"`:      zoned("Asia/Ho_Chi_Minh"),
		"digest add campaign Sales daily at 9 timezone Kathmandu":    zoned("Asia/Kathmandu"),
		"digest add campaign Sales daily at 9 in <#C123|ops>":        with(func(d *digestline.Draft) { d.In = ops }),
		"digest add campaign Sales daily at 9 in <#C123|>":           with(func(d *digestline.Draft) { d.In = grammar.Place{ID: "C123"} }),
		"digest add campaign Sales in #ops-floor daily at 9":         with(func(d *digestline.Draft) { d.In = grammar.Place{Name: "ops-floor"} }),
		"digest add campaign Sales daily at 9 only off target":       with(func(d *digestline.Draft) { d.Only, d.HasOnly = digest.ShowOffTarget, true }),
		"digest add campaign Sales only with-calls daily at 9":       with(func(d *digestline.Draft) { d.Only, d.HasOnly = digest.ShowWithCalls, true }),
		"digest add campaign Sales daily at 9 only all":              with(func(d *digestline.Draft) { d.HasOnly = true }),
		"digest add campaign Sales daily at 9 as table":              with(func(d *digestline.Draft) { d.As, d.HasAs = digest.ViewTable, true }),
		"digest add campaign Sales daily at 9 as table and chart":    with(func(d *digestline.Draft) { d.HasAs = true }),
		`digest add campaign Sales daily at 9 name "Morning, 9"`:     with(func(d *digestline.Draft) { d.Name = "Morning, 9" }),
		"digest add campaign Sales daily at 9 name Morning round":    with(func(d *digestline.Draft) { d.Name = "Morning round" }),
		"digest add campaign Sales daily at 9 except holidays":       with(func(d *digestline.Draft) { d.When.Holidays = []string{"*"} }),
		"digest add campaign Sales except holidays India daily at 9": with(func(d *digestline.Draft) { d.When.Holidays = []string{"india"} }),
		`digest add campaign Sales daily at 9 except holidays "Tamil Nadu", 2026-12-25 and 2026-12-25`: with(func(d *digestline.Draft) {
			d.When.Holidays, d.When.Except = []string{"tamil nadu"}, []digest.Date{christmas}
		}),
		"digest add campaign Sales starting 2026-12-25 daily at 9 until 2026-12-25": with(func(d *digestline.Draft) { d.When.Starting, d.When.Until = christmas, christmas }),

		"digest edit 3 daily at 9":                        change(digestline.Draft{When: nine, HasWhen: true}),
		"digest edit 3 at 9, 13:30":                       change(digestline.Draft{When: atTimes(0, 540, 810)}),
		"digest edit 3 mon-fri":                           change(digestline.Draft{When: atTimes(digest.MondayToFriday)}),
		"digest edit 3 weekdays":                          change(digestline.Draft{When: weekdays(atTimes(0))}),
		"digest edit 3 every 3h":                          change(digestline.Draft{When: step(0, 3, 0, 0)}),
		"digest edit 3 daily every 3h":                    change(digestline.Draft{When: step(everyDay, 3, 0, 0)}),
		"digest edit 3 from 10 to 18":                     change(digestline.Draft{When: step(0, 0, 600, 1080), HasSpan: true}),
		"digest edit 3 monthly on 1":                      change(digestline.Draft{When: digest.Spec{Month: 1}}),
		"digest edit 3 daily every 3h from 0:00 to 23:59": change(digestline.Draft{When: step(everyDay, 3, 0, 1439), HasWhen: true, HasSpan: true}),
		"digest edit #3 campaign Sales":                   change(digestline.Draft{What: sales}),
		"digest edit 3 tz mumbai":                         change(digestline.Draft{When: digest.Spec{Zone: "Asia/Kolkata"}}),
		"digest edit 3 until 2026-12-25":                  change(digestline.Draft{When: digest.Spec{Until: christmas}}),
		"digest edit 3 except holidays":                   change(digestline.Draft{When: digest.Spec{Holidays: []string{"*"}}}),
		"digest edit 3 only all as both":                  change(digestline.Draft{HasOnly: true, HasAs: true}),
		"digest edit 3 every 2 weeks":                     change(digestline.Draft{When: digest.Spec{Weeks: 2}}),
		"digest edit 3 every week":                        change(digestline.Draft{When: digest.Spec{Weeks: 1}}),
		"digest edit 3 quarterly on last":                 change(digestline.Draft{When: digest.Spec{Month: digest.LastDay, Quarter: true}}),
		"digest edit 3 until 25 Dec":                      change(digestline.Draft{When: digest.Spec{Until: digest.Date{Month: 12, Day: 25}}}),
		"digest pause 3 until friday":                     standing.Command{Noun: "digest", Verb: "pause", IDs: []int64{3}, Until: digest.OnWeekday(time.Friday)},
		"digest pause 3 until tomorrow":                   standing.Command{Noun: "digest", Verb: "pause", IDs: []int64{3}, Until: digest.Tomorrow},
		"digest edit 3 starting on Monday until fri":      change(digestline.Draft{When: digest.Spec{Starting: digest.OnWeekday(time.Monday), Until: digest.OnWeekday(time.Friday)}}),
		"digest pause 3 until 25 December":                standing.Command{Noun: "digest", Verb: "pause", IDs: []int64{3}, Until: digest.Date{Month: 12, Day: 25}},
		"digest edit 3 in <#C123|ops>":                    change(digestline.Draft{In: ops}),
	}
}

func campaignOf(name string) aht.Target {
	t, _ := aht.NewTarget(aht.KindCampaign, name) // names of this file
	return t
}

// goodAlerts are lines and what they mean.
func goodAlerts() map[string]request.Command {
	const m = time.Minute
	base := alertline.Draft{Target: campaignOf("Sales"), Kind: alert.KindAbove, High: 5 * m}
	with := func(change func(*alertline.Draft)) request.Command {
		d := base
		change(&d)
		return alertline.Add{Draft: d}
	}
	of := func(name string) request.Command {
		return with(func(d *alertline.Draft) { d.Target = campaignOf(name) })
	}
	above := func(high time.Duration) request.Command {
		return with(func(d *alertline.Draft) { d.High = high })
	}
	kind := func(k alert.Kind, low, high time.Duration) request.Command {
		return alertline.Add{Draft: alertline.Draft{Target: campaignOf("Sales"), Kind: k, Low: low, High: high}}
	}
	active := func(days digest.Weekdays, from, to time.Duration) request.Command {
		return with(func(d *alertline.Draft) { d.Active = &alert.Hours{Days: uint8(days), From: from, To: to} })
	}
	edit := func(d alertline.Draft) request.Command { return alertline.Edit{ID: 7, Draft: d} }
	kolkata, _ := digest.NewRule(digest.Spec{Days: everyDay, Times: []digest.Clock{0}, Zone: "Asia/Kolkata"})
	const h = time.Hour
	six := digest.MondayToSaturday
	return map[string]request.Command{
		`alert add campaign "Collections North" above 5m for 15m`: with(func(d *alertline.Draft) { d.Target, d.For = campaignOf("Collections North"), new(15*m) }),

		"alert":                       standing.List{Noun: "alert"},
		"alert list all":              standing.List{Noun: "alert", All: true},
		"alert help":                  request.Help{Topic: "alert"},
		"alert show 7":                standing.About("alert", "show", 7),
		"alert show #7?":              standing.About("alert", "show", 7),
		"alert pause 7":               standing.About("alert", "pause", 7),
		"alert resume 7":              standing.About("alert", "resume", 7),
		"alert remove alert 7":        standing.About("alert", "remove", 7),
		"alert restore 7":             standing.About("alert", "restore", 7),
		"alert test 7":                standing.About("alert", "test", 7),
		"alert mute 7 2h":             standing.Command{Noun: "alert", Verb: "mute", IDs: []int64{7}, For: 2 * h},
		"alert mute #7 for 30 min":    standing.Command{Noun: "alert", Verb: "mute", IDs: []int64{7}, For: 30 * m},
		"alert mute 7 until tomorrow": standing.Command{Noun: "alert", Verb: "mute", IDs: []int64{7}, Tomorrow: true},
		"alert mute 7 tomorrow":       standing.Command{Noun: "alert", Verb: "mute", IDs: []int64{7}, Tomorrow: true},
		"alert unmute 7":              standing.About("alert", "unmute", 7),
		"alert mute 7 off":            standing.About("alert", "unmute", 7),

		"alert add campaign Sales above 5m":                  of("Sales"),
		"alert add above 5m campaign Sales":                  of("Sales"),
		"alert add campaign Sales Outbound above 5m":         of("Sales Outbound"),
		"alert add campaign Above All above 5m":              of("Above All"),
		"alert add campaign Sales for All in India above 5m": of("Sales for All in India"),
		`alert add campaign "Sales 24h" above 5m`:            of("Sales 24h"),
		"alert add campaign Sales 24h North above 5m":        of("Sales 24h North"),
		"alert add campaign O’Brien &amp; Sons above 5m":     of("O'Brien & Sons"),
		"alert add campaign Sales above 5 m":                 of("Sales"),
		"alert add campaign Sales over 5 minutes":            of("Sales"),
		"alert add campaign Sales above 5:00":                of("Sales"),
		"alert add campaign Sales above 00:05:00":            of("Sales"),
		"alert add campaign Sales above 300s":                of("Sales"),
		"alert add campaign Sales above 4m30s":               above(4*m + 30*time.Second),
		"alert add campaign Sales above 4m 30s":              above(4*m + 30*time.Second),
		"alert add campaign Sales above 1h 2m 5s":            above(h + 2*m + 5*time.Second),
		"alert add campaign Sales below 2m":                  kind(alert.KindBelow, 2*m, 0),
		"alert add campaign Sales under 2m":                  kind(alert.KindBelow, 2*m, 0),
		"alert add campaign Sales outside 3m..5m":            kind(alert.KindOutside, 3*m, 5*m),
		"alert add campaign Sales outside 3m-5m":             kind(alert.KindOutside, 3*m, 5*m),
		"alert add campaign Sales outside 3m – 5m":           kind(alert.KindOutside, 3*m, 5*m),
		"alert add campaign Sales outside 3m…5m":             kind(alert.KindOutside, 3*m, 5*m),
		"alert add campaign Sales outside 3m to 5m":          kind(alert.KindOutside, 3*m, 5*m),
		"alert add campaign Sales outside 3m and 5m":         kind(alert.KindOutside, 3*m, 5*m),
		"alert add campaign Sales outside 3:00-5:00":         kind(alert.KindOutside, 3*m, 5*m),
		"alert add campaign Sales no calls":                  kind(alert.KindNoCalls, 0, 0),
		"alert add campaign Sales No Call":                   kind(alert.KindNoCalls, 0, 0),
		"alert preview campaign Sales above 5m":              alertline.Preview{Draft: base},

		"alert add campaign Sales no calls for 30m":                alertline.Add{Draft: alertline.Draft{Target: campaignOf("Sales"), Kind: alert.KindNoCalls, For: new(30 * m)}},
		"alert add campaign Sales above 5m for 0s":                 with(func(d *alertline.Draft) { d.For = new(time.Duration) }),
		"alert add campaign Sales above 5m clear 4m30s":            with(func(d *alertline.Draft) { d.Clear = new(4*m + 30*time.Second) }),
		"alert add campaign Sales above 5m clear 5m":               with(func(d *alertline.Draft) { d.Clear = new(5 * m) }),
		"alert add campaign Sales above 5m clear for 20m":          with(func(d *alertline.Draft) { d.ClearFor = new(20 * m) }),
		"alert add campaign Sales above 5m clear 4m clear for 20m": with(func(d *alertline.Draft) { d.Clear, d.ClearFor = new(4*m), new(20*m) }),
		"alert add campaign Sales outside 3m..5m clear 200s..280s": alertline.Add{Draft: alertline.Draft{
			Target: campaignOf("Sales"), Kind: alert.KindOutside, Low: 3 * m, High: 5 * m, ClearLow: new(200 * time.Second), ClearHigh: new(280 * time.Second),
		}},
		"alert add campaign Sales above 5m remind 2h":                     with(func(d *alertline.Draft) { d.Remind = new(2 * h) }),
		"alert add campaign Sales above 5m remind every 4h":               with(func(d *alertline.Draft) { d.Remind = new(4 * h) }),
		"alert add campaign Sales above 5m remind off":                    with(func(d *alertline.Draft) { d.Remind = new(time.Duration) }),
		"alert add campaign Sales above 5m readings 4":                    with(func(d *alertline.Draft) { d.Readings = new(4) }),
		"alert add campaign Sales above 5m guard off":                     with(func(d *alertline.Draft) { d.Guard = new(false) }),
		"alert add campaign Sales above 5m guard on":                      with(func(d *alertline.Draft) { d.Guard = new(true) }),
		"alert add campaign Sales above 5m warmup 30m":                    with(func(d *alertline.Draft) { d.WarmUp = new(30 * m) }),
		"alert add campaign Sales above 5m warm-up off":                   with(func(d *alertline.Draft) { d.WarmUp = new(time.Duration) }),
		"alert add campaign Sales above 5m active mon-sat 9-18":           active(six, 9*h, 18*h),
		"alert add campaign Sales above 5m active 9:00-18:30":             active(everyDay, 9*h, 18*h+30*m),
		"alert add campaign Sales above 5m active 9am to 6pm mon-sat":     active(six, 9*h, 18*h),
		"alert add campaign Sales above 5m active from 9 to 18 on mon":    active(digest.Days(1), 9*h, 18*h),
		"alert add campaign Sales above 5m active mon,wed 22-6":           active(digest.Days(1, 3), 22*h, 6*h),
		"alert add campaign Sales above 5m active sat 0:00-24:00":         active(digest.Days(6), 0, 24*h),
		"alert add campaign Sales above 5m active sat-sun":                active(digest.Days(6, 0), 0, 24*h),
		"alert add campaign Sales above 5m active daily noon to midnight": active(everyDay, 12*h, 24*h),
		"alert add campaign Sales above 5m active always":                 with(func(d *alertline.Draft) { d.Active = &alert.Hours{} }),
		"alert add campaign Sales above 5m tz pune active mon-sat 9-18": with(func(d *alertline.Draft) {
			d.Active = &alert.Hours{Days: uint8(six), From: 9 * h, To: 18 * h, Zone: kolkata.Zone()}
		}),
		"alert add campaign Sales above 5m in <#C123|ops>":     with(func(d *alertline.Draft) { d.In = grammar.Place{ID: "C123", Name: "ops"} }),
		"alert add campaign Sales above 5m in #ops":            with(func(d *alertline.Draft) { d.In = grammar.Place{Name: "ops"} }),
		"alert add campaign Sales above 5m by dm":              with(func(d *alertline.Draft) { d.Direct = true }),
		"alert add campaign Sales above 5m, by direct message": with(func(d *alertline.Draft) { d.Direct = true }),

		"alert add campaign Sales above 5m active 12 AM to 12 a.m.": active(everyDay, 0, 0),
		"alert edit 7 above 6m":                    edit(alertline.Draft{Kind: alert.KindAbove, High: 6 * m}),
		"alert edit 7 clear 4m remind off":         edit(alertline.Draft{Clear: new(4 * m), Remind: new(time.Duration)}),
		"alert edit 7 clear 3m..4m":                edit(alertline.Draft{ClearLow: new(3 * m), ClearHigh: new(4 * m)}),
		"alert edit 7 campaign Care active always": edit(alertline.Draft{Target: campaignOf("Care"), Active: &alert.Hours{}}),
	}
}

func digestLines() []string { return slices.Sorted(maps.Keys(goodDigests())) }
func alertLines() []string  { return slices.Sorted(maps.Keys(goodAlerts())) }

func TestParseReadsDigestsAndAlerts(t *testing.T) {
	for noun, lines := range map[string]map[string]request.Command{"digests": goodDigests(), "alerts": goodAlerts()} {
		if len(lines) < 60 {
			t.Errorf("%d lines of %s", len(lines), noun)
		}
		for line, want := range lines {
			got, err := commands.Parse(line)
			if err != nil {
				t.Errorf("Parse(%q): %v", line, said(err))
			} else if !same(got, want) {
				t.Errorf("Parse(%q) = %s, want %s", line, request.Line(got), request.Line(want))
			}
		}
	}
}
