// Package quirk names the ways in which the simulated account can differ from what
// ozonetel.md §1B says, one for each row of its §1C, and says of each what it does. What a
// quirk does to an answer is written where that answer is made, in package ozonesim.
package quirk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Quirk is one way to differ from the default behaviour of ozonetel.md §1B, named after
// its id in §1C. A quirk with several forms shows them in turn, one a request; [Quirk.As]
// picks one, written "status-case=SUCCESS".
//
// Quirks of one row that exclude each other may be on together: the first in the order
// of the sheet wins.
type Quirk string

// The quirks of ozonetel.md §1C, in its order; [Quirk.Doc] says what each does. [Limit]
// is §1B's own refusal, here so that it can be had without 50 requests.
const (
	MsgArray          Quirk = "msg-array"
	MsgString         Quirk = "msg-string"
	MsgJSONString     Quirk = "msg-jsonstring"
	Flat              Quirk = "flat"
	DetailsEnvelope   Quirk = "details-envelope"
	AHTNull           Quirk = "aht-null"
	AHTMissing        Quirk = "aht-missing"
	AHTEmpty          Quirk = "aht-empty"
	AHTZero           Quirk = "aht-zero"
	AHTNoDataError    Quirk = "aht-nodata-error"
	AHTLong           Quirk = "aht-long"
	AvgAll            Quirk = "avg-all"
	StatusCase        Quirk = "status-case"
	FailWords         Quirk = "fail-words"
	Errors200         Quirk = "errors-200"
	Errors400         Quirk = "errors-400"
	Errors401         Quirk = "errors-401"
	Limit             Quirk = "limit"
	Limit200          Quirk = "limit-200"
	Limit429Empty     Quirk = "limit-429-empty"
	LimitHTML         Quirk = "limit-html"
	LimitShared       Quirk = "limit-shared"
	TokenRival        Quirk = "token-rival"
	TokenExhausted    Quirk = "token-exhausted"
	TokenAs200        Quirk = "token-as-200"
	MissingTokenLies  Quirk = "missing-token-lies"
	WrongMode         Quirk = "wrong-mode"
	BasicNull         Quirk = "basic-null"
	BothCredsRefused  Quirk = "both-creds-refused"
	RawToken          Quirk = "raw-token"
	TokenExtraMessage Quirk = "token-extra-message"
	PostOnly          Quirk = "post-only"
	QueryOnly         Quirk = "query-only"
	TextVariants      Quirk = "text-variants"
	HTML502           Quirk = "html-502"
	Slow              Quirk = "slow"
	Hang              Quirk = "hang"
	Reset             Quirk = "reset"
	TruncatedJSON     Quirk = "truncated-json"
	Empty200          Quirk = "empty-200"
	IDCase            Quirk = "id-case"
	CampaignFilter    Quirk = "campaign-filter"
	CDRTwoSchemas     Quirk = "cdr-two-schemas"
	MutatingToday     Quirk = "mutating-today"
)

// All returns every quirk, in the order of the sheet.
func All() []Quirk {
	var all []Quirk
	for _, e := range sheet {
		all = append(all, e.quirk)
	}
	return all
}

// Parse reads a quirk as written: an id of the sheet, or id=form.
func Parse(s string) (Quirk, error) {
	q := Quirk(strings.TrimSpace(s))
	e, ok := q.inSheet()
	if !ok {
		return "", fmt.Errorf("unknown quirk %q", s)
	}
	form := q.Form()
	known := form == "" || slices.Contains(e.forms, form)
	if n, err := strconv.Atoi(form); e.quirk == LimitShared && err == nil && n >= 0 {
		known = true
	}
	if !known {
		return "", fmt.Errorf("quirk %s has no form %q; it has %s", e.quirk, form, strings.Join(e.forms, ", "))
	}
	return q, nil
}

// Doc says in one line what the quirk does, and which row of ozonetel.md it comes from.
func (q Quirk) Doc() string {
	e, _ := q.inSheet()
	return e.doc
}

// Forms returns the variants of the quirk that As accepts; none when it has only one.
// [LimitShared] takes any number of requests a minute.
func (q Quirk) Forms() []string {
	e, _ := q.inSheet()
	return slices.Clone(e.forms)
}

// As returns the quirk held to one of its Forms.
func (q Quirk) As(form string) Quirk { return q.ID() + "=" + Quirk(form) }

// ID returns the quirk without the form it is held to.
func (q Quirk) ID() Quirk {
	id, _, _ := strings.Cut(string(q), "=")
	return Quirk(id)
}

// Form returns the form the quirk is held to; empty: each of its Forms in turn.
func (q Quirk) Form() string {
	_, form, _ := strings.Cut(string(q), "=")
	return form
}

func (q Quirk) inSheet() (entry, bool) {
	i := slices.IndexFunc(sheet, func(e entry) bool { return e.quirk == q.ID() })
	if i < 0 {
		return entry{}, false
	}
	return sheet[i], true
}
