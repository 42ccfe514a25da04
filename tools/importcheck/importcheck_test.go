// Package importcheck proves that the depguard rules of .golangci.yml have teeth.
//
// The table below is docs/design.md §2 in Go. For every folder of it the test plants a file that imports
// every package of the universe, runs the pinned golangci-lint with the project's own configuration, and
// compares: what the table forbids must be reported, what it allows must not, and test files are free.
// A rule that never reports anything, and a folder of the tree that the table does not know, fail too.
package importcheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const root = "../.."

// What the tests of several packages share: a non-test file of cmd alone may import it, whatever else it may
// of the folder above.
var forTests = []string{"ahtbot/bot/bottest", "ahtbot/commands/commandstest"}

// The universe: every import somebody could reach for.
var (
	std   = []string{"context", "errors", "net/url", "time"} // allowed everywhere but where a row says otherwise
	stdIO = []string{"database/sql", "log", "log/slog", "net", "net/http", "os", "os/exec"}
	ours  = []string{
		"ahtbot/bot", "ahtbot/bot/blocks", "ahtbot/bot/bottest", "ahtbot/bot/directory", "ahtbot/bot/posts", "ahtbot/bot/respond", "ahtbot/bot/socket", "ahtbot/bot/webapi",
		"ahtbot/commands", "ahtbot/commands/alerts", "ahtbot/commands/alerts/alertform", "ahtbot/commands/alerts/alertline", "ahtbot/commands/alerts/alertpost",
		"ahtbot/commands/answers", "ahtbot/commands/campaigns", "ahtbot/commands/commandstest", "ahtbot/commands/digests", "ahtbot/commands/digests/digestform",
		"ahtbot/commands/digests/digestline", "ahtbot/commands/digests/digestpost", "ahtbot/commands/form", "ahtbot/commands/grammar", "ahtbot/commands/home",
		"ahtbot/commands/reply", "ahtbot/commands/request", "ahtbot/commands/standing", "ahtbot/ozonetel",
		"ahtbot/ozonetel/allowance", "ahtbot/ozonetel/fault", "ahtbot/ozonetel/single", "ahtbot/ozonetel/token", "ahtbot/ozonetel/wire",
		"ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/alert/monitor", "ahtbot/internal/bench", "ahtbot/internal/digest", "ahtbot/internal/digest/scheduler", "ahtbot/internal/ops", "ahtbot/internal/poll", "ahtbot/internal/proxy",
		"ahtbot/internal/sim/ozonesim", "ahtbot/internal/sim/ozonesim/floor", "ahtbot/internal/sim/ozonesim/quirk",
		"ahtbot/internal/sim/proxysim", "ahtbot/internal/sim/transport",
		"ahtbot/internal/sim/slacksim", "ahtbot/internal/sim/slacksim/blockkit", "ahtbot/internal/sim/slacksim/members", "ahtbot/internal/sim/slacksim/socketmode", "ahtbot/internal/sim/slacksim/views",
		"ahtbot/internal/store", "ahtbot/internal/store/postgres", "ahtbot/internal/store/query", "ahtbot/internal/store/rows",
		"ahtbot/internal/store/sqlite", "ahtbot/internal/store/storetest",
		"ahtbot/internal/app", "ahtbot/internal/app/alerts", "ahtbot/internal/app/apptest", "ahtbot/internal/app/campaigns", "ahtbot/internal/app/database",
		"ahtbot/internal/app/digests", "ahtbot/internal/app/goals", "ahtbot/internal/app/readings", "ahtbot/internal/secret", "ahtbot/internal/view", "ahtbot/internal/wait",
		"ahtbot/internal/workspace", "ahtbot/internal/workspace/floorpanel", "ahtbot/internal/workspace/render", "ahtbot/internal/workspace/wirelog",
		"ahtbot/internal/ahtmore", // a name that starts like an allowed one
	}
	theirs = []string{
		"example.com/anything", // nobody may import what the table does not name
		"github.com/adhocore/gronx",
		"github.com/gorilla/websocket",
		"github.com/jackc/pgx/v5/stdlib",
		"github.com/kelseyhightower/envconfig",
		"github.com/pressly/goose/v3",
		"github.com/prometheus/client_golang/prometheus",
		"github.com/prometheus/client_golang/prometheus/promhttp",
		"github.com/slack-go/slack", "github.com/slack-go/slack/socketmode",
		"golang.org/x/net/http/httpproxy", "golang.org/x/net/proxy",
		"golang.org/x/sync/errgroup", "golang.org/x/sync/singleflight",
		"golang.org/x/time/rate",
		"maragu.dev/gomponents", "maragu.dev/gomponents/html", "maragu.dev/gomponents/http",
		"modernc.org/sqlite",
	}
)

