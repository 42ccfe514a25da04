package main

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/store"
)

func TestDoctorSaysWhatIsKeptOfTheList(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		says := func(want string) {
			t.Helper()
			if got := listing(t.Context(), db); got != want {
				t.Errorf("doctor says %q, want %q", got, want)
			}
		}
		says("")
		if err := db.PostponeCampaigns(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
		says("; the account did not list its campaigns")
		if err := db.ReplaceCampaigns(t.Context(), []store.Campaign{{Name: "A"}}, time.Now()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(90 * time.Second)
		says("; campaigns listed: 1, 1m 30s ago")
	})
}

// TestDoctorWantsWhatTheManifestAsks holds the doctor's scopes to those of manifest.yml.
func TestDoctorWantsWhatTheManifestAsks(t *testing.T) {
	manifest, err := os.ReadFile("../../manifest.yml")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(manifest), "\n    bot: # the least; each with its reason\n")
	if !strings.Contains(list, "\n    bot_optional: # of those above, what an installation may leave out\n      - users:read.email ") {
		t.Error("the manifest does not let an installation leave users:read.email out")
	}
	var asked []string
	for line := range strings.Lines(list) {
		scope, found := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if !found && !strings.HasPrefix(strings.TrimSpace(line), "#") {
			break
		}
		if found {
			scope, _, _ = strings.Cut(scope, " ")
			asked = append(asked, scope)
		}
	}
	want := append(slices.Clone(scopes), "usergroups:read", "users:read.email")
	slices.Sort(asked)
	slices.Sort(want)
	if !slices.Equal(asked, want) {
		t.Errorf("the manifest asks for %v, doctor for %v", asked, want)
	}
}

func TestDoctorSaysWhatOptionalScopesAllow(t *testing.T) {
	granted := strings.Join(scopes, ",")
	for extra, want := range map[string]string{
		"": "all there", ",channels:history": "may look for its own messages after a crash", ",users:read.email": "may find an agent by a person's e-mail address",
	} {
		f := checkScopes(http.Header{"X-Oauth-Scopes": {granted + extra}}, settings.Settings{})
		if f.todo != "" || !strings.HasSuffix(f.well, want) {
			t.Errorf("with %q: %+v", extra, f)
		}
	}
}
