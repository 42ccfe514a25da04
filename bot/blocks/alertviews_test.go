package blocks

import (
	"errors"
	"testing"

	"ahtbot/commands"
	"ahtbot/commands/form"
	"ahtbot/commands/request"
)

// alertFloor is the handler over a shelf of alerts.
type alertFloor struct {
	*alertShelf
	h   *commands.Handler
	who string
}

// alertsOf is what who sees after a change.
func alertsOf(t *testing.T, who string, change func(*alertFloor)) *alertFloor {
	t.Helper()
	s := firingShelf(t)
	f := &alertFloor{s, scene{person: request.Person{ID: who}}.handler(t, request.Access{Admins: []string{"U9"}}), who}
	f.h.Alerts, f.h.Places, f.h.Names, f.h.History = s, s, s, eightHours
	change(f)
	return f
}

// edited is the form of alert #7, as it stands or with v filled in.
func (f *alertFloor) edited(t *testing.T, v form.Values) form.View {
	t.Helper()
	q := press("alert edit 7")
	q.User = f.who
	fill := func(view form.View, v form.Values) form.View {
		view, err := f.h.FillForm(t.Context(), q, form.Filled{Form: "alert", Meta: view.Meta.Encode(), Values: v})
		if err != nil {
			t.Fatal(err)
		}
		return view
	}
	view := fill(f.h.OpenForm(q), nil)
	if v != nil {
		view = fill(view, v)
	}
	return view
}

// alertViews are the windows of the form of an alert.
func alertViews(t *testing.T) map[string]form.View {
	t.Helper()
	out, same := map[string]form.View{}, func(*alertFloor) {}
	north := form.Values{
		"campaign": {form.CampaignValue("Collections North")}, "when": {"above"}, "line": {"4m30s"}, "for": {"20m"}, "place": {"C1"},
		"more": {"remind off active mon-fri 9:00-18:00"},
	}
	with := func(field string, value ...string) form.Values {
		v := form.Values{field: value}
		for name, there := range north {
			if name != field {
				v[name] = there
			}
		}
		return v
	}
	for name, line := range map[string]string{"new": "alert add", "understood": `alert add campaign "Sales Outbound" above five for 20m remind off`, "no-calls": "alert add no calls"} {
		out["view-alert-"+name] = alertsOf(t, "U1", same).h.OpenForm(press(line))
	}
	out["view-alert-filled"] = filledIn(t, alertsOf(t, "U1", same).h, "alert", north)
	out["view-alert-unread"] = filledIn(t, alertsOf(t, "U1", func(f *alertFloor) { f.h.History = nil }).h, "alert", north)
	out["view-alert-away"] = awayView(t, north)
	for name, v := range map[string]form.Values{
		"made": north, "bad-line": with("line", "five"), "bad-range": with("when", "outside"), "bad-for": with("for", "ages"), "bad-more": with("more", "clear 6m"), "no-campaign": with("campaign"),
		"unseen": with("campaign", form.CampaignValue("Colections Norh")), "targetless": with("when", "above target"), "outside-usual": with("when", "outside usual"), "long": with("line", "2h"),
	} {
		out["view-alert-"+name] = submitted(t, alertsOf(t, "U1", same).h, "alert", v)
	}
	for name, change := range map[string]func(*alertFloor){
		"too-many": func(f *alertFloor) { f.plan.Most = 21 },
		"no-place": func(f *alertFloor) { f.placeErr = &request.PlaceError{Code: "not_in_channel", Channel: "C1"} },
	} {
		out["view-alert-"+name] = submitted(t, alertsOf(t, "U1", change).h, "alert", north)
	}
	out["view-alert-old-form"] = older(t, alertsOf(t, "U1", same).h, "alert", north)
	edit := alertsOf(t, "U1", same).edited(t, nil)
	out["view-alert-edit"] = edit
	out["view-alert-edit-filled"] = alertsOf(t, "U1", same).edited(t, with("when", "above usual"))
	out["view-alert-edit-denied"] = alertsOf(t, "U2", same).edited(t, nil)
	out["view-alert-edit-elsewhere"] = alertsOf(t, "U9", func(f *alertFloor) { f.all[0].Watch.Channel = "U1" }).edited(t, nil)
	out["view-alert-edit-removed"] = alertsOf(t, "U1", func(f *alertFloor) { f.all[0].Watch.Removed = noon }).edited(t, nil)
	changed := alertsOf(t, "U1", func(f *alertFloor) { f.all[0].Watch.Version++ })
	o, _ := changed.h.SubmitForm(t.Context(), press("alert"), form.Filled{Form: "alert", Meta: edit.Meta.Encode(), Values: with("line", "6m")})
	out["view-alert-changed-meanwhile"] = o.Next
	return out
}

// awayView is the form of an alert while the store does not answer.
func awayView(t *testing.T, v form.Values) form.View {
	t.Helper()
	f := alertsOf(t, "U1", func(f *alertFloor) { f.err = errors.New("SECRET CAUSE") })
	view, err := f.h.FillForm(t.Context(), press("alert"), form.Filled{Form: "alert", Meta: theMeta().Encode(), Values: v})
	if err == nil {
		t.Error("nothing for the operator's log")
	}
	return view
}
