package workspace

import (
	"strconv"
	"strings"
	"time"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
	"ahtbot/internal/workspace/render"
)

// message is a message as one person sees it.
type message struct {
	TS        string `json:"ts"` // unique; orders messages
	Channel   string `json:"channel"`
	User      string `json:"user"`
	Name      string `json:"name"`
	At        int64  `json:"at"` // milliseconds since 1970
	HTML      string `json:"html"`
	Private   bool   `json:"private,omitempty"` // only visible to who looks
	Edited    int    `json:"edited,omitempty"`  // how many times
	Thread    string `json:"thread,omitempty"`  // the message it hangs from
	Broadcast bool   `json:"broadcast,omitempty"`
	Replies   int    `json:"replies,omitempty"` // that hang from it
	Deleted   bool   `json:"deleted,omitempty"`
}

// message draws m for who looks at it.
func (p *Page) message(who members.Person, m slacksim.Message, replies int) message {
	out := message{
		TS: m.TS, Channel: m.Channel, User: m.User, Name: p.cfg.Slack.Name(m.User), At: millis(m.TS), Private: m.EphemeralFor != "",
		Edited: m.Edited, Thread: m.ThreadTS, Broadcast: m.Broadcast, Replies: replies, Deleted: m.Deleted,
	}
	if m.Via == "slack" {
		out.Name = "Slackbot"
	}
	if out.Thread == m.TS {
		out.Thread = ""
	}
	if m.Deleted {
		return out
	}
	c := p.context(who, "m"+m.TS)
	if m.Blocks != nil {
		out.HTML = render.Blocks(m.Blocks, c)
	} else {
		out.HTML = render.Text(m.Text, c)
	}
	return out
}

// screen is what a person has before them beside conversations.
type screen struct {
	Home   string  `json:"home"`   // HTML; empty: none was published
	Window *window `json:"window"` // nil: none is open
}

type window struct {
	ID   string `json:"id"`
	HTML string `json:"html"`
}

func (p *Page) screen(who members.Person) screen {
	var out screen
	if v := p.cfg.Slack.Home(who.ID); v != nil {
		out.Home = p.view(who, v)
	}
	if v := p.cfg.Slack.Modal(who.ID); v != nil {
		out.Window = &window{ID: v.ID(), HTML: p.view(who, v)}
	}
	return out
}

func (p *Page) view(who members.Person, v *slacksim.View) string {
	return render.View(render.Window{View: v.Object(), Errors: v.Errors(), Trouble: v.Trouble(), Sending: v.Sending()}, p.context(who, v.ID()))
}

// context is who looks at what has an id.
func (p *Page) context(who members.Person, id string) render.Context {
	return render.Context{
		Viewer: who.ID, Name: p.called, Zone: zoneOf(who), Now: time.Now(), ID: strings.ReplaceAll(id, ".", "-"),
	}
}

// called is what somebody or a conversation is called. A direct message goes by whom it is with, and that is the bot in all of them.
func (p *Page) called(id string) string {
	if strings.HasPrefix(id, "D") {
		id = p.botID()
	}
	return p.cfg.Slack.Name(id)
}

// replies counts the messages that hang from each.
func replies(all []slacksim.Message) map[string]int {
	out := map[string]int{}
	for _, m := range all {
		if m.ThreadTS != "" && m.ThreadTS != m.TS {
			out[m.ThreadTS]++
		}
	}
	return out
}

// millis reads a message's timestamp.
func millis(ts string) int64 {
	seconds, err := strconv.ParseFloat(ts, 64)
	if err != nil {
		return 0
	}
	return int64(seconds * 1000)
}
