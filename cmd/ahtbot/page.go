package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"runtime"
	"syscall"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
	"ahtbot/internal/workspace"
	"ahtbot/internal/workspace/floorpanel"
	"ahtbot/internal/workspace/wirelog"
)

// usualAddr is where the page is, unless that is taken or another is asked for.
const usualAddr = "127.0.0.1:8765"

// The people of the page beside slacksim's own.
const (
	demoAdmin = "U3"
	demoGuest = "U4"
)

// newPage returns the page of a workspace, with the floor of an account and the wire beside it and maybe more panels, and has more
// people join it.
func newPage(slack *slacksim.Workspace, upstream *ozonesim.Server, app workspace.App, wire *wirelog.Log, panels ...string) *workspace.Page {
	slack.AddPerson(members.Person{ID: demoAdmin, Name: "Chandra Rao", TZ: "Asia/Kolkata", Email: "chandra.r@example.com"})
	slack.AddPerson(members.Person{ID: demoGuest, Name: "Devi", TZ: "Asia/Kolkata", Guest: true})
	bot := ""
	for _, p := range slack.People() {
		if p.Bot {
			bot = p.ID
		}
	}
	slack.AddChannel(demoChannel, "floor", demoUser, "U2", demoAdmin, demoGuest, bot)
	slack.AddChannel("C2", "collections", demoUser, "U2", demoAdmin, bot)
	page := workspace.New(workspace.Config{
		Slack: slack, App: app, Panels: append([]string{"floor", "wire"}, panels...),
		People: []workspace.Role{
			{ID: demoUser, Title: "Supervisor"}, {ID: "U2", Title: "Agent"}, {ID: demoAdmin, Title: "Admin"}, {ID: demoGuest, Title: "Guest"},
		},
	})
	floorpanel.New(upstream, slack).Mount(page)
	wire.Mount(page, slack)
	return page
}

// ahtApp is ahtbot as manifest.yml has it, on an account with these campaigns.
func ahtApp(campaigns []string) workspace.App {
	return workspace.App{
		Commands: []workspace.Command{{
			Name: "/aht", Description: "Average Handling Time of an agent or a campaign",
			Hint: "agent 42 | campaign Sales Outbound | digest | alert | help", Lines: linesFor(campaigns),
		}},
		Shortcuts: []workspace.Shortcut{{ID: "aht_menu", Name: "Ask or watch", Description: "How long calls take, and having an eye kept on it"}},
	}
}

// linesFor are the lines that are offered while somebody types.
func linesFor(campaigns []string) []string {
	lines := []string{"/aht agent 42", "/aht help", "/aht me"}
	for _, c := range campaigns {
		lines = append(lines, fmt.Sprintf("/aht campaign %q", c))
	}
	return append(lines, "/aht trend campaign "+fmt.Sprintf("%q", campaigns[0]), "/aht alert", "/aht digest", "/aht campaigns", "/aht mine", "/aht status")
}

// listenForPage listens on an address of this machine, or, without one, on the usual one or else on any free port.
func listenForPage(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(cmp.Or(addr, usualAddr))
	if err != nil {
		return nil, fmt.Errorf("--addr %s is no address. Try --addr %s", addr, usualAddr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("--addr %s is not of this machine alone, and whoever reaches the page can use it. Try --addr %s", addr, usualAddr)
	}
	listen := new(net.ListenConfig)
	l, err := listen.Listen(ctx, "tcp", cmp.Or(addr, usualAddr))
	if err != nil && addr == "" {
		l, err = listen.Listen(ctx, "tcp", "127.0.0.1:0")
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("--addr %s is taken. Try another port, or none for a free one", addr)
	case err != nil:
		return nil, fmt.Errorf("--addr %s can't be listened on. Try --addr %s", addr, usualAddr)
	}
	return l, nil
}

// servePage serves a page until the returned function is called, and returns its address.
func servePage(ctx context.Context, page *workspace.Page, l net.Listener) (address string, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = page.Serve(ctx, l) // it ends with ctx; a listener of our own does not fail before
	}()
	return "http://" + l.Addr().String() + "/", func() {
		page.Close()
		cancel()
		<-ended
	}
}

// openBrowser shows an address in the person's browser.
func openBrowser(ctx context.Context, address string) error {
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	if err := exec.CommandContext(ctx, name, args...).Run(); err != nil {
		return fmt.Errorf("no browser could be opened. Open %s yourself", address)
	}
	return nil
}
