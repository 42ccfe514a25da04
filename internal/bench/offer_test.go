package bench

import (
	"context"
	"strconv"
	"strings"
	"time"

	"ahtbot/internal/sim/slacksim"
)

// patience is how long after the last command an answer may still come. Slack's own limit
// for the acknowledgement is three seconds.
const patience = 5 * time.Second

// figure is in every answer about a target: "AHT for …: 4m 32s", "No AHT for …".
const figure = "AHT for "

// result is what became of a stream of commands.
type result struct {
	commands int
	lost     int             // not acknowledged in 3 s, or never answered
	wrong    int             // answered with something else than the figure asked for
	acks     []time.Duration // from Slack's queueing a frame to its having read the acknowledgement
	answers  []time.Duration // of fresh readings: from the moment the command was due to its answer being there
	behind   []time.Duration // how late each command was typed
	took     time.Duration   // from the first command to the last answer
}

// typed is a command on its way.
type typed struct {
	line
	due      time.Time
	behind   time.Duration
	delivery *slacksim.Delivery
}

// offer types rate commands a second for a while, whether or not they are answered (an
// open loop: a slow bot is not asked more slowly), and waits for what is still to come.
func (s *session) offer(ctx context.Context, rate int, length time.Duration) result {
	n := int(length.Seconds() * float64(rate))
	all := make([]typed, n)
	begin := time.Now()
	for i := range all {
		t := typed{line: mix(s.offered+i, s.known), due: begin.Add(time.Duration(i) * time.Second / time.Duration(rate))}
		time.Sleep(time.Until(t.due)) // the schedule itself, no wait for anything
		t.behind = time.Since(t.due)
		t.delivery = s.workspace.TypeRaw(t.user, "C1", "/aht", t.text)
		all[i] = t
	}
	s.offered += n
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := result{commands: n}
	for _, t := range all {
		r.add(ctx, t, begin, s.answers)
	}
	return r
}

// add waits for what becomes of t.
func (r *result) add(ctx context.Context, t typed, begin time.Time, check bool) {
	r.behind = append(r.behind, t.behind)
	if t.delivery.Wait(ctx) != nil {
		r.lost++
		return
	}
	r.acks = append(r.acks, t.delivery.AckAfter())
	m, err := t.delivery.WaitAnswer(ctx)
	if err != nil || m.Via == "slack" {
		r.lost++
		return
	}
	at := when(m)
	r.took = max(r.took, at.Sub(begin))
	if t.kind != fresh {
		return
	}
	r.answers = append(r.answers, at.Sub(t.due))
	if check && !strings.Contains(m.Text, figure) {
		r.wrong++
	}
}

// when is the moment a message appeared: in slacksim its timestamp is true to the
// microsecond.
func when(m slacksim.Message) time.Time {
	micros, _ := strconv.ParseInt(strings.Replace(m.TS, ".", "", 1), 10, 64) // slacksim made it
	return time.UnixMicro(micros)
}

// rates are the steps at which the most that goes through is looked for.
var rates = []int{750, 1000, 1500, 2000, 3000, 4000, 6000, 8000, 12_000}

// ramp offers more and more until something is lost, or answers come so late that a
// backlog must be growing. It returns the last rate at which neither happened.
func (s *session) ramp(ctx context.Context, length time.Duration) (most int) {
	for _, rate := range rates {
		r := s.offer(ctx, rate, length)
		if r.lost > 0 || r.wrong > 0 || r.took > length+length/8 {
			return most
		}
		most = rate
	}
	return most
}
