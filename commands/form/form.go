package form

import (
	"context"

	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// Form is how commands of one verb are filled in instead of typed. Each lives in the room of its verb.
type Form interface {
	// Name is the Form of its views, and the first word of the lines it stands for.
	Name() string
	// Read returns the fields that a line fills in, as far as it is understood, and what it is to change; 0: it makes a new
	// one. It reads memory only. line is behind the command word, and may end anywhere.
	Read(line string, q request.Question) (v Values, id int64)
	// Draw returns the window with v in its fields, from memory alone.
	Draw(v Values, m Meta, q request.Question) View
	// Line is what v says as a line of the language.
	Line(v Values, m Meta, q request.Question) *Line
	// Stands returns the fields of what is to be changed, m.ID, as it stands, and m with what a later Line needs of that. It
	// may ask a database; no is why it can't be changed by who asks, and err means that the database does not answer.
	Stands(ctx context.Context, m Meta, q request.Question) (v Values, now Meta, no *reply.Reply, err error)
	// Shown is what cmd would do, for who has not submitted it yet: it changes nothing, and may ask a database.
	Shown(ctx context.Context, cmd request.Command, m Meta, q request.Question) ([]Part, error)
}

// Versioned is a [request.Command] that changes what stands, and only as it was when a form was filled.
type Versioned interface {
	// AtVersion returns the command for the version of a thing alone; another version means that somebody changed it.
	AtVersion(version int64) request.Command
}

// Exact is what a Form may be as well. Its Exact is cmd, read from the line, about the very campaigns that were chosen: there are
// names that no line can spell.
type Exact interface {
	Exact(cmd request.Command, v Values) request.Command
}

// Names of fields that several forms have.
const (
	FieldCampaign = "campaign"
	FieldAgent    = "agent"
	FieldPlace    = "place"
	FieldMore     = "more"
)

// Told returns the window that says what became of a form.
func Told(title string, r reply.Reply) View {
	return View{Form: "told", Title: title, Close: "Done", Parts: []Part{{Reply: &r}}}
}
