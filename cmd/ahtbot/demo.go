package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ahtbot/bot"
	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/app"
	"ahtbot/internal/secret"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/blockkit"
	"ahtbot/internal/workspace/wirelog"
)

// demoOptions are how the demo is used.
type demoOptions struct {
	addr     string // of the page; empty: the usual one
	open     bool   // in a browser
	terminal bool   // without the page
}

// paged reports whether there is a page: on a terminal, and where it is asked for.
func (o demoOptions) paged(p process) bool {
	return !o.terminal && (terminal(p.in) || o.addr != "" || o.open)
}

func readDemoOptions(args []string, p process) (o demoOptions, err error) {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(p.err)
	flags.StringVar(&o.addr, "addr", "", "where the page is, on this machine (default "+usualAddr+", or a free port)")
	flags.BoolVar(&o.open, "open", false, "open the page in a browser")
	flags.BoolVar(&o.terminal, "terminal", false, "the prompt alone, without the page")
	if err := flags.Parse(args); err != nil {
		return o, errSaid
	}
	if flags.NArg() > 0 {
		return o, errors.New("demo takes no arguments. Try: ahtbot demo")
	}
	return o, nil
}

// demoCommand starts both simulators and the real bot over loopback sockets and lets a
// person use it: a page and a prompt on a terminal, else line by line to the end of input. It reads
// no setting and leaves no file.
func demoCommand(ctx context.Context, args []string, p process) error {
	o, err := readDemoOptions(args, p)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	account, team := ozonesim.Config{Latency: 120 * time.Millisecond}, slacksim.Config{Keep: demoKeeps}
	var wire *wirelog.Log // of the page: without one nobody reads it
	if o.paged(p) {
		wire = wirelog.New(demoKey)
		account.Requests, team.Requests, team.Frames = wire.Upstream, wire.Slack, wire.Frame
	}
	upstream := ozonesim.New(account)
	defer func() { _ = upstream.Close() }()
	workspace := slacksim.New(team)
	defer func() { _ = workspace.Close() }()
	workspace.Grant("users:read.email") // an optional scope, so that /aht me finds Asha
	s, err := demoSettings(ctx, upstream, workspace)
	if err != nil {
		return err
	}
	address, options := "", app.Options{Memory: true}
	if o.paged(p) {
		s.Access.Admins = []string{demoAdmin}
		s.Retention, s.MaxAge = 2*pastDays*24*time.Hour, 5*time.Second // a second may be a minute on the floor
		if options.Past, err = pastOf(upstream, time.Now()); err != nil {
			return err
		}
		l, err := listenForPage(ctx, o.addr)
		if err != nil {
			return err
		}
		var stop func()
		address, stop = servePage(ctx, newPage(workspace, upstream, ahtApp(upstream.Campaigns()), wire, "guide"), l)
		defer stop()
	}
	answered := &tally{outcomes: make(chan string, 1024)}
	options.Observe = answered.watch
	a, err := app.Open(ctx, s.Settings, options, newLog(s, p.err))
	if err != nil {
		return err
	}
	defer a.Close(context.WithoutCancel(ctx))
	defer a.Start(ctx)()
	stopped := make(chan error, 1)
	go func() { stopped <- a.Run(ctx) }()
	ready, done := context.WithTimeout(ctx, 10*time.Second)
	defer done()
	if err := workspace.WaitConnections(ready, 1); err != nil {
		return fmt.Errorf("the demo did not come up: %w. Try once more", err)
	}
	select { // so that the first line may name any campaign
	case <-a.NamesReady():
	case <-ready.Done():
	}
	d := &demo{workspace: workspace, answered: answered, out: p.out, interactive: terminal(p.in), shown: map[string]int{}}
	d.greet(upstream)
	if address != "" {
		d.showPage(ctx, address, o.open)
	}
	err = d.converse(ctx, p.in)
	if address != "" && !d.interactive { // nobody types, and the page is there until the demo is stopped
		<-ctx.Done()
	}
	cancel()
	return errors.Join(err, <-stopped)
}

// showPage says where the page is, and opens it where that is asked for.
func (d *demo) showPage(ctx context.Context, address string, open bool) {
	fmt.Fprintf(d.out, "The same as a page: %s\n\n", address)
	if !open {
		return
	}
	if err := openBrowser(ctx, address); err != nil {
		fmt.Fprintln(d.out, err)
	}
}

