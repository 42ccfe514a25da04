package store_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// harmless are the statements a release before this one does not notice: what it reads stays,
// and what it writes is still taken. A unique index is so on a table it does not know.
var (
	unique  = regexp.MustCompile(`^create unique index \w+ on (\w+)`)
	created = regexp.MustCompile(`create table (\w+)`)
)

var harmless = regexp.MustCompile(`^(create table|create index|alter table \w+ add column \w+ \w+( not null default \S+| default \S+)?$)`)

func TestMigrationsOnlyAdd(t *testing.T) {
	var names [2][]string
	for i, engine := range []string{"sqlite", "postgres"} {
		files, err := filepath.Glob(filepath.Join(engine, "migrations", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			names[i] = append(names[i], filepath.Base(file))
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sql := regexp.MustCompile(`(?m)--.*$`).ReplaceAllString(string(text), "")
			for statement := range strings.SplitSeq(sql, ";") {
				statement = strings.ToLower(strings.Join(strings.Fields(statement), " "))
				if statement != "" && !isHarmless(statement, strings.ToLower(sql)) {
					t.Errorf("%s: the release before may not survive %q", file, statement)
				}
			}
		}
	}
	if len(names[0]) < 2 || !slices.Equal(names[0], names[1]) {
		t.Errorf("SQLite has the migrations %v, PostgreSQL %v", names[0], names[1])
	}
}

// isHarmless reports whether a statement of a migration is.
func isHarmless(statement, migration string) bool {
	if on := unique.FindStringSubmatch(statement); on != nil {
		for _, table := range created.FindAllStringSubmatch(migration, -1) {
			if table[1] == on[1] {
				return true
			}
		}
	}
	return harmless.MatchString(statement)
}

func TestWhatWouldHarmTheReleaseBeforeIsRecognised(t *testing.T) {
	const migration = "create table aim (name text)"
	for _, statement := range []string{
		"alter table goal add column note text",
		"alter table goal add column note text not null default ''",
		"create unique index aim_name on aim (name)",
	} {
		if !isHarmless(statement, migration) {
			t.Errorf("%q is taken for harmful", statement)
		}
	}
	for _, statement := range []string{
		"alter table goal add column note text not null",
		"alter table goal drop column note",
		"alter table goal rename to aim",
		"create unique index goal_name on goal (name)",
		"drop table goal",
		"update goal set at = 0",
	} {
		if isHarmless(statement, migration) {
			t.Errorf("%q is taken for harmless", statement)
		}
	}
}
