package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// mostAnswer bounds an answer of the Web API: two hundred messages with their blocks.
const mostAnswer = 16 << 20

// call calls a method of the Web API for which it matters whether Slack did what was
// asked: it knows a request that never left from one whose answer was lost, and reads of
// the answer only what into wants, since a block of somebody's that our library can't
// decode would make an answer out of reach. What surely was not done is sent again, within
// sendWithin: after Slack's Retry-After, and when Slack was not reached. The error is a
// *PostError, or ErrUnsure.
func (b *Bot) call(ctx context.Context, method string, form url.Values, into any) error {
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	var last error
	for try := 1; ; try++ {
		if rest := b.pace.resting(method); rest > 0 && !patience(ctx, rest) {
			return &PostError{Method: method, Code: "ratelimited", Kind: FaultLater, Wait: rest, Err: last}
		}
		last = b.attempt(ctx, method, form, into)
		refused, ok := errors.AsType[*PostError](last)
		if !ok || refused.Kind != FaultLater {
			return last
		}
		if refused.Wait > 0 {
			b.pace.rest(method, refused.Wait)
		} else if !patience(ctx, time.Duration(min(try, 4))*500*time.Millisecond) {
			return last
		}
	}
}

// attempt is one request of call.
func (b *Bot) attempt(ctx context.Context, method string, form url.Values, into any) error {
	var left atomic.Bool // a connection was had: from here on Slack may have got it
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { left.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.APIURL+method, strings.NewReader(form.Encode()))
	if err != nil {
		return &PostError{Method: method, Code: "unreachable", Kind: FaultApp, Err: clean(err)}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+b.BotToken)
	resp, err := b.posts.Do(req)
	if err != nil && !left.Load() {
		return &PostError{Method: method, Code: "unreachable", Kind: FaultLater, Err: clean(err)}
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %w", method, ErrUnsure, clean(err))
	}
	defer func() { _ = resp.Body.Close() }()
	return read(resp, method, form.Get("channel"), into)
}

// read reads the answer to a call of method about channel.
func read(resp *http.Response, method, channel string, into any) error {
	after, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	wait := time.Duration(max(1, after)) * time.Second
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return &PostError{Method: method, Code: "ratelimited", Kind: FaultLater, Wait: wait}
	case resp.StatusCode >= http.StatusInternalServerError:
		return fmt.Errorf("%s: %w: HTTP %d", method, ErrUnsure, resp.StatusCode)
	case resp.StatusCode != http.StatusOK: // something between us and Slack
		return &PostError{Method: method, Code: "unreachable", Kind: FaultLater, Err: fmt.Errorf("HTTP %d", resp.StatusCode)}
	}
	var said struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer))
	if err == nil {
		err = json.Unmarshal(body, &said)
	}
	if err == nil && said.OK && into != nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %w", method, ErrUnsure, clean(err))
	}
	if said.OK {
		return nil
	}
	refused := refusal(method, cut(said.Error, 60), channel)
	if pe, ok := errors.AsType[*PostError](refused); ok && strings.HasPrefix(pe.Code, "rate") {
		pe.Wait = wait
	}
	return refused
}