// demoSettings are fixed: no variable of the environment has a say, and nothing but
// loopback is dialled.
func demoSettings(ctx context.Context, upstream *ozonesim.Server, workspace *slacksim.Workspace) (settings.Settings, error) {
	slackURL, err := workspace.Listen(ctx)
	if err != nil {
		return settings.Settings{}, err
	}
	upstreamURL, err := upstream.Listen(ctx)
	if err != nil {
		return settings.Settings{}, err
	}
	base, err := url.Parse(upstreamURL)
	if err != nil {
		return settings.Settings{}, err
	}
	zone, err := time.LoadLocation("Asia/Kolkata")
	return settings.Settings{Settings: app.Settings{
		Release: release(), SlackApp: secret.New("xapp-1-A0DEMO-demo"), SlackBot: secret.New("xoxb-demo"), SlackURL: slackURL,
		APIKey: secret.New(demoKey), Username: "demo_user", BaseURL: base, PerMinute: 50,
		MaxAge: time.Minute, Retention: 24 * time.Hour, Poll: 5 * time.Second, Zone: zone,
	}, LogLevel: slog.LevelError, LogJSON: new(false)}, err
}

// demoKeeps is about how many messages the demo remembers, so that a day of use takes no more memory than an hour.
const demoKeeps = 5000

// The API key, the person and the channel of the demo, of the simulators' making.
const (
	demoKey     = "demo-key"
	demoUser    = "U1"
	demoChannel = "C1"
)

// demo is one conversation with the bot.
type demo struct {
	workspace   *slacksim.Workspace
	answered    *tally
	out         io.Writer
	interactive bool
	pressable   []pressable    // by their numbers
	asked       bool           // a line was typed, and no button has come since
	shown       map[string]int // messages printed, with the number of their edits then
	atHome      bool           // Asha looks at her Home tab
	window      *window        // what else she has before her; nil: nothing
}

// pressable is a button of a message. The buttons of all messages that followed one line are
// numbered together.
type pressable struct {
	of slacksim.Message
	blockkit.Button
}

func (d *demo) greet(upstream *ozonesim.Server) {
	if !d.interactive {
		return
	}
	fmt.Fprintf(d.out, `ahtbot demo: a simulated Slack and a simulated Ozonetel, the real bot between them.
You are Asha in #floor. Type
  /aht agent 42               /aht campaign "Sales Outbound"     /aht help
  @ahtbot campaign Collections North      (a mention everybody sees)
  agent 42                    (anything else is a direct message to the bot)
  /aht me                     (your own AHT: your e-mail address is an agent's id here)
  1                           (press a numbered button)
  home                        (your Home tab; in a window: field = value, submit, close)
  /aht digest add campaign "Sales Outbound" daily at 9:00      then /aht digest send 1
  /aht alert add campaign "Collections North" above 1m for 0s readings 2      fires in seconds
Campaigns: %s
Watched campaigns are read every 5 seconds here, every 5 minutes with a real account.
Ctrl-D ends it.

`, strings.Join(upstream.Campaigns(), ", "))
}

// converse takes lines until the input ends.
func (d *demo) converse(ctx context.Context, in io.Reader) error {
	if d.interactive {
		return d.prompt(ctx, in)
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() && ctx.Err() == nil {
		fmt.Fprintln(d.out, ">", lines.Text())
		if _, err := d.say(ctx, lines.Text()); err != nil {
			fmt.Fprintln(d.out, "  "+readable(err))
		}
		d.show()
		d.showWindow()
	}
	return lines.Err()
}

// prompt reads lines from a terminal, and prints messages when they come.
func (d *demo) prompt(ctx context.Context, in io.Reader) error {
	changes, stop := d.workspace.Subscribe()
	defer stop()
	typed := make(chan string)
	go func() {
		defer close(typed)
		for lines := bufio.NewScanner(in); lines.Scan(); {
			typed <- lines.Text()
		}
	}()
	fmt.Fprint(d.out, "> ")
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-changes:
			if shown := d.show(); d.showWindow() || shown {
				fmt.Fprint(d.out, "> ")
			}
		case line, open := <-typed:
			if !open {
				fmt.Fprintln(d.out)
				return nil
			}
			if told, err := d.say(ctx, line); err != nil {
				fmt.Fprint(d.out, "  "+readable(err)+"\n> ")
			} else if !told {
				d.showWindow()
				fmt.Fprint(d.out, "> ")
			}
		}
	}
}

// readable is an error as a person at the demo reads it.
func readable(err error) string { return strings.TrimPrefix(err.Error(), "slacksim: ") }

