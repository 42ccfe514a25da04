package reply_test

import (
	"strings"
	"testing"

	"ahtbot/commands/reply"
)

// TestEveryPostFaultEndsWithTheWayOut reads each sentence as its owner would.
func TestEveryPostFaultEndsWithTheWayOut(t *testing.T) {
	for _, c := range []struct{ code, channel, want string }{
		{"not_in_channel", "C1", "/invite @ahtbot"},
		{"channel_not_found", "C1", "/invite @ahtbot"},
		{"channel_not_found", "U1", "Somebody else has to take this over"},
		{"is_archived", "C1", "Unarchive it"},
		{"restricted_action", "C1", "posting permissions"},
		{"restricted_action_read_only_channel", "C1", "posting permissions"},
		{"restricted_action_thread_locked", "G1", "about threads"},
		{"account_inactive", "D1", "deactivated"},
		{"account_inactive", "C1", "install it again"},
		{"user_disabled", "W1", "deactivated"},
		{"messages_tab_disabled", "U1", "App Home"},
		{"missing_scope", "C1", "manifest.yml"},
		{"missing_scope", "U1", "manifest.yml"},
		{"token_revoked", "C1", "install it again"},
		{"message_limit_exceeded", "C1", "plan"},
		{"ekm_access_denied", "C1", "owner of the workspace"},
		{"a_word_of_tomorrow", "C1", "a_word_of_tomorrow"},
		{strings.Repeat("<!channel>\n", 50), "", "Choose another place"},
	} {
		got := reply.PostFault(c.code, c.channel)
		if !strings.Contains(got, c.want) || !strings.HasSuffix(got, ".") || strings.Contains(got, "\n") || len(got) > 300 {
			t.Errorf("%s in %s: %q, want %q", c.code, c.channel, got, c.want)
		}
	}
}

func TestEveryRoleHasWords(t *testing.T) {
	seen := map[string]bool{"": true}
	for r := reply.RoleShared; r <= reply.RolePlace; r++ {
		if seen[r.Words()] {
			t.Errorf("role %d says %q", r, r.Words())
		}
		seen[r.Words()] = true
	}
	if w := (reply.RolePlace + 1).Words(); w != "" {
		t.Errorf("no role says %q", w)
	}
}
