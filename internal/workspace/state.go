package workspace

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
)

// newest is how many messages of a conversation a tab begins with, and gets at once of older ones.
const newest = 100

// state is all that a person sees.
type state struct {
	Me       string    `json:"me"`
	Zone     string    `json:"zone"` // IANA name
	Bot      string    `json:"bot"`  // user id
	People   []person  `json:"people"`
	App      App       `json:"app"`
	Panels   []string  `json:"panels"`
	Channels []channel `json:"channels"`
	Messages []message `json:"messages"` // oldest first
	screen
}

type person struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Title string `json:"title,omitempty"`
	Bot   bool   `json:"bot,omitempty"`
	Guest bool   `json:"guest,omitempty"`
	BeMe  bool   `json:"be,omitempty"` // one can be this person
}

type channel struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Direct  bool   `json:"direct,omitempty"`
	Private bool   `json:"private,omitempty"`
	Members int    `json:"members"`
	Bot     bool   `json:"bot"`            // the app's bot is in it
	More    bool   `json:"more,omitempty"` // older messages can be asked for
}

// serveState answers all that a person sees.
func (p *Page) serveState(rw http.ResponseWriter, r *http.Request) {
	if who, ok := p.who(rw, r.URL.Query().Get("as")); ok {
		writeJSON(rw, p.state(who))
	}
}

// serveEarlier answers messages of a conversation before one, oldest first.
func (p *Page) serveEarlier(rw http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	who, ok := p.who(rw, q.Get("as"))
	if !ok {
		return
	}
	if !p.isIn(who.ID, q.Get("channel")) {
		refuse(rw, http.StatusNotFound, "There is no such conversation here. Choose one on the left.")
		return
	}
	all := p.cfg.Slack.Seen(who.ID, q.Get("channel"))
	end, _ := slices.BinarySearchFunc(all, q.Get("before"), func(m slacksim.Message, ts string) int { return cmp.Compare(m.TS, ts) })
	begin := max(0, end-newest)
	out := struct {
		Messages []message `json:"messages"`
		More     bool      `json:"more"`
	}{Messages: []message{}, More: begin > 0}
	count := replies(all)
	for _, m := range all[begin:end] {
		out.Messages = append(out.Messages, p.message(who, m, count[m.TS]))
	}
	writeJSON(rw, out)
}

func (p *Page) state(who members.Person) state {
	s := state{
		Me: who.ID, Zone: cmp.Or(who.TZ, "UTC"), App: p.cfg.App, Panels: append([]string{}, p.cfg.Panels...),
		People: p.people(), Messages: []message{}, screen: p.screen(who),
	}
	s.Bot = p.botID()
	for _, c := range p.cfg.Slack.Channels(who.ID) {
		all := p.cfg.Slack.Seen(who.ID, c.ID)
		count, begin := replies(all), max(0, len(all)-newest)
		for _, m := range all[begin:] {
			s.Messages = append(s.Messages, p.message(who, m, count[m.TS]))
		}
		s.Channels = append(s.Channels, channel{
			ID: c.ID, Name: p.called(c.ID), Direct: c.Direct, Private: c.State.Private, Members: len(c.Members), Bot: c.Members[s.Bot], More: begin > 0,
		})
	}
	return s
}

// botID is the app's own user; empty without one.
func (p *Page) botID() string {
	for _, m := range p.cfg.Slack.People() {
		if m.Bot {
			return m.ID
		}
	}
	return ""
}

// people are everybody; those one can be come first, as the page was told.
func (p *Page) people() []person {
	var out []person
	for _, m := range p.cfg.Slack.People() {
		one := person{ID: m.ID, Name: m.Name, Bot: m.Bot, Guest: m.Guest || m.SingleGuest}
		if i := slices.IndexFunc(p.cfg.People, func(r Role) bool { return r.ID == m.ID }); i >= 0 {
			one.BeMe, one.Title = true, p.cfg.People[i].Title
		}
		out = append(out, one)
	}
	at := func(o person) int {
		i := slices.IndexFunc(p.cfg.People, func(r Role) bool { return r.ID == o.ID })
		if i < 0 {
			return len(p.cfg.People)
		}
		return i
	}
	slices.SortStableFunc(out, func(a, b person) int { return at(a) - at(b) })
	return out
}

// who finds a person one can be; empty: the first. For anybody else it answers the request itself.
func (p *Page) who(rw http.ResponseWriter, id string) (members.Person, bool) {
	if id == "" && len(p.cfg.People) > 0 {
		id = p.cfg.People[0].ID
	}
	if slices.ContainsFunc(p.cfg.People, func(r Role) bool { return r.ID == id }) {
		all := p.cfg.Slack.People()
		if i := slices.IndexFunc(all, func(m members.Person) bool { return m.ID == id }); i >= 0 {
			return all[i], true
		}
	}
	refuse(rw, http.StatusNotFound, "Nobody here is called that. Choose somebody on the left.")
	return members.Person{}, false
}

// isIn reports whether a person has a conversation in their list.
func (p *Page) isIn(user, channel string) bool {
	return slices.ContainsFunc(p.cfg.Slack.Channels(user), func(c members.Channel) bool { return c.ID == channel })
}

// zoneOf is where a person's clock is.
func zoneOf(who members.Person) *time.Location {
	zone, err := time.LoadLocation(who.TZ)
	if err != nil {
		return time.UTC
	}
	return zone
}

func writeJSON(rw http.ResponseWriter, v any) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(rw).Encode(v) // the browser may be gone
}

// refuse answers with words for the person at the page.
func refuse(rw http.ResponseWriter, status int, words string) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(map[string]string{"error": words}) // the browser may be gone
}