// say does what a line asks for and waits until the bot has answered it; told is false where the bot is not told of it.
func (d *demo) say(ctx context.Context, line string) (told bool, err error) {
	line = strings.TrimSpace(line)
	if line == "" {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	changes, stop := d.workspace.Subscribe()
	defer stop()
	for len(d.answered.outcomes) > 0 {
		<-d.answered.outcomes // of what came by itself
	}
	delivery, inWindow, err := d.act(ctx, line)
	if err != nil || delivery == nil {
		return false, err
	}
	d.asked = true
	if err := delivery.Wait(ctx); err != nil {
		return true, fmt.Errorf("ahtbot did not respond, Slack says: %w", err)
	}
	if d.interactive {
		return true, nil
	}
	return true, d.settle(ctx, changes, inWindow)
}

// act does what a line asks for: in the window, on the Home tab, or in the conversation. The delivery is nil where the bot is not told.
func (d *demo) act(ctx context.Context, line string) (delivery *slacksim.Delivery, inWindow bool, err error) {
	if w := d.look(); w != nil {
		if delivery, inWindow, err = d.use(ctx, w, line); inWindow {
			return delivery, true, err
		}
	}
	if strings.EqualFold(line, "home") {
		d.atHome, d.window = true, nil
		return d.workspace.OpenHome(demoUser), true, nil
	}
	d.atHome = false
	delivery, err = d.deliver(line)
	return delivery, false, err
}

func (d *demo) deliver(line string) (*slacksim.Delivery, error) {
	if n, err := strconv.Atoi(line); err == nil {
		if n < 1 || n > len(d.pressable) {
			return nil, fmt.Errorf("there is no button %d to press. Ask something first", n)
		}
		b := d.pressable[n-1]
		return d.workspace.Press(demoUser, b.of, b.ID())
	}
	word, rest, _ := strings.Cut(line, " ")
	switch {
	case strings.EqualFold(word, "@ahtbot"):
		return d.workspace.Mention(demoUser, demoChannel, rest), nil
	case strings.HasPrefix(word, "/") && word != "/aht":
		return nil, fmt.Errorf("%s is not a valid command, Slack says. Try /aht help", word)
	case strings.HasPrefix(word, "/"):
		return d.workspace.Type(demoUser, demoChannel, line), nil
	default:
		return d.workspace.DM(demoUser, line), nil
	}
}

// show prints what Asha has not yet seen as it stands now, what is for her alone first, and
// reports whether there was anything.
func (d *demo) show() bool {
	any := false
	all := d.workspace.All()
	slices.SortStableFunc(all, func(a, b slacksim.Message) int {
		return cmp.Compare(len(b.EphemeralFor), len(a.EphemeralFor))
	})
	for _, m := range all {
		id := m.Channel + m.TS + m.EphemeralFor
		if edits, known := d.shown[id]; known && edits == m.Edited {
			continue
		}
		_, updated := d.shown[id]
		d.shown[id] = m.Edited
		if !m.Deleted && m.User != demoUser && (m.EphemeralFor == "" || m.EphemeralFor == demoUser) {
			d.print(m, updated)
			any = true
		}
	}
	return any
}

// print writes a message of the bot as Asha sees it, and notes its buttons.
func (d *demo) print(m slacksim.Message, updated bool) {
	fmt.Fprintln(d.out, "  "+where(m, updated))
	for line := range strings.Lines(m.Plain()) {
		fmt.Fprintln(d.out, "  │ "+strings.TrimRight(line, "\n"))
	}
	var labels []string
	for _, b := range m.Buttons() {
		if d.asked {
			d.pressable, d.asked = nil, false
		}
		d.pressable = append(d.pressable, pressable{m, b})
		labels = append(labels, fmt.Sprintf("[%d] %s", len(d.pressable), b.Label))
	}
	if len(labels) > 0 {
		fmt.Fprintln(d.out, "  │ "+strings.Join(labels, "   "))
	}
}

// where heads a message: who can see it.
func where(m slacksim.Message, updated bool) string {
	head := "ahtbot, everybody in #floor"
	switch {
	case m.EphemeralFor != "":
		head = "ahtbot, only visible to you"
	case strings.HasPrefix(m.Channel, "D"):
		head = "ahtbot, direct message"
	}
	if updated {
		head += " (updated)"
	}
	return head
}

// tally counts the questions answered, beside another observer.
type tally struct {
	bot.Observer
	outcomes chan string
}

func (t *tally) watch(o bot.Observer) bot.Observer {
	t.Observer = o
	return t
}

func (t *tally) Command(via, outcome string, took time.Duration) {
	t.Observer.Command(via, outcome, took)
	select {
	case t.outcomes <- outcome:
	default: // nobody counts a flood
	}
}
