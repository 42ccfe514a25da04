package floorpanel

import (
	"errors"
	"slices"

	"ahtbot/internal/sim/ozonesim/quirk"
)

// trouble is something that can go wrong around the app: a quirk of the account for as long as it is on, or what happens once.
type trouble struct {
	id, name, about string
	quirk           quirk.Quirk // empty: it happens once
	once            func(*Panel)
}

// troubles are in the order of the page: of Ozonetel, then of Slack.
var troubles = []trouble{
	{id: "token", name: "Take the token", about: "Another program signs in, and the app's token is dead.", once: func(p *Panel) { p.account.RevokeTokens() }},
	{id: "down", name: "Ozonetel is down", about: "Every question is hung up on.", quirk: quirk.Reset},
	{id: "html", name: "Ozonetel answers HTML", about: "A gateway says 502 in place of figures.", quirk: quirk.HTML502},
	{id: "slow", name: "Ozonetel is slow", about: "Every answer takes 20 seconds longer.", quirk: quirk.Slow},
	{id: "limit", name: "Limit shared", about: "Another program uses 40 of the 50 requests a minute.", quirk: quirk.LimitShared.As("40")},
	{id: "leave", name: "Slack sends a connection away", about: "It warns, asks ten seconds later, and closes.", once: func(p *Panel) { p.workspace.Refresh(true) }},
	{id: "cut", name: "Cut the network", about: "Every connection to Slack breaks at once.", once: func(p *Panel) { p.workspace.CutAll() }},
}

// trouble begins or ends a trouble, by its id.
func (p *Panel) trouble(id string, on bool) error {
	i := slices.IndexFunc(troubles, func(t trouble) bool { return t.id == id })
	switch {
	case i < 0:
		return errors.New("there is no such trouble here. Reload the page")
	case troubles[i].once != nil:
		troubles[i].once(p)
	case on:
		p.account.Set(troubles[i].quirk)
	default:
		p.account.Clear(troubles[i].quirk.ID())
	}
	return nil
}

// troublesNow are all troubles, and which are on by the quirks in force.
func troublesNow(inForce []quirk.Quirk) []shown {
	var all []shown
	for _, t := range troubles {
		all = append(all, shown{ID: t.id, Name: t.name, About: t.about, Once: t.once != nil, On: t.once == nil && slices.Contains(inForce, t.quirk)})
	}
	return all
}
