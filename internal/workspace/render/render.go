// Package render draws Block Kit as HTML, as Slack shows it to one person. It is pure: what an app wrote and who looks go in,
// escaped HTML comes out, without script, style or any tag that is not named here.
//
// # What the page may rely on
//
// An element that a person uses carries data-block and data-action (its ids), data-kind (its type as Slack calls it) and, where
// it has one, data-value. A button and the options of an overflow menu with a confirm dialog also carry data-confirm-title,
// data-confirm-text, data-confirm-yes, data-confirm-no and data-confirm-style. Ids in the HTML begin with [Context.ID].
//
//	bk                                       a list of blocks
//	bk-section  bk-main  bk-words  bk-fields  bk-field  bk-accessory        bk-main is all but the accessory
//	bk-heading  bk-context  bk-small  bk-actions  bk-divider
//	bk-figure  bk-image  bk-thumb            an image block, and small images in other blocks
//	bk-notice  bk-info  bk-success  bk-warning  bk-failure                  an alert block, by its level
//	bk-unknown                               a block or an element that is not drawn: <details> with its JSON
//	bk-rich  bk-quote  bk-pre  bk-code  bk-list  bk-indent-0 to bk-indent-8  bk-bordered  bk-color  bk-link
//	bk-mention  bk-me  bk-emoji  bk-date     @somebody or #somewhere; bk-me is who looks; dates are <time>
//	bk-button  bk-primary  bk-danger         a link looks like one too, with the button's address in href
//	bk-overflow  bk-menu  bk-item            <details> with a list of buttons, or links
//	bk-input  bk-label  bk-optional  bk-hint  bk-error  bk-invalid          an input block; bk-invalid when something is wrong
//	bk-text  bk-choices  bk-choice  bk-detail                               typed fields; radio buttons and checkboxes
//	bk-select  bk-many  bk-chips  bk-chip  bk-remove  bk-search  bk-listbox  bk-group  bk-option
//	bk-scroll  bk-table  bk-cell  bk-center  bk-right  bk-wrapped  bk-number
//	bk-data  bk-sort  bk-pager  bk-page  bk-pages                           a data_table, its heads and its pages
//	bk-chart  bk-plot  bk-grid  bk-axis  bk-line  bk-dot  bk-area  bk-bar  bk-slice  bk-legend  bk-key  bk-series-0 to bk-series-5
//	bk-view  bk-modal  bk-home  bk-head  bk-title  bk-close  bk-body  bk-foot  bk-trouble
//
// A select menu is a div.bk-select with data-kind and, where the app or the workspace is asked for options, data-suggest with the
// least number of characters; within it input.bk-search[role=combobox] and ul.bk-listbox[role=listbox] with
// li.bk-option[role=option][data-value]. What is chosen is aria-selected among the options; of a menu that takes several it also
// is a li.bk-chip with a button.bk-remove. In an input that tells the app at once, data-dispatch says on what: enter, character or
// change. What wants the focus when its view is shown has data-focus. Buttons of a view itself carry data-do: submit or close.
//
// A data_table has all its rows in the HTML, those that are not on its first page hidden: data-page-size says how many are on a
// page, data-row of each <tr> its place in the app's order, and data-value of a bk-number what to sort it by. A head is sorted by
// when its button.bk-sort is pressed; button.bk-page has in data-step whether it leads to the page before or after.
package render

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	g "maragu.dev/gomponents"
)

// Context is who looks, and from where.
type Context struct {
	Viewer string                 // the id of who looks; their own mentions stand out
	Name   func(id string) string // what a person, a group or a conversation is called, without @ or #; nil or empty: by id
	Zone   *time.Location         // in which dates are told; nil: UTC
	Now    time.Time              // for "today" and "5 minutes ago"
	ID     string                 // begins every id in the HTML; of each message and view of a page another one
}

// Blocks draws the blocks of a message, a JSON array. JSON that is none is drawn as an unknown block.
func Blocks(blocks json.RawMessage, c Context) string {
	return written(newDrawing(c).blocks(blocks))
}

// Text draws a message's top-level text, which is shown when it has no blocks.
func Text(mrkdwn string, c Context) string {
	return written(newDrawing(c).mrkdwn(mrkdwn, false))
}

// drawing is one message or view on its way to HTML.
type drawing struct {
	Context
	block    string                               // the block_id of the block that is being drawn
	told     bool                                 // what is chosen is told to the app at once
	values   map[string]map[string]map[string]any // what is filled in, by block_id and action_id
	errors   map[string]string                    // what is wrong, by block_id
	disabled bool                                 // nothing can be done at the moment
	serial   int                                  // of ids
}

func newDrawing(c Context) *drawing {
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	return &drawing{Context: c, told: true}
}

// id returns an id that nothing else of the drawing has.
func (d *drawing) id() string {
	d.serial++
	return d.ID + "-" + strconv.Itoa(d.serial)
}

// name is what somebody or something is called; otherwise is for those without a name.
func (d *drawing) name(id, otherwise string) string {
	if d.Name != nil {
		if n := d.Name(id); n != "" {
			return n
		}
	}
	if otherwise != "" {
		return otherwise
	}
	return id
}

func written(n g.Node) string {
	var b strings.Builder
	_ = n.Render(&b) // a Builder takes everything
	return b.String()
}

// object is a JSON object.
type object = map[string]any

// words is the raw text of a text object, or of a string.
func words(v any) string {
	if o, ok := v.(object); ok {
		v = o["text"]
	}
	s, _ := v.(string)
	return s
}

// objects returns the objects of a JSON array.
func objects(v any) []object {
	list, _ := v.([]any)
	out := make([]object, 0, len(list))
	for _, e := range list {
		if o, ok := e.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

// number is a JSON number, or otherwise.
func number(v any, otherwise float64) float64 {
	if f, ok := v.(float64); ok {
		return f
	}
	return otherwise
}

// figure writes a number without an exponent.
func figure(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
