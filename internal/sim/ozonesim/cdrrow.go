package ozonesim

import (
	"strconv"
	"time"

	"ahtbot/internal/sim/ozonesim/floor"
)

// rowSchema writes the values of one CDR row in one of the two schemas of §3.6.
type rowSchema struct{ typed bool }

// number writes an id: 17 digits, an integer today and a string later.
func (w rowSchema) number(n int64) any {
	if w.typed {
		return n
	}
	return strconv.FormatInt(n, 10)
}

// text writes an optional text.
func (w rowSchema) text(s string, known bool) any {
	switch {
	case known:
		return s
	case w.typed:
		return nil
	default:
		return ""
	}
}

// span writes an optional duration in seconds.
func (w rowSchema) span(seconds int64, known bool) any {
	if !known && w.typed {
		return nil
	}
	if !known {
		seconds = 0
	}
	return clock(time.Duration(seconds) * time.Second)
}

// clockOf writes the time of day IST, as every time column of a row.
func clockOf(unix int64) string { return time.Unix(unix, 0).In(floor.IST).Format(time.TimeOnly) }

// cdrRow is one call as the 46 columns of §3.6, seen at now.
func cdrRow(f *floor.Floor, c floor.Call, now int64, typed bool) object {
	w := rowSchema{typed}
	a, home := f.Agents[c.Agent], f.Campaigns[c.Campaign]
	talk, end := c.Talk, c.End()
	talking, wrapping := now < c.End(), now < c.Done()
	if talking {
		talk, end = 1, now
	}
	wrapped := c.Answered && !wrapping || !c.Answered && c.Wrap > 0 && !typed
	handling := w.span(c.Handling(), !wrapping && (c.Answered || !typed))
	switch {
	case c.Answered && wrapping:
		handling = nil // in either schema: it is not known yet (§3.6, rows of today change)
	case !c.Answered && typed:
		handling = "00:00:00" // Part 4: unanswered, today
	}
	status, hangup, disposition := "Unanswered", "SystemHangup", ""
	if c.Answered {
		status, hangup, disposition = "Answered", "UserHangup", "Spoken"
	}
	callType, flow := c.Type, "Agent Dials"
	if typed {
		flow = "AgentDial"
		if callType == "Inbound" {
			callType = "InBound"
		}
	}
	did, customer := "000000"+home.ID, "000000"+strconv.FormatInt(1000+c.UCID()%9000, 10)
	return object{
		{"AgentDialStatus", "answered"},
		{"AgentID", a.ID},
		{"AgentName", a.Name},
		{"CallAudio", w.text("", false)},
		{"CallDate", time.Unix(c.Start, 0).In(floor.IST).Format(time.DateOnly)},
		{"CallFlow", flow},
		{"CallID", w.number(c.UCID())},
		{"CallerConfAudioFile", w.text("", false)},
		{"CallerID", customer},
		{"CampaignName", home.Name},
		{"Comments", w.text("", false)},
		{"ConferenceDuration", "00:00:00"},
		{"CustomerDialStatus", status},
		{"CustomerRingTime", w.span(c.Ring, true)},
		{"DID", did},
		{"DialOutName", w.text("", false)},
		{"DialStatus", status},
		{"DialedNumber", customer},
		{"Disposition", w.text(disposition, wrapped && c.Answered)},
		{"Duration", w.span(talk+c.Ring, true)},
		{"DynamicDID", w.text("", false)},
		{"E164", w.text("", false)},
		{"EndTime", clockOf(end)},
		{"Event", flow},
		{"HandlingTime", handling},
		{"HangupBy", w.text(hangup, !talking)},
		{"HoldDuration", w.span(min(c.Hold, talk), true)},
		{"Location", w.text("", false)},
		{"PickupTime", w.text(clockOf(c.Start+c.Ring), c.Answered)},
		{"QueueTime", "00:00:00"},
		{"Rating", w.text("", false)},
		{"RatingComments", w.text("", false)},
		{"Skill", w.text("", false)},
		{"StartTime", clockOf(c.Start)},
		{"Status", status},
		{"TalkTime", w.span(talk, true)},
		{"TimeToAnswer", w.span(c.Ring, true)},
		{"TransferType", w.text("", false)},
		{"TransferredTo", w.text("", false)},
		{"Type", callType},
		{"UCID", w.number(c.UCID())},
		{"UUI", w.text("", false)},
		{"VideoRecordingURL", w.text("", false)},
		{"WrapUpEndTime", w.text(clockOf(c.Done()), wrapped)},
		{"WrapUpStartTime", w.text(clockOf(c.End()), wrapped)},
		{"WrapupDuration", w.span(c.Wrap, wrapped)},
	}
}
