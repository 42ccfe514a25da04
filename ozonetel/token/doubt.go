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
	err   *fault.Error  // the refusal; nil: there is no doubt
	until time.Time     // the rest's end
	step  int           // rests begun in a row
	probe chan struct{} // closed when the question that goes has its answer; nil: none goes

	renewed   bool      // for words that are not about the token: once is enough
	renewable time.Time // no token is renewed before this, since a renewed one was refused
	gaps      int       // of those in a row
}

// resting is the refusal while the rest lasts, with what is left of it, or nil.
func (d *doubt) resting(now time.Time) *fault.Error {
	if d.err == nil || !now.Before(d.until) {
		return nil
	}
	e := *d.err
	e.Wait = d.until.Sub(now)
	return &e
}

// rest begins the next rest for e.
func (d *doubt) rest(e *fault.Error, now time.Time) {
	d.err, d.until = e, now.Add(restLengths[min(d.step, len(restLengths)-1)])
	d.step++
}

// share makes the rest the one that another process began, which has left to go.
func (d *doubt) share(left time.Duration, now time.Time) {
	d.until = now.Add(left)
	for d.step < len(restLengths) && restLengths[max(0, d.step-1)] < left {
		d.step++
	}
}

// postponeRenewal notes that a renewed token was refused, and when the next may be tried.
func (d *doubt) postponeRenewal(now time.Time) {
	d.renewable = now.Add(min(renewalGap<<min(d.gaps, 10), longestGap))
	d.gaps++
}

// Stopped is the refusal of our credentials, while the rest lasts.
func (k *Source) Stopped(now time.Time) *fault.Error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.doubt.resting(now)
}

// Doubted is the refusal of our credentials while it stands, resting or not.
func (k *Source) Doubted(now time.Time) *fault.Error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.doubt.err == nil {
		return nil
	}
	e := *k.doubt.err
	e.Wait = max(time.Second, k.doubt.until.Sub(now))
	return &e
}

// Tries is what a question has tried against refusals of its credential.
type Tries struct {
	repeated bool // the same credential once more
	renewed  bool // a new token
	probing  bool // it is the one that goes while our credentials are in doubt
}

// enter lets a question go if there is no doubt, or none goes yet to find out; then it is
// the one.
func (k *Source) enter(s *Tries, now time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.doubt.resting(now) != nil:
		return ErrResting
	case k.doubt.err == nil || s.probing:
	case k.doubt.probe != nil:
		return ErrProbing
	default:
		s.probing, k.doubt.probe = true, make(chan struct{})
	}
	return nil
}

// Probed ends the turn of the question that went.
func (k *Source) Probed(s *Tries) {
	if !s.probing {
		return
	}
	s.probing = false
	k.mu.Lock()
	defer k.mu.Unlock()
	close(k.doubt.probe)
	k.doubt.probe = nil
}

// AwaitProbe waits until the question that goes has its answer.
func (k *Source) AwaitProbe(wanted context.Context) error {
	k.mu.Lock()
	probe := k.doubt.probe
	k.mu.Unlock()
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

// beginRest begins the next rest of this process for e, unless one lasts, and returns what
// stands from now on. begun is how long it is, and 0 for one that lasted already.
func (k *Source) beginRest(e *fault.Error, now time.Time) (stands *fault.Error, begun time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.refused = true
	if stop := k.doubt.resting(now); stop != nil {
		return stop, 0
	}
	k.doubt.rest(e, now)
	return k.doubt.resting(now), k.doubt.until.Sub(now)
}

// rest begins the next rest for e in all processes: it takes the lease that whoever asks
// in doubt must have. Where another process has it, its rest is ours; without the store
// each process rests for itself.
func (k *Source) rest(ctx context.Context, e *fault.Error) *fault.Error {
	now := time.Now()
	stands, begun := k.beginRest(e, now)
	if begun > 0 && !k.leaseDoubt(ctx, begun) {
		stands = k.Stopped(time.Now())
	}
	if begun > 0 {
		k.cfg.Log.WarnContext(ctx, "upstream refuses our credentials, asking nothing for a while", "err", stands)
	}
	if stands == nil {
		return e
	}
	return stands
}

// leaseDoubt takes the lease on our doubtful credentials for d. When another process has it
// we rest for as long, and it reports false.
func (k *Source) leaseDoubt(ctx context.Context, d time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), k.cfg.StoreLimit)
	defer cancel()
	got, left, err := k.cfg.Leases.Claim(ctx, k.doubtKey(), k.cfg.Process, d)
	if err != nil {
		k.cfg.Log.DebugContext(ctx, "no lease on refused credentials", "err", err)
		return true
	}
	if !got {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.doubt.share(left, time.Now())
	}
	return got
}

func (k *Source) doubtKey() string { return k.Account + " refused" }

// Probe lets a question go that has its slot: while our credentials are in doubt one at a
// time, over all processes.
func (k *Source) Probe(ctx context.Context, s *Tries) error {
	if err := k.enter(s, time.Now()); err != nil {
		return err
	}
	return k.leaseProbe(ctx)
}

// leaseProbe takes the lease for a request, if our credentials are in doubt.
func (k *Source) leaseProbe(ctx context.Context) error {
	if k.Doubted(time.Now()) != nil && !k.leaseDoubt(ctx, k.cfg.RequestLimit+time.Second) {
		return ErrResting
	}
	return nil
}

// RepeatAfter notes that the upstream refused held with e, and returns the error that stands
// unless asking again, with the same credential or a new token, may cure it.
func (k *Source) RepeatAfter(ctx context.Context, held Token, e *fault.Error, tried *Tries) error {
	k.mu.Lock()
	k.refused = true
	k.mu.Unlock()
	if !e.Renewable {
		return e
	}
	if !k.refuse(held, tried, e, time.Now()) {
		return k.rest(ctx, e)
	}
	k.cfg.Log.InfoContext(ctx, "credential refused, asking once more", "new_token", tried.renewed, "err", e)
	return nil
}

// Freshen takes over, while our credentials are in doubt, a token that another process has
// renewed.
func (k *Source) Freshen(ctx context.Context) {
	if now := time.Now(); k.Doubted(now) != nil {
		k.adopt(k.loadRow(ctx), now)
	}
}

// Accept notes that the upstream took t, or the API key when t is zero, which ends a doubt.
func (k *Source) Accept(t Token) {
	k.mu.Lock()
	k.refused = false
	if t.Value == k.inUse.Value {
		k.inUse.proved = true
	}
	was := k.doubt.err != nil
	k.doubt = doubt{probe: k.doubt.probe}
	k.mu.Unlock()
	if !was {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), k.cfg.StoreLimit)
	defer cancel()
	if err := k.cfg.Leases.Unclaim(ctx, k.doubtKey(), k.cfg.Process); err != nil {
		k.cfg.Log.DebugContext(ctx, "lease on refused credentials not given up", "err", err)
	}
}
