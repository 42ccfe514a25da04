package webapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Sleep waits for d, or less when ctx ends; it reports whether it was d.
func Sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// sleepWithin sleeps for d when ctx lives that long, and reports whether it did.
func sleepWithin(ctx context.Context, d time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && time.Until(end) < d {
		return false
	}
	return Sleep(ctx, d)
}

// Do sends req as http.Client.Do does, and again what surely never left, since no
// connection to Slack could be made, until the request's context ends.
func (w *Client) Do(req *http.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		resp, err := w.http.Do(req)
		op, ok := errors.AsType[*net.OpError](err)
		if !ok || op.Op != "dial" || req.GetBody == nil || !Sleep(req.Context(), time.Duration(min(try, 4))*500*time.Millisecond) {
			return resp, err
		}
		body, again := req.GetBody()
		if again != nil {
			return nil, err
		}
		req = req.Clone(req.Context())
		req.Body = body
	}
}
