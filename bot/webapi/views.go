package webapi

import (
	"context"
	"encoding/json"
	"net/url"

	"ahtbot/internal/wait"
)

// The methods of views, all of Slack's fourth tier (slack.md §4.1), each with a pace of its own. Their calls are sent again
// after a lost answer where that does no harm: [Client.UpdateView] and [Client.PublishView] put the same in the same place.
const (
	MethodOpenView    = "views.open"
	MethodUpdateView  = "views.update"
	MethodPublishView = "views.publish"
)

// Slack's words about a view.
const (
	CodeHashConflict = "hash_conflict" // it was changed meanwhile
	CodeNoView       = "not_found"     // it was closed
	CodeTriggerSpent = "exchanged_trigger_id"
)

// View is a view as Slack knows it. Hash is another each time it is drawn.
type View struct {
	ID   string `json:"id"`
	Hash string `json:"hash"`
}

// OpenView opens a window for who did what trigger, which lives three seconds, came from (slack.md §2.5).
func (w *Client) OpenView(ctx context.Context, trigger string, view any) (View, error) {
	return w.view(ctx, w.Call, MethodOpenView, view, url.Values{"trigger_id": {trigger}})
}

// UpdateView draws view in the place of at, unless at has a hash and was drawn anew since.
func (w *Client) UpdateView(ctx context.Context, at View, view any) (View, error) {
	to := url.Values{"view_id": {at.ID}}
	if at.Hash == "" {
		return w.view(ctx, w.CallAgain, MethodUpdateView, view, to)
	}
	to.Set("hash", at.Hash) // a second try would meet the first one's hash
	return w.view(ctx, w.Call, MethodUpdateView, view, to)
}

// PublishView draws view as a person's Home tab. It takes no hash: an empty one is a conflict, and the newest is the one to
// show (slack.md §4.6). The caller has waited for its turn with [Client.AwaitPublish] or [Client.MayPublish].
func (w *Client) PublishView(ctx context.Context, user string, view any) error {
	_, err := w.view(ctx, w.CallAgain, MethodPublishView, view, url.Values{"user_id": {user}})
	return err
}

// AwaitPublish waits until a Home tab may be published, so that which one, and what it shows, is found out no earlier.
func (w *Client) AwaitPublish(ctx context.Context) error {
	if err := w.pace.methods[MethodPublishView].Wait(ctx); err != nil {
		return err
	}
	return wait.For(ctx, w.pace.pauseLeft(MethodPublishView))
}

// MayPublish reports whether one may be published at once, and counts it.
func (w *Client) MayPublish() bool {
	return w.pace.pauseLeft(MethodPublishView) == 0 && w.pace.methods[MethodPublishView].Allow()
}

func (w *Client) view(ctx context.Context, call func(context.Context, string, url.Values, any) error, method string, view any, to url.Values) (View, error) {
	drawn, err := json.Marshal(view)
	if err != nil {
		return View{}, err
	}
	to.Set("view", string(drawn))
	var said struct {
		View View `json:"view"`
	}
	err = call(ctx, method, to, &said)
	return said.View, err
}
