package token

import (
	"context"
	"errors"
	"time"

	"ahtbot/ozonetel/fault"
)

// restLengths are how long nothing is asked after the upstream has refused our credentials, each
// time in a row; the last one repeats.
var restLengths = [...]time.Duration{15 * time.Second, 30 * time.Second, time.Minute, 3 * time.Minute}

const (
	// renewAge is how old a token must be to be renewed for words that are not about it: the
	// hour's tokens are not spent on a refusal that a new one does not mend.
	renewAge = 20 * time.Minute
	// renewalGap is how long after a renewed token was refused, as a token, another one may be
	// tried; it doubles up to longestGap.
	renewalGap = 3 * time.Minute
	longestGap = 20 * time.Minute
)

// The errors of [Source.Probe]: the question waits, and is asked once more.
var (
	ErrResting = errors.New("ozonetel: our credentials are refused, nothing is asked for now")
	ErrProbing = errors.New("ozonetel: our credentials are refused, and another question finds out whether they still are")
)

// doubt is that the upstream refuses our credentials. The zero doubt is none. After each rest
// one question goes, with the credential at hand, and ends the doubt or begins the next rest.
type doubt struct {
	fault.Pause               // the refusal, if there is a doubt, and the end of the rest
	step        int           // rests begun in a row
	probe       chan struct{} // closed when the question that goes has its answer; nil: none goes

	renewed   bool      // for words that are not about the token: once is enough
	renewable time.Time // no token is renewed before this, since a renewed one was refused
	gaps      int       // of those in a row
}

// share makes the rest the one that another process began, which has left to go.
func (d *doubt) share(left time.Duration, now time.Time) {
	d.Until = now.Add(left)
	for d.step < len(restLengths) && restLengths[max(0, d.step-1)] < left {
		d.step++
	}
}

// Stopped is the refusal of our credentials, while the rest lasts.
func (s *Source) Stopped(now time.Time) *fault.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.doubt.Active(now)
}

// Doubted is the refusal of our credentials while it stands, resting or not.
func (s *Source) Doubted(now time.Time) *fault.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.doubt.Err == nil {
		return nil
	}
	e := *s.doubt.Err
	e.Wait = max(time.Second, s.doubt.Until.Sub(now))
	return &e
}

// Tries is what a question has tried against refusals of its credential.
type Tries struct {
	repeated bool // the same credential once more
	renewed  bool // a new token
	probing  bool // it is the one that goes while our credentials are in doubt
}

// Probed ends the turn of the question that went.
func (s *Source) Probed(tried *Tries) {
	if !tried.probing {
		return
	}
	tried.probing = false
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.doubt.probe)
	s.doubt.probe = nil
}

// AwaitProbe waits until the question that goes has its answer.
func (s *Source) AwaitProbe(wanted context.Context) error {
	s.mu.Lock()
	probe := s.doubt.probe
	s.mu.Unlock()
	if probe == nil {
		return nil
	}
	select {
	case <-probe:
		return nil
	case <-wanted.Done():
		return wanted.Err()
	}
}

// rest begins the next rest for e in all processes, unless one lasts, and returns what stands: it
// takes the lease that whoever asks in doubt must have. Where another process has it, its rest is
// ours; without the store each process rests for itself.
func (s *Source) rest(ctx context.Context, e *fault.Error) *fault.Error {
	now, begun := time.Now(), time.Duration(0)
	s.mu.Lock()
	s.refused = true
	stands := s.doubt.Active(now)
	if stands == nil {
		begun = restLengths[min(s.doubt.step, len(restLengths)-1)]
		s.doubt.step++
		stands = s.doubt.Begin(e, begun, now)
	}
	s.mu.Unlock()
	if begun > 0 && !s.leaseDoubt(ctx, begun) {
		stands = s.Stopped(time.Now())
	}
	if begun > 0 {
		s.cfg.Log.WarnContext(ctx, "upstream refuses our credentials, asking nothing for a while", "err", stands)
	}
	if stands == nil {
		return e
	}
	return stands
}

// leaseDoubt takes the lease on our doubtful credentials for d. When another process has it
// we rest for as long, and it reports false.
func (s *Source) leaseDoubt(ctx context.Context, d time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.StoreLimit)
	defer cancel()
	got, left, err := s.cfg.Leases.Claim(ctx, s.doubtKey(), s.cfg.Process, d)
	if err != nil {
		s.cfg.Log.DebugContext(ctx, "no lease on refused credentials", "err", err)
		return true
	}
	if !got {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.doubt.share(left, time.Now())
	}
	return got
}

func (s *Source) doubtKey() string { return s.Account + " refused" }

// Probe lets a question go that has its slot: while our credentials are in doubt one at a
// time, over all processes.
func (s *Source) Probe(ctx context.Context, tried *Tries) error {
	s.mu.Lock()
	resting, doubted, goes := s.doubt.Active(time.Now()) != nil, s.doubt.Err != nil, s.doubt.probe != nil
	if doubted && !resting && !goes {
		tried.probing, s.doubt.probe = true, make(chan struct{})
	}
	s.mu.Unlock()
	switch {
	case resting:
		return ErrResting
	case doubted && goes && !tried.probing:
		return ErrProbing
	default:
		return s.leaseProbe(ctx)
	}
}

// leaseProbe takes the lease for a request, if our credentials are in doubt.
func (s *Source) leaseProbe(ctx context.Context) error {
	if s.Doubted(time.Now()) != nil && !s.leaseDoubt(ctx, s.cfg.RequestLimit+time.Second) {
		return ErrResting
	}
	return nil
}

// RepeatAfter notes that the upstream refused held with e, and returns the error that stands
// unless asking again, with the same credential or a new token, may cure it.
func (s *Source) RepeatAfter(ctx context.Context, held Token, e *fault.Error, tried *Tries) error {
	s.mu.Lock()
	s.refused = true
	s.mu.Unlock()
	if !e.Renewable {
		return e
	}
	if !s.refuse(held, tried, e, time.Now()) {
		return s.rest(ctx, e)
	}
	s.cfg.Log.InfoContext(ctx, "credential refused, asking once more", "new_token", tried.renewed, "err", e)
	return nil
}

// Freshen takes over, while our credentials are in doubt, a token that another process has
// renewed.
func (s *Source) Freshen(ctx context.Context) {
	if now := time.Now(); s.Doubted(now) != nil {
		s.adopt(s.loadRow(ctx), now)
	}
}

// Accept notes that the upstream took t, or the API key when t is zero, which ends a doubt.
func (s *Source) Accept(t Token) {
	s.mu.Lock()
	s.refused = false
	if t.Value == s.inUse.Value {
		s.inUse.proved = true
	}
	was := s.doubt.Err != nil
	s.doubt = doubt{probe: s.doubt.probe}
	s.mu.Unlock()
	if !was {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.cfg.StoreLimit)
	defer cancel()
	if err := s.cfg.Leases.Unclaim(ctx, s.doubtKey(), s.cfg.Process); err != nil {
		s.cfg.Log.DebugContext(ctx, "lease on refused credentials not given up", "err", err)
	}
}
