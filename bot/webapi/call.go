package webapi

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

	"ahtbot/internal/wait"
)

// maxAnswer bounds an answer of the Web API: two hundred messages with their blocks.
const maxAnswer = 16 << 20

// tries is how often what may be done twice is sent while its answer is lost.
const tries = 3

// CallAgain is Call for what may be done twice, up to three times while its answer is lost.
func (w *Client) CallAgain(ctx context.Context, method string, form url.Values, into any) error {
	for try := 1; ; try++ {
		err := w.Call(ctx, method, form, into)
		if !errors.Is(err, ErrUnsure) || try == tries || ctx.Err() != nil {
			return err
		}
	}
}

// Call calls a method, when its turn has come, for which it matters whether Slack did what was asked.
// It reads of the answer only what into wants, since a block that our library can't decode would
// put the rest out of reach. What surely was not done is sent again, within CallTimeout: after
// Slack's Retry-After, and when Slack was not reached. The error is a *CallError, or ErrUnsure.
func (w *Client) Call(ctx context.Context, method string, form url.Values, into any) error {
	if err := w.pace.wait(ctx, method, form.Get("channel")); err != nil { // not done, since its turn came too late
		return &CallError{Method: method, Code: "no_turn", Kind: FaultLater, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, CallTimeout)
	defer cancel()
	var last error
	for try := 1; ; try++ {
		if pause := w.pace.pauseLeft(method); pause > 0 && !sleepWithin(ctx, pause) {
			return &CallError{Method: method, Code: "ratelimited", Kind: FaultLater, Wait: pause, Err: last}
		}
		last = w.attempt(ctx, method, form, into)
		refused, ok := errors.AsType[*CallError](last)
		if !ok || refused.Kind != FaultLater {
			return last
		}
		if refused.Wait > 0 {
			w.pace.pause(method, refused.Wait)
		} else if !sleepWithin(ctx, time.Duration(min(try, 4))*500*time.Millisecond) {
			return last
		}
	}
}

// attempt is one request of Call.
func (w *Client) attempt(ctx context.Context, method string, form url.Values, into any) error {
	var left atomic.Bool // a connection was had: from here on Slack may have got it
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { left.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.config.URL+method, strings.NewReader(form.Encode()))
	if err != nil {
		return &CallError{Method: method, Code: "unreachable", Kind: FaultApp, Err: Redact(err)}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+w.config.BotToken)
	resp, err := w.http.Do(req)
	if err != nil && !left.Load() {
		return &CallError{Method: method, Code: "unreachable", Kind: FaultLater, Err: Redact(err)}
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %w", method, ErrUnsure, Redact(err))
	}
	defer func() { _ = resp.Body.Close() }()
	return readAnswer(resp, method, form.Get("channel"), into)
}

// readAnswer reads the answer to a call of method about channel.
func readAnswer(resp *http.Response, method, channel string, into any) error {
	after, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	wait := time.Duration(max(1, after)) * time.Second
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return &CallError{Method: method, Code: "ratelimited", Kind: FaultLater, Wait: wait}
	case resp.StatusCode >= http.StatusInternalServerError:
		return fmt.Errorf("%s: %w: HTTP %d", method, ErrUnsure, resp.StatusCode)
	case resp.StatusCode != http.StatusOK: // something between us and Slack
		return &CallError{Method: method, Code: "unreachable", Kind: FaultLater, Err: fmt.Errorf("HTTP %d", resp.StatusCode)}
	}
	var said struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err == nil {
		err = json.Unmarshal(body, &said)
	}
	if err == nil && said.OK && into != nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %w", method, ErrUnsure, Redact(err))
	}
	if said.OK {
		return nil
	}
	refused := refusal(method, Shorten(said.Error, 60), channel)
	if pe, ok := errors.AsType[*CallError](refused); ok && strings.HasPrefix(pe.Code, "rate") {
		pe.Wait = wait
	}
	return refused
}

// sleepWithin sleeps for d when ctx lives that long, and reports whether it did.
func sleepWithin(ctx context.Context, d time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && time.Until(end) < d {
		return false
	}
	return wait.For(ctx, d) == nil
}
