package scheduler

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"ahtbot/internal/digest"
)

const (
	// leaseTime is how long a claimed slot is ours, from the claim and again from the mark. Between
	// them, and after the mark, lie two calls of Slack at most: who finds a slot whose lease
	// has ended finds nobody posting it.
	leaseTime      = 2 * time.Minute
	slackTimeout   = 45 * time.Second // for Slack, the wait for a turn included
	accountTimeout = 5 * time.Second  // whether a maker is gone; while Slack is away nobody is
	lookupDelay    = 20 * time.Second // a post whose answer was lost, so that it has arrived if it ever will
	minRetry       = 15 * time.Second // of what surely was not posted; doubles
	maxRetry       = 2 * time.Minute
	saveAttempts   = 10 // to keep what became of a slot, two seconds apart
)

// key names r in its message, in this process, and nowhere else: it tells nobody anything.
func (r SlotRun) key() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "digest %d %s", r.Digest, r.Slot.Local))
	return hex.EncodeToString(sum[:16])
}

// process takes the readings for r, waits for its slot, and posts it if this process is the
// one that claims it. An error means that r is left as it is, for another round.
func (l *Scheduler) process(soft, hard context.Context, r SlotRun) error {
	d, ok, err := l.Store.Digest(soft, r.Digest)
	if err != nil {
		return err
	}
	j := &job{Scheduler: l, run: r, digest: d}
	if ok && !r.Posting && d.Refusal(r.Slot, l.Calendars) == "" && j.verdict() != digest.Skip {
		if j.ownerGone = l.accountOff(soft, d.By); !j.ownerGone {
			if err := j.readRows(soft, r.Slot.At.Sub(r.ReadingFrom)); err != nil {
				return err
			}
		}
	}
	if err := sleepUntil(soft, r.Slot.At); err != nil {
		return err
	}
	leave, err := l.channels.lock(soft, d.Channel)
	if err != nil {
		return err
	}
	defer leave()
	return j.claim(hard)
}

// accountOff reports whether the account of a maker is switched off, as far as Slack says.
func (l *Scheduler) accountOff(ctx context.Context, maker string) bool {
	ctx, cancel := context.WithTimeout(ctx, accountTimeout)
	defer cancel()
	gone, err := l.Deactivated(ctx, maker)
	return gone && err == nil
}

// job is one run in the works.
type job struct {
	*Scheduler
	run       SlotRun
	digest    digest.Digest // as it was when rows were made
	rows      []digest.Row  // nil: not made
	ownerGone bool          // the maker's account was switched off
}

// verdict is what to do with the run now.
func (j *job) verdict() digest.Verdict {
	v, _ := digest.Lateness(j.run.Slot, j.nextSlot(), time.Now())
	return v
}

// nextSlot is the slot after the run's; zero: none.
func (j *job) nextSlot() digest.Slot { return j.digest.NextSlot(j.run.Slot.At, j.Calendars) }

// claim takes the slot, whose time has come, and ends it one way or another.
func (j *job) claim(ctx context.Context) error {
	run, got, err := j.Store.Claim(ctx, j.run, rand.Text(), leaseTime)
	if err != nil || !got {
		return err
	}
	j.run = run
	d, ok, err := j.Store.Digest(ctx, run.Digest)
	if err != nil {
		return errors.Join(err, j.release(ctx, 0))
	}
	if d.Version != j.digest.Version {
		j.digest, j.rows = d, nil
	}
	if run.Posting {
		if done, err := j.findPosted(ctx); done || err != nil {
			return err
		}
	}
	switch why := d.Refusal(run.Slot, j.Calendars); {
	case !ok:
		return j.finish(ctx, digest.Skipped, "removed", true)
	case why != "":
		return j.finish(ctx, digest.Skipped, why, true)
	case j.verdict() == digest.Skip:
		return j.finish(ctx, digest.Skipped, j.run.Cause, false)
	case j.ownerGone:
		return j.pauseForGoneOwner(ctx)
	}
	return j.post(ctx)
}

// findPosted finds out whether a run that somebody was posting stands in the channel, and ends it
// unless it surely does not.
func (j *job) findPosted(ctx context.Context) (done bool, err error) {
	asking, cancel := context.WithTimeout(ctx, slackTimeout)
	defer cancel()
	ts, err := j.Poster.Find(asking, j.run.Channel, j.run.key(), j.run.Slot.At)
	switch {
	case err == nil && ts == "":
		j.run.Posting = false
		return false, nil
	case err == nil:
		j.run.TS = ts
		return true, j.finish(ctx, digest.Posted, "", false)
	case errors.Is(err, ErrNotReadable), j.verdict() == digest.Skip:
		return true, j.finish(ctx, digest.Unsure, "", true)
	default:
		return true, errors.Join(err, j.release(ctx, minRetry))
	}
}