// A row says what the non-test files of a folder and of the folders below it may import. Allow entries are
// exact or end in /… for a package and all below it; the longest matching folder wins.
type row struct {
	folder string
	allow  []string
}

var table = []row{
	{"internal/aht", []string{"context", "errors", "time", "log/slog"}},
	{"commands", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/…", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/commandstest", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands", "ahtbot/commands/reply", "ahtbot/commands/request", "ahtbot/internal/aht"}},
	{"commands/reply", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/internal/aht"}},
	{"commands/grammar", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/reply", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/request", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/standing", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/answers", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/form", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/commands/standing", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/campaigns", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/form", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/commands/standing", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/people", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/form", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/commands/standing", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/deeper", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/form", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/commands/standing", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}}, // a new verb
	{"commands/form", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/alerts/alertform", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/form", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/commands/standing", "ahtbot/commands/alerts/…", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/digests/digestform", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/form", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/commands/standing", "ahtbot/commands/digests/…", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/home", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/form", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/commands/standing", "ahtbot/commands/answers/…", "ahtbot/commands/alerts/…", "ahtbot/commands/digests/…", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/alerts", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/form", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/commands/standing", "ahtbot/commands/alerts/…", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/alerts/alertline", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/commands/standing", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/alerts/alertpost", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/commands/alerts/alertline", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/digests", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/form", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/commands/standing", "ahtbot/commands/digests/…", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/digests/digestline", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/commands/standing", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"commands/digests/digestpost", []string{"std", "log", "log/slog", "net", "os", "os/exec", "ahtbot/commands/reply", "ahtbot/commands/grammar", "ahtbot/commands/request", "ahtbot/commands/digests/digestline", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/digest"}},
	{"ozonetel", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/ozonetel/allowance", "ahtbot/ozonetel/fault", "ahtbot/ozonetel/single", "ahtbot/ozonetel/token", "ahtbot/ozonetel/wire"}},
	{"ozonetel/allowance", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/wait", "ahtbot/ozonetel/fault", "golang.org/x/time/rate"}},
	{"ozonetel/token", []string{"std", "io", "ahtbot/ozonetel/fault", "ahtbot/ozonetel/single"}},
	{"ozonetel/wire", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/ozonetel/fault"}},
	{"ozonetel/single", []string{"std", "io", "ahtbot/internal/wait", "ahtbot/ozonetel/fault"}},
	{"ozonetel/fault", []string{"std", "io"}},
	{"bot", []string{"std", "io", "ahtbot/bot/blocks", "ahtbot/bot/directory", "ahtbot/bot/posts", "ahtbot/bot/respond", "ahtbot/bot/socket", "ahtbot/bot/webapi", "ahtbot/commands/form", "ahtbot/commands", "ahtbot/commands/reply", "ahtbot/commands/request", "ahtbot/internal/aht", "ahtbot/internal/wait", "github.com/slack-go/slack/…"}},
	{"bot/bottest", []string{"std", "io", "ahtbot/bot", "ahtbot/bot/directory", "ahtbot/bot/posts", "ahtbot/commands", "ahtbot/commands/reply", "ahtbot/commands/request", "ahtbot/internal/aht", "ahtbot/internal/ops", "ahtbot/internal/sim/slacksim", "ahtbot/internal/store", "ahtbot/internal/wait"}},
	{"bot/webapi", []string{"std", "io", "ahtbot/internal/wait", "github.com/slack-go/slack/…", "golang.org/x/time/rate"}},
	{"bot/socket", []string{"std", "io", "ahtbot/bot/webapi", "ahtbot/internal/wait", "github.com/slack-go/slack/…", "github.com/gorilla/websocket", "golang.org/x/time/rate"}},
	{"bot/directory", []string{"std", "io", "ahtbot/bot/webapi", "ahtbot/commands/request", "github.com/slack-go/slack/…"}},
	{"bot/blocks", []string{"std", "database/sql", "log", "log/slog", "net", "os", "os/exec", "ahtbot/bot/webapi", "ahtbot/commands/form", "ahtbot/commands", "ahtbot/commands/reply", "github.com/slack-go/slack/…"}},
	{"bot/respond", []string{"std", "io", "ahtbot/bot/blocks", "ahtbot/bot/webapi", "ahtbot/commands/reply", "ahtbot/commands/request", "ahtbot/internal/wait", "github.com/slack-go/slack/…"}},
	{"bot/posts", []string{"std", "io", "ahtbot/bot/blocks", "ahtbot/bot/webapi", "ahtbot/commands/reply", "ahtbot/commands/request", "ahtbot/internal/wait", "github.com/slack-go/slack/…"}},
	{"internal/digest", []string{"context", "errors", "time", "log/slog", "ahtbot/internal/aht", "github.com/adhocore/gronx"}},
	{"internal/digest/scheduler", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/digest", "ahtbot/internal/wait"}},
	{"internal/alert", []string{"context", "errors", "time", "log/slog", "ahtbot/internal/aht"}},
	{"internal/alert/monitor", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/alert", "ahtbot/internal/wait"}},
	{"internal/poll", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/wait"}},
	{"internal/store", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/store", "ahtbot/internal/store/query", "ahtbot/internal/store/rows"}},
	{"internal/store/storetest", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/store", "ahtbot/internal/store/query", "ahtbot/internal/store/rows", "ahtbot/internal/store/storetest"}},
	{"internal/store/sqlite", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/store", "ahtbot/internal/store/query", "ahtbot/internal/store/rows", "ahtbot/internal/store/sqlite", "modernc.org/sqlite", "github.com/pressly/goose/v3"}},
	{"internal/store/postgres", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/store", "ahtbot/internal/store/query", "ahtbot/internal/store/rows", "ahtbot/internal/store/postgres", "github.com/jackc/pgx/v5/…", "github.com/pressly/goose/v3"}},
	{"internal/proxy", []string{"std", "io", "golang.org/x/net/http/httpproxy", "golang.org/x/net/proxy"}},
	{"internal/ops", []string{"std", "io", "ahtbot/internal/aht", "github.com/prometheus/client_golang/…"}},
	{"internal/bench", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/bench", "ahtbot/internal/sim/…", "github.com/prometheus/client_golang/…", "github.com/gorilla/websocket"}},
	{"internal/sim", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/sim/…", "github.com/gorilla/websocket"}},
	{"internal/secret", []string{"std", "io"}},
	{"internal/view", []string{"std", "io", "ahtbot/internal/wait"}},
	{"internal/wait", []string{"std", "io"}},
	{"internal/app", []string{
		"std", "io", "ahtbot/bot/…", "ahtbot/commands/…", "ahtbot/ozonetel/…", "ahtbot/internal/aht", "ahtbot/internal/alert/…", "ahtbot/internal/app",
		"ahtbot/internal/app/alerts", "ahtbot/internal/app/campaigns", "ahtbot/internal/app/database", "ahtbot/internal/app/digests",
		"ahtbot/internal/app/goals", "ahtbot/internal/app/readings", "ahtbot/internal/digest/…", "ahtbot/internal/ops", "ahtbot/internal/poll",
		"ahtbot/internal/proxy", "ahtbot/internal/secret", "ahtbot/internal/store", "ahtbot/internal/view",
	}},
	{"internal/app/alerts", []string{"std", "io", "ahtbot/bot/…", "ahtbot/commands/…", "ahtbot/ozonetel/…", "ahtbot/internal/aht", "ahtbot/internal/alert/…", "ahtbot/internal/poll", "ahtbot/internal/store", "ahtbot/internal/view"}},
	{"internal/app/apptest", []string{"std", "io", "ahtbot/bot/…", "ahtbot/commands/…", "ahtbot/internal/aht", "ahtbot/internal/alert/…", "ahtbot/internal/store", "ahtbot/internal/store/query", "ahtbot/internal/store/rows", "ahtbot/internal/store/postgres", "ahtbot/internal/store/sqlite"}},
	{"internal/app/campaigns", []string{"std", "io", "ahtbot/ozonetel/…", "ahtbot/internal/aht", "ahtbot/internal/store", "ahtbot/internal/view"}},
	{"internal/app/database", []string{"std", "io", "ahtbot/internal/store", "ahtbot/internal/store/query", "ahtbot/internal/store/rows", "ahtbot/internal/store/postgres", "ahtbot/internal/store/sqlite"}},
	{"internal/app/digests", []string{"std", "io", "ahtbot/bot/…", "ahtbot/commands/…", "ahtbot/ozonetel/…", "ahtbot/internal/aht", "ahtbot/internal/digest/…", "ahtbot/internal/store"}},
	{"internal/app/goals", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/store", "ahtbot/internal/view"}},
	{"internal/app/readings", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/store", "ahtbot/internal/view"}},
	{"internal/sim/slacksim", []string{"std", "io", "ahtbot/internal/sim/slacksim/…", "ahtbot/internal/sim/transport", "github.com/gorilla/websocket"}},
	{"internal/sim/slacksim/socketmode", []string{"std", "io", "ahtbot/internal/sim/transport", "github.com/gorilla/websocket"}},
	{"internal/sim/slacksim/blockkit", []string{"context", "errors", "time", "log/slog"}},
	{"internal/sim/slacksim/members", []string{"context", "errors", "time", "log/slog"}},
	{"internal/sim/slacksim/views", []string{"context", "errors", "time", "log/slog", "ahtbot/internal/sim/slacksim/blockkit"}},
	{"internal/sim/ozonesim", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/sim/ozonesim/…", "ahtbot/internal/sim/transport"}},
	{"internal/sim/ozonesim/floor", []string{"context", "errors", "time", "log/slog", "ahtbot/internal/aht"}},
	{"internal/sim/ozonesim/quirk", []string{"context", "errors", "time", "log/slog"}},
	{"internal/sim/proxysim", []string{"std", "io"}},
	{"internal/sim/transport", []string{"std", "io"}},
	{"internal/workspace", []string{"std", "io", "ahtbot/internal/sim/…", "ahtbot/internal/workspace", "ahtbot/internal/workspace/floorpanel", "ahtbot/internal/workspace/render", "ahtbot/internal/workspace/wirelog"}},
	{"internal/workspace/floorpanel", []string{"std", "io", "ahtbot/internal/aht", "ahtbot/internal/sim/ozonesim", "ahtbot/internal/sim/ozonesim/floor", "ahtbot/internal/sim/ozonesim/quirk", "ahtbot/internal/sim/slacksim"}},
	{"internal/workspace/render", []string{"context", "errors", "time", "log/slog", "ahtbot/internal/sim/slacksim/blockkit", "maragu.dev/gomponents", "maragu.dev/gomponents/html"}},
	{"internal/workspace/wirelog", []string{"std", "io", "ahtbot/internal/sim/slacksim", "ahtbot/internal/sim/transport"}},
	{"cmd", []string{"everything"}},
}

// A package that is new and in no row yet: the two rules that hold everywhere.
const newcomer = "internal/newcomer"

func newcomerDenied(imp string) bool {
	return imp == "ahtbot/internal/store/storetest" || slices.Contains(forTests, imp) || imp == "ahtbot/internal/app/apptest" || strings.HasPrefix(imp, "ahtbot/internal/sim/") ||
		strings.HasPrefix(imp, "github.com/slack-go/slack")
}

func (r row) allows(imp string) bool {
	for _, a := range r.allow {
		below, tree := strings.CutSuffix(a, "/…")
		switch {
		case a == "everything", a == imp,
			a == "std" && slices.Contains(std, imp),
			a == "io" && slices.Contains(stdIO, imp),
			tree && !slices.Contains(forTests, imp) && (imp == below || strings.HasPrefix(imp, below+"/")):
			return true
		}
	}
	return false
}

func rowOf(folder string) (row, bool) {
	var best row
	for _, r := range table {
		if (folder == r.folder || strings.HasPrefix(folder, r.folder+"/")) && len(r.folder) > len(best.folder) {
			best = r
		}
	}
	return best, best.folder != ""
}

func TestEveryBreachIsReported(t *testing.T) {
	universe := slices.Concat(std, stdIO, ours, theirs)
	config, err := os.ReadFile(filepath.Join(root, ".golangci.yml"))
	if err != nil {
		t.Fatal(err)
	}

	// Folders: those of the tree as it is, those of the table, and one level below each.
	folders := goFolders(t)
	for _, f := range folders {
		if _, ok := rowOf(f); !ok {
			t.Errorf("%s: no row in this test's table and no depguard rule; add both (docs/design.md §2)", f)
		}
	}
	for _, r := range table {
		folders = append(folders, r.folder, r.folder+"/deeper/still")
	}
	folders = append(folders, newcomer, "cmd/ahtbot")
	slices.Sort(folders)
	folders = slices.Compact(folders)

	// The plants are a module of their own below the path ahtbot/, and every package they import is an empty
	// stub in another: no cycle and no download can come between a plant and its report. A folder called cmd
	// above the checkout must not free anybody, so there is one.
	dir := filepath.Join(t.TempDir(), "cmd", "bot", "checkout")
	gomod := "module ahtbot/planted\n\ngo 1.26.0\n"
	modules := map[string]bool{}
	for _, imp := range slices.Concat(ours, theirs) {
		mod := moduleOf(imp)
		stub := filepath.Join(".stubs", filepath.FromSlash(mod))
		write(t, filepath.Join(dir, stub, strings.TrimPrefix(imp, mod), "stub.go"), "package stub\n")
		if !modules[mod] {
			modules[mod] = true
			version := "v0.0.0"
			if major := mod[strings.LastIndex(mod, "/")+1:]; regexp.MustCompile(`^v[2-9]$`).MatchString(major) {
				version = major + ".0.0"
			}
			write(t, filepath.Join(dir, stub, "go.mod"), "module "+mod+"\n\ngo 1.26.0\n")
			gomod += fmt.Sprintf("\nrequire %s %s\nreplace %s => ./%s\n", mod, version, mod, filepath.ToSlash(stub))
		}
	}
	write(t, filepath.Join(dir, "go.mod"), gomod)
	write(t, filepath.Join(dir, ".golangci.yml"), string(config))
	for _, f := range folders {
		body := "package planted\n\nimport (\n"
		for _, imp := range universe {
			body += "\t_ \"" + imp + "\"\n"
		}
		body += ")\n"
		write(t, filepath.Join(dir, f, "plant.go"), body)
		write(t, filepath.Join(dir, f, "plant_test.go"), body)
	}

	reported, rules := lint(t, dir)

	checked := 0
	for _, f := range folders {
		r, known := rowOf(f)
		for _, imp := range universe {
			want := known && !r.allows(imp)
			if !known { // and the newcomer
				want = newcomerDenied(imp)
			}
			checked++
			got := reported[f+"/plant.go"][imp]
			switch {
			case want && !got:
				t.Errorf("%s imports %s: a breach, and depguard said nothing", f, imp)
			case !want && got:
				t.Errorf("%s imports %s: allowed by docs/design.md §2, and depguard refused it", f, imp)
			}
			if reported[f+"/plant_test.go"][imp] {
				t.Errorf("a test of %s imports %s: tests may, and depguard refused it", f, imp)
			}
		}
	}
	for _, name := range ruleNames(t, config) {
		if !rules[name] {
			t.Errorf("rule %s reported nothing: its files glob matches no folder, or another rule says it all", name)
		}
	}
	t.Logf("%d imports in %d folders judged, %d rules heard from", checked, len(folders), len(rules))
}

// lint runs the pinned golangci-lint in dir and returns the denied imports by file, and the rules that spoke.
func lint(t *testing.T, dir string) (reported map[string]map[string]bool, rules map[string]bool) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "tool", "-n", "golangci-lint").Output()
	if err != nil {
		t.Fatalf("go tool -n golangci-lint: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), strings.TrimSpace(string(out)), "run", "--enable-only=depguard",
		"--uniq-by-line=false", "--show-stats=false", "--output.json.path=stdout", "./...")
	cmd.Dir = dir
	// GOWORK off: the stubs are the only modules. A cache of its own: no answer of an earlier tree.
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off", "GOLANGCI_LINT_CACHE="+t.TempDir())
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if found := errors.As(err, &exit) && exit.ExitCode() == 1; err != nil && !found { // there are findings, as there must be
		t.Fatalf("golangci-lint: %v\n%s", err, stderr.String())
	}

	var report struct {
		Issues []struct {
			FromLinter, Text string
			Pos              struct{ Filename string }
		}
	}
	if err := json.NewDecoder(&stdout).Decode(&report); err != nil {
		t.Fatalf("golangci-lint's report: %v\n%s", err, stderr.String())
	}
	denied := regexp.MustCompile(`^import '([^']+)' is not allowed from list '([^']+)'`)
	reported, rules = map[string]map[string]bool{}, map[string]bool{}
	for _, is := range report.Issues {
		m := denied.FindStringSubmatch(is.Text)
		if is.FromLinter != "depguard" || m == nil {
			t.Fatalf("unexpected finding, so the plants prove nothing: %s: %s: %s", is.Pos.Filename, is.FromLinter, is.Text)
		}
		file := filepath.ToSlash(is.Pos.Filename)
		if reported[file] == nil {
			reported[file] = map[string]bool{}
		}
		reported[file][m[1]] = true
		rules[m[2]] = true
	}
	return reported, rules
}

func ruleNames(t *testing.T, config []byte) []string {
	t.Helper()
	var c struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]any
				}
			}
		}
	}
	if err := yaml.Unmarshal(config, &c); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range c.Linters.Settings.Depguard.Rules {
		names = append(names, name)
	}
	if len(names) == 0 {
		t.Fatal("no depguard rules in .golangci.yml")
	}
	return names
}

// goFolders lists the folders of the main module that hold Go files.
func goFolders(t *testing.T) []string {
	t.Helper()
	var folders []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if rel == "tools" || d.Name() == "testdata" || rel != "." && (d.Name()[0] == '.' || d.Name()[0] == '_') {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(rel, ".go") && !strings.HasSuffix(rel, "_test.go") {
			folders = append(folders, filepath.ToSlash(filepath.Dir(rel)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}

func moduleOf(imp string) string {
	parts := strings.Split(imp, "/")
	switch {
	case parts[0] == "ahtbot":
		return "ahtbot"
	case parts[0] == "modernc.org", parts[0] == "maragu.dev", parts[0] == "example.com":
		return strings.Join(parts[:2], "/")
	case len(parts) > 3 && regexp.MustCompile(`^v[2-9]$`).MatchString(parts[3]):
		return strings.Join(parts[:4], "/")
	default:
		return strings.Join(parts[:3], "/")
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
