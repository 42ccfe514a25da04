package digests

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

// undoEdit is the press of Undo below an edit: the digest is to be as it was before, if
// nobody has changed it since. Names of fields are never changed: messages with old buttons
// live on.
type undoEdit struct {
	ID      int64        `json:"d"`
	Since   string       `json:"s"` // what the edit made of it, as digestMark has it
	Channel string       `json:"c"`
	Order   digest.Order `json:"o"`
}

// mostValue is the longest value of a button, in characters (slack.md §3).
const mostValue = 2000

// digestMark stands for all of d that people change.
func digestMark(d digest.Digest) string {
	sum := sumOf(d)
	return hex.EncodeToString(sum[:8])
}

// sumOf is a sum of all of d that people change.
func sumOf(d digest.Digest) [sha256.Size]byte {
	d.Next, d.Version, d.Made = digest.Slot{}, 0, time.Time{}
	text, _ := json.Marshal(d) // it has been stored as such: cannot fail
	return sha256.Sum256(text)
}

// undoButton undoes the edit that made now of was; none when was is too long for a button.
func undoButton(was, now digest.Digest) []reply.Button {
	value, err := json.Marshal(undoEdit{ID: was.ID, Since: digestMark(now), Channel: was.Channel, Order: was.Order})
	if err != nil || len(value) > mostValue {
		return nil
	}
	return []reply.Button{{Action: reply.ActionUndo, Label: "Undo", Value: string(value)}}
}

// ReadUndo reads what undoButton wrote.
func ReadUndo(value string) (request.Command, error) {
	var u undoEdit
	if err := json.Unmarshal([]byte(value), &u); err != nil || u.ID <= 0 || u.Channel == "" || u.Order.Rule.IsZero() || u.Order.Selection.Check() != nil {
		return nil, request.ErrOldButton
	}
	return u, nil
}

// undo makes a digest what it was before an edit, unless somebody has changed it
// since.
func (h Handler) undo(ctx context.Context, u undoEdit, q request.Question) (reply.Reply, error) {
	was, no, err := h.own(ctx, u.ID, q)
	if no != nil {
		return *no, err
	}
	if digestMark(was) != u.Since {
		return h.stands(ctx, u.ID, fmt.Sprintf("Somebody changed digest %d since, so nothing was undone. This is how it stands:", u.ID), q)
	}
	d := was
	d.Order, d.Channel = u.Order, u.Channel
	if d.Next = h.slotOf(d, q.At); !d.Paused && d.Next.At.IsZero() {
		return *digestRefusal(fmt.Sprintf("As it was before, digest %d has no run any more, so nothing was changed. Give it new days:", u.ID), digestline.AboutDigest("edit", u.ID)+" weekdays at 9:00"), nil
	}
	kept, no, err := h.keep(ctx, was, d, "edited", q)
	if no != nil {
		return *no, err
	}
	r := digestReply(fmt.Sprintf("%s is as it was before.", digestpost.DigestName(kept)), digestSentence(kept, grammar.Place{}, q), h.nextRunsWords(kept, q.At))
	r.Buttons = undoButton(was, kept)
	r.Credits = digestpost.DigestPlaceCredit(kept, q)
	return r, nil
}

// choices are buttons for what the answer to an add or an edit says could be otherwise.
func (l proposal) choices() (lines []string, buttons []reply.Button) {
	s := l.Order.Rule.Spec()
	press := func(label, change string) {
		buttons = append(buttons, reply.Button{Action: reply.ActionLine, Label: label, Value: digestline.AboutDigestValue("edit", l.ID) + " " + change})
	}
	if s.Month.MissingInSomeMonths() {
		lines = append(lines, fmt.Sprintf("Months without a %s are skipped.", digestpost.MonthDayName(s.Month)))
		press("Use the "+digestpost.MonthDayName(s.Month.NearestInEveryMonth()), digestpost.MonthWordOf(s)+" on "+s.Month.NearestInEveryMonth().String())
	}
	if s.Weeks > 1 {
		later := digest.DateOf(time.Date(s.Starting.Year, s.Starting.Month, s.Starting.Day+7, 0, 0, 0, 0, time.UTC))
		press("Start a week later", "starting "+later.String())
	}
	for _, zone := range l.zones {
		press("Use "+zone, "tz "+zone)
	}
	return lines, buttons
}

// Typed is [request.Command].
func (undoEdit) Typed(grammar.Writer) string { return request.CommandWord }

// Effect is [request.Command].
func (undoEdit) Effect() request.Effect { return request.EffectChange }