// post posts the run. From the moment it is marked as posting until what Slack said is
// kept, a crash leaves it to be looked for.
func (j *job) post(ctx context.Context) error {
	if j.rows == nil {
		if err := j.readRows(ctx, readingGrace); err != nil {
			return errors.Join(err, j.release(ctx, minRetry))
		}
	}
	now := time.Now()
	verdict, late := digest.Lateness(j.run.Slot, j.nextSlot(), now)
	if verdict == digest.Skip {
		return j.finish(ctx, digest.Skipped, j.run.Cause, false)
	}
	report := digest.Report{Digest: j.digest, Slot: j.run.Slot, At: now, Rows: j.rows, Late: late, Next: j.nextSlot()}
	for i := range report.Rows { // they may have been set since the readings began
		report.Rows[i].Goal, _ = j.Goal(report.Rows[i].Target)
	}
	missed, unnamed := j.Store.Missed(ctx, j.run.Digest, j.run.Slot.At, maxSkipped)
	report.Missed = missed
	j.run.Posting, j.run.Channel, j.run.Late, j.run.Readings = true, j.digest.Channel, late, readingsOf(j.rows)
	if err := j.save(ctx, leaseTime, false); err != nil {
		return err
	}
	posting, cancel := context.WithTimeout(ctx, slackTimeout)
	defer cancel()
	channel, ts, err := j.Poster.Post(posting, report, j.run.key())
	place, isPlace := errors.AsType[*ChannelError](err)
	later, isLater := errors.AsType[*RetryError](err)
	switch {
	case err == nil:
		j.run.Channel, j.run.TS = channel, ts
		return j.finish(ctx, digest.Posted, "", unnamed == nil && len(missed) > 0)
	case isPlace:
		return j.failChannel(ctx, place.Code)
	case isLater:
		j.run.Posting = false
		return errors.Join(err, j.release(ctx, max(later.Wait, j.backoff())))
	default:
		return errors.Join(err, j.release(ctx, lookupDelay))
	}
}

// backoff is how long to wait after this attempt.
func (j *job) backoff() time.Duration {
	return min(maxRetry, minRetry<<min(10, max(0, j.run.Attempt-1)))
}

// failChannel ends a run whose channel takes no post, and tells the owner when the run before did
// not find the same.
func (j *job) failChannel(ctx context.Context, code string) error {
	last, err := j.Store.Last(ctx, j.run.Digest, 50)
	if err != nil {
		return errors.Join(err, j.release(ctx, minRetry))
	}
	for _, r := range last {
		if r.Outcome == digest.Posted || r.Outcome == digest.Failed {
			j.run.Announced = r.Outcome == digest.Failed && r.Cause == code && r.Channel == j.run.Channel && r.Announced
			break
		}
	}
	if !j.run.Announced {
		telling, cancel := context.WithTimeout(ctx, slackTimeout)
		defer cancel()
		err := j.Poster.NotifyOwner(telling, j.digest, code)
		_, unreachable := errors.AsType[*ChannelError](err)
		j.run.Announced = err == nil || unreachable
		if err != nil {
			j.Log.WarnContext(ctx, "an owner could not be told that a channel takes no posts", "digest", j.run.Digest, "code", code, "err", err)
		}
	}
	return j.finish(ctx, digest.Failed, code, j.run.Announced)
}

// pauseForGoneOwner pauses the digest of a maker who is gone, and ends the run with it.
func (j *job) pauseForGoneOwner(ctx context.Context) error {
	d := j.digest
	d.Paused, d.Until, d.PausedBy, d.Why, d.Next = true, digest.Date{}, "", digest.WhyDeactivated, digest.Slot{}
	telling, cancel := context.WithTimeout(ctx, slackTimeout)
	defer cancel()
	err := j.Poster.NotifyAdmins(telling, d)
	if _, later := errors.AsType[*RetryError](err); later {
		return errors.Join(err, j.release(ctx, j.backoff()))
	}
	if err != nil {
		j.Log.WarnContext(ctx, "the admins could not be told that a digest is paused", "digest", d.ID, "err", err)
	}
	if _, err := j.Store.Change(ctx, d, "", "paused"); err != nil {
		return errors.Join(err, j.release(ctx, 0))
	}
	return j.finish(ctx, digest.Skipped, digest.WhyDeactivated, true)
}

// release gives the run back for after a while.
func (j *job) release(ctx context.Context, after time.Duration) error {
	j.wakeIn(after + time.Second)
	return j.save(ctx, after, false)
}

// finish keeps how the run ended. For one that is posted, named says that it named what was
// missed; for others, that there is nothing to name any more.
func (j *job) finish(ctx context.Context, o digest.Outcome, cause string, named bool) error {
	j.run.Posting, j.run.Outcome, j.run.Cause, j.run.Ended = false, o, cause, time.Now()
	if j.run.Announced = named; o == digest.Posted {
		j.run.Readings, j.run.Announced = nil, false // the readings themselves are kept with all others
	}
	j.Log.InfoContext(ctx, "slot ended", "digest", j.run.Digest, "slot", j.run.Slot.Local, "outcome", string(o), "cause", cause,
		"late", j.run.Late, "attempt", j.run.Attempt)
	return j.save(ctx, 0, o == digest.Posted && named)
}

// errLost is a run that another process has meanwhile.
var errLost = errors.New("digest: another process has the slot")

// save writes what the run has become, again while ctx lasts: until a book that is away is
// back, and a few times when it does not answer otherwise. Once even when ctx has ended.
func (j *job) save(ctx context.Context, hold time.Duration, name bool) (err error) {
	for try := 0; try < saveAttempts || j.Away(err); try++ {
		var ok bool
		if ok, err = j.Store.Keep(context.WithoutCancel(ctx), j.run, hold, name); err == nil {
			if !ok {
				return errLost
			}
			return nil
		}
		if sleepUntil(ctx, time.Now().Add(2*time.Second)) != nil {
			break
		}
	}
	return err
}

// sleepUntil waits until the clock on the wall shows at, a minute at a time: it may be set.
func sleepUntil(ctx context.Context, at time.Time) error {
	for {
		left := time.Until(at.Round(0))
		if left <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(min(left, maxSleep))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}
