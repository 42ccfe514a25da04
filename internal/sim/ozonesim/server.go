// Package ozonesim is Ozonetel's CloudAgent API as ozonetel.md Part 1 reads it, for the demo,
// benches and tests. It computes AHT from the calls of a simulated floor, counts what arrives by
// its own clock, and misbehaves on request (package quirk). It reads the wire for itself and
// knows nothing of our client, so a misreading of the sheet has to be made twice to go unseen.
// Inside a testing/synctest bubble, where its hours pass in microseconds, reach it through Dial.
package ozonesim

import (
	"cmp"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim/floor"
	"ahtbot/internal/sim/transport"
)

// AuthMode is the account's 'API Authentication' setting (ozonetel.md §1A.4).
type AuthMode uint8

// The two settings an account can have.
const (
	TokenAuth AuthMode = iota // TOKEN_AUTH: Authorization: Bearer <token>
	BasicAuth                 // BASIC_AUTH: the apiKey header
)

// Config says what account is simulated. The zero Config is a usable account.
type Config struct {
	Seed      uint64        // calls of the floor and the key tokens are signed with; 0 means 1
	APIKey    string        // default "demo-key"
	Username  string        // default "demo_user"
	Auth      AuthMode      // which credential the account takes; zero is TokenAuth
	Allowance int           // AHT requests accepted in any rolling 60 s; 0 means 50 (§1A.9)
	Latency   time.Duration // how long each answer of any route takes; 0 is at once
	Log       *slog.Logger  // a debug line per request, without names or credentials; nil discards

	Requests transport.Heard // hears what is asked and answered; nil: nobody does
}

// Server is one simulated account. Make it with [New]; all methods are safe for
// concurrent use.
type Server struct {
	*transport.Server // how requests reach it

	cfg   Config
	log   *slog.Logger
	floor *floor.Floor
	heard http.Handler // what answers, and who hears it

	mu       sync.Mutex // guards everything below
	clock    floor.Clock
	schedule schedule
	counters counters
	tokens   tokens
	routes   map[string]*window // requests of the limited side routes, by lower-case path
}

// New returns a server that listens nowhere yet: use it as an [http.Handler], or through
// [Server.Listen] or [Server.Dial]. In a synctest bubble, call New inside the bubble.
func New(cfg Config) *Server {
	cfg.Seed = cmp.Or(cfg.Seed, 1)
	cfg.APIKey = cmp.Or(cfg.APIKey, "demo-key")
	cfg.Username = cmp.Or(cfg.Username, "demo_user")
	cfg.Allowance = cmp.Or(cfg.Allowance, 50)
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		cfg:      cfg,
		log:      cfg.Log,
		floor:    floor.New(cfg.Seed),
		schedule: newSchedule(),
		counters: newCounters(),
		tokens:   newTokens(cfg.Seed),
		routes:   map[string]*window{},
	}
	s.heard = transport.Watch(http.HandlerFunc(s.serve), cfg.Requests)
	s.Server = transport.NewServer(s, cfg.Log)
	return s
}

// maxBody is far above any request of this API.
const maxBody = 1 << 20

// ServeHTTP answers the routes of ozonetel.md §1B but for summaryReport and the CDR in pages, which nobody
// asks. Any other path is a bare 404.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.heard.ServeHTTP(w, r) }

// serve is ServeHTTP with nobody hearing it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	path := routeOf(r.URL.Path)
	arrival := s.countArrival(path, r)
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return // the client left half way through its request
	}
	s.log.DebugContext(r.Context(), "request", "route", nameOf(path), "method", r.Method)
	q := &question{w: w, r: r, path: path, body: body, arrival: arrival}
	switch path {
	case routeAHT:
		s.serveAHT(q)
	case routeToken, routeTokenReports:
		s.serveToken(q)
	default:
		s.serveOther(q)
	}
}

// question is one request being answered.
type question struct {
	w       http.ResponseWriter
	r       *http.Request
	path    string
	body    []byte
	arrival *Arrival // guarded by the server's mu
	quirks  requestQuirks
}

// Agents returns the ids of the floor, sorted. They are the same for every seed. "42" has
// answered outbound calls in every window; "7" takes inbound calls only, so it has no
// outbound call in any window; the others are e-mail addresses, numbers and "Agent07"-like
// words, busy in their shift and sparse outside it.
func (s *Server) Agents() []string {
	return sortedNames(s.floor.Agents, func(a floor.Agent) string { return a.ID })
}

// Campaigns returns the names of the campaigns, sorted. They are the same for every seed.
// "Winter Trial" never has a call; every other one has answered outbound calls in every
// window at any hour, made by hand in "Inbound_912240000001" and "Support_T2_912240000002".
func (s *Server) Campaigns() []string {
	return sortedNames(s.floor.Campaigns, func(c floor.Campaign) string { return c.Name })
}

func sortedNames[T any](all []T, name func(T) string) []string {
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = name(one)
	}
	slices.Sort(names)
	return names
}

// AHTOf is the truth, for tests: the mean handling time of the answered outbound calls
// that were done, wrap-up included, in the two hours before at, rounded to the second;
// how many calls that is; and whether such an agent or campaign exists. No call is 0, 0.
// at is what everybody's clock shows; the two hours are the floor's own ([Server.SetSpeed]).
// It follows the server's default reading of the sheet (§1B), whatever quirks are on.
func (s *Server) AHTOf(kind aht.Kind, name string, at time.Time) (mean time.Duration, calls int, known bool) {
	i, known := s.floor.Find(kind, name, floor.Matching{})
	if !known {
		return 0, 0, false
	}
	mean, calls = s.floor.Mean(kind, i, s.FloorTime(at), floor.AnsweredOnly)
	return mean, calls, true
}
