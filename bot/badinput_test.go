package bot_test

import (
	"strings"
	"testing"
	"time"

	"ahtbot/bot/bottest"
)

// strangeLines are what people, keyboards and mischief put behind /aht.
func strangeLines() []string {
	return []string{
		"", " ", "\n", "\t\t", "\u200b", "\u00a0", "?", "!", "-", "--", "—", "/", "/aht", "aht aht", "\"", "'", "“", "“”", "''", "``", "<", ">", "<>", "<|>", "&", "&amp;", "&lt;&gt;",
		"agent", "AGENT", "agent ", "agent \"\"", "agent “”", "agent ''", "agent -", "campaign", "campaign \u200b", "campaign \"\"", "campaign '", "agnt 42", "agen 42", "agentt 42", "gaent 42",
		"compaign x", "campagin x", "campaing x", "campain", "hlep", "stauts", "statsu", "42", "Sales Outbound", "how long are calls taking?", "agent42", "agent:", "agent=42", "campaign:", "help help help", "help \u202e",
		"agent 42 campaign Sales", "campaign Sales agent 42", "agent agent", "campaign campaign campaign", "agent 42 43 44 campaign 7 8", "agent \"42\" campaign \"x\"", "campaign agent 42",
		"campaign \"Sales", "campaign “Sales", "campaign Sales\"", "campaign \"Sales\" \"Collections\"", "campaign 'Sales", "campaign \"a\"b\"c\"",
		"status now", "status?", "agent <@U1>", "agent <@U1|asha>", "agent <mailto:asha@example.com|asha@example.com>", "agent <mailto:|>", "campaign <http://x|x> <http://y|y>", "campaign <#C1|floor>", "campaign <#C9|>",
		"campaign <!channel>", "campaign <!here|here>", "<!everyone>", "campaign @here", "campaign <!subteam^S1|@leads>", "campaign *bold* _it_ ~no~ `code` ```block```", "campaign &lt;!channel&gt;", "campaign &amp;lt;",
		"agent \u202e24\u202c", "agent \u200f42", "agent a\x00b", "agent \x1b[31m", "campaign \x7f", "campaign \xff\xfe", "campaign " + strings.Repeat("x", 255), "campaign " + strings.Repeat("x", 256), strings.Repeat("x", 4000),
		strings.Repeat("agent ", 600), strings.Repeat("<", 900), strings.Repeat("\"", 900), strings.Repeat("😀", 300), "campaign 😀", "एजेंट 42", "campaign विक्रय", "агент 42", "agent\u30004２", "'; drop table readings; --", "${jndi:ldap://x}", "%s%n%x", "{{.}}", "\\u0000",
	}
}

// TestStrangeLinesEndInWords types every strange line and wants, for each, one private
// answer in plain words within Slack's rules, and the bot alive afterwards.
func TestStrangeLinesEndInWords(t *testing.T) {
	lines := strangeLines()
	if len(lines) < 60 {
		t.Fatalf("%d lines", len(lines))
	}
	bottest.Play(t, func(s *bottest.Stage) {
		for _, line := range lines {
			before := len(s.Said("U1", "C1"))
			d := s.TypeRaw("U1", "C1", "/aht", line)
			s.Settle(time.Second)
			all := s.Said("U1", "C1")
			if !d.Acked() || len(all) != before+1 {
				t.Fatalf("%.60q: acked %v, %d answers", line, d.Acked(), len(all)-before)
			}
			m := all[len(all)-1]
			if m.EphemeralFor != "U1" || len([]rune(m.Text)) < 15 || strings.Contains(m.Text, "went wrong") {
				t.Errorf("%.60q is answered %q", line, m.Text)
			}
			if strings.Contains(m.Text+string(m.Blocks), "<!") {
				t.Errorf("%.60q mentions a crowd: %s", line, m.Blocks)
			}
		}
		for _, target := range s.Up.Asked() {
			if target.Name() == "" || strings.ContainsAny(target.Name(), "\x00\x1b\x7f") {
				t.Errorf("%q was asked upstream", target.Name())
			}
		}
		s.Type("U2", "C1", "/aht agent 42")
		s.Settle(time.Second)
		s.One("U2", "C1")
	})
}
