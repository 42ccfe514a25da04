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
	"ahtbot/internal/wait"
)

const (
	// leaseTime is how long the lease on a claimed run holds, from the claim and again from
	// when the run is marked as posting. Each time at most two calls of Slack follow, so that
	// whoever claims a run after its lease has ended meets nobody who still posts it.
	leaseTime      = 2 * time.Minute
	slackTimeout   = 45 * time.Second // of a call of Slack, with its wait for a turn
	accountTimeout = 5 * time.Second  // of the question whether an account is switched off; without an answer it is not
	lookupDelay    = 20 * time.Second // before a post whose answer was lost is looked for
	minRetry       = 15 * time.Second // of a post that surely was not made; doubles each time
	maxRetry       = 2 * time.Minute
	saveAttempts   = 10 // two seconds apart
)

// key marks the message of r, so that it can be found in the channel. It reveals nothing.
func (r SlotRun) key() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "digest %d %s", r.Digest, r.Slot.Local))
	return hex.EncodeToString(sum[:16])
}

// process takes the readings for r, waits for its slot, and posts it if this process is the
// one that claims it. After an error r is left as it is, for another round.
func (l *Scheduler) process(soft, hard context.Context, r SlotRun) error {
	d, ok, err := l.Store.Digest(soft, r.Digest)
	if err != nil {
		return err
	}
	j := &job{Scheduler: l, run: r, digest: d}
	if ok && !r.Posting && d.Refusal(r.Slot, l.Calendars) == "" && !j.tooLate() {
		if j.ownerGone = l.accountOff(soft, d.By); !j.ownerGone {
			if err := j.readRows(soft, r.Slot.At.Sub(r.ReadingFrom)); err != nil {
				return err
			}
		}
	}
	if err := sleepUntil(soft, r.Slot.At); err != nil {
		return err
	}
	unlock, err := l.channels.lock(soft, d.Channel)
	if err != nil {
		return err
	}
	defer unlock()
	return j.claim(hard)
}

// accountOff reports whether Slack says that the account of an owner is switched off.
func (l *Scheduler) accountOff(ctx context.Context, maker string) bool {
	ctx, cancel := context.WithTimeout(ctx, accountTimeout)
	defer cancel()
	gone, err := l.Deactivated(ctx, maker)
	return gone && err == nil
}

// job is one run that this process works on.
type job struct {
	*Scheduler
	run       SlotRun
	digest    digest.Digest // as it was when rows were read
	rows      []digest.Row  // nil: not read
	ownerGone bool          // the account of the owner is switched off
}

// tooLate reports whether it is too late now to post the run.
func (j *job) tooLate() bool {
	_, tooLate := digest.Lateness(j.run.Slot, j.nextSlot(), time.Now())
	return tooLate
}

// nextSlot returns the slot after that of the run; zero: there is none.
func (j *job) nextSlot() digest.Slot { return j.digest.NextSlot(j.run.Slot.At, j.Calendars) }

// claim claims the run, whose time has come, and finishes it one way or another.
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
	case j.tooLate():
		return j.finish(ctx, digest.Skipped, j.run.Cause, false)
	case j.ownerGone:
		return j.pauseForGoneOwner(ctx)
	}
	return j.post(ctx)
}

// findPosted finds out whether a run that was being posted is in the channel, and finishes
// it unless it surely is not.
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
	case errors.Is(err, ErrNotReadable), j.tooLate():
		return true, j.finish(ctx, digest.Unsure, "", true)
	default:
		return true, errors.Join(err, j.release(ctx, minRetry))
	}
}

// post posts the run. If the process crashes between marking the run as posting and saving
// the answer of Slack, the message is looked for in the channel.
func (j *job) post(ctx context.Context) error {
	if j.rows == nil {
		if err := j.readRows(ctx, readingGrace); err != nil {
			return errors.Join(err, j.release(ctx, minRetry))
		}
	}
	now := time.Now()
	late, tooLate := digest.Lateness(j.run.Slot, j.nextSlot(), now)
	if tooLate {
		return j.finish(ctx, digest.Skipped, j.run.Cause, false)
	}
	report := digest.Report{Digest: j.digest, Slot: j.run.Slot, At: now, Rows: j.rows, Late: late, Next: j.nextSlot()}
	for i := range report.Rows { // targets may have been set since the readings started
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

// backoff returns how long to wait after this attempt.
func (j *job) backoff() time.Duration {
	return min(maxRetry, minRetry<<min(10, max(0, j.run.Attempt-1)))
}

// failChannel finishes a run whose channel refuses posts, and tells the owner of the digest
// unless the run before failed for the same reason.
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

// pauseForGoneOwner pauses a digest whose owner has no active account, and finishes the
// run.
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

// release gives the run up, to be claimed again after a while.
func (j *job) release(ctx context.Context, after time.Duration) error {
	time.AfterFunc(after+time.Second, j.Wake)
	return j.save(ctx, after, false)
}

// finish saves how the run ended. For a posted run, named says that its post named the
// missed slots; for other runs, that no later post has to name this one.
func (j *job) finish(ctx context.Context, o digest.Outcome, cause string, named bool) error {
	j.run.Posting, j.run.Outcome, j.run.Cause, j.run.Ended = false, o, cause, time.Now()
	if j.run.Announced = named; o == digest.Posted {
		j.run.Readings, j.run.Announced = nil, false // the store keeps all readings anyway
	}
	j.Log.InfoContext(ctx, "slot ended", "digest", j.run.Digest, "slot", j.run.Slot.Local, "outcome", string(o), "cause", cause,
		"late", j.run.Late, "attempt", j.run.Attempt)
	return j.save(ctx, 0, o == digest.Posted && named)
}

// errLost is returned for a run that another process has claimed meanwhile.
var errLost = errors.New("digest: another process has the slot")

// save stores the run. It tries again while ctx lasts: until a store that is away is back,
// and a few times after other errors. It tries once even when ctx has ended.
func (j *job) save(ctx context.Context, hold time.Duration, name bool) (err error) {
	for try := 0; try < saveAttempts || j.Away(err); try++ {
		var ok bool
		if ok, err = j.Store.Keep(context.WithoutCancel(ctx), j.run, hold, name); err == nil {
			if !ok {
				return errLost
			}
			return nil
		}
		if wait.For(ctx, 2*time.Second) != nil {
			break
		}
	}
	return err
}

// sleepUntil waits until the wall clock shows at. It looks every minute, because the clock
// may be set.
func sleepUntil(ctx context.Context, at time.Time) error {
	for {
		left := time.Until(at.Round(0))
		if left <= 0 {
			return ctx.Err()
		}
		if err := wait.For(ctx, min(left, maxSleep)); err != nil {
			return err
		}
	}
}
