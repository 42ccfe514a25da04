package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// exported takes the environment that ahtbot workspace printed into a file, when it is all there, and its page as PAGE.
func exported(ts *testscript.TestScript, _ bool, args []string) {
	var text string
	for late := time.Now().Add(20 * time.Second); !strings.Contains(text, "# There:"); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(late) {
			ts.Fatalf("no environment was printed:\n%s", text)
		}
		content, _ := os.ReadFile(ts.MkAbs(args[0])) // it may not be there yet
		text = string(content)
	}
	for name, value := range environmentOf(text) {
		ts.Setenv(name, value)
	}
}

// paged takes the address of the page that ahtbot demo printed into a file as PAGE.
func paged(ts *testscript.TestScript, _ bool, args []string) {
	printed := regexp.MustCompile(`(?m)page: (http://\S+/)$`)
	for late := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		content, _ := os.ReadFile(ts.MkAbs(args[0])) // it may not be there yet
		if m := printed.FindSubmatch(content); m != nil {
			ts.Setenv("PAGE", string(m[1]))
			return
		}
		if time.Now().After(late) {
			ts.Fatalf("no address was printed:\n%s", content)
		}
	}
}

// environmentOf reads what ahtbot workspace printed.
func environmentOf(text string) map[string]string {
	env := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "="); ok {
			env[name] = value
		}
	}
	_, page, _ := strings.Cut(text, "The page: ")
	env["PAGE"], _, _ = strings.Cut(page, "\n")
	return env
}

// ask asks the page for something, or with a body has it do something, and returns the status and the answer.
func ask(ctx context.Context, url, body string) (int, string, error) {
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// seen waits until a person sees a message that matches, and returns it as the page has it.
func seen(ctx context.Context, page, who string, want *regexp.Regexp) (message map[string]any, all string) {
	for ; ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		var state struct{ Messages []map[string]any }
		_, all, _ = ask(ctx, page+"state?as="+who, "") // what can't be read has no messages
		_ = json.Unmarshal([]byte(all), &state)
		for _, m := range state.Messages {
			if html, _ := m["html"].(string); want.MatchString(html) {
				return m, all
			}
		}
	}
	return nil, all
}

// do has somebody do something on the page.
func do(ts *testscript.TestScript, _ bool, args []string) {
	status, said, err := ask(context.Background(), ts.Getenv("PAGE")+"do", args[0])
	ts.Check(err)
	if status != http.StatusOK {
		ts.Fatalf("the page answers %d %s", status, said)
	}
}

// sees waits until a person sees a message on the page that matches.
func sees(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if m, all := seen(ctx, ts.Getenv("PAGE"), args[0], regexp.MustCompile(args[1])); m == nil {
		ts.Fatalf("%s does not see %s in\n%s", args[0], args[1], all)
	}
}

// wired wants what went over the wires, chosen by a query, to match, or with ! not to.
func wired(ts *testscript.TestScript, neg bool, args []string) {
	_, text, err := ask(context.Background(), ts.Getenv("PAGE")+"wire?"+args[0], "")
	ts.Check(err)
	if regexp.MustCompile(args[1]).MatchString(text) == neg {
		ts.Fatalf("over the wires went\n%s", text)
	}
}
