//go:build image

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ahtbot/internal/app/apptest"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/slacksim"
)

// imageUser is the user of the image: nonroot.
const imageUser = 65532

// The image is the one that the Dockerfile describes, assembled by tools/image. It needs root, buildah,
// umoci, crun and a binary in AHTBOT_TEST_BINARY: `make image` brings all of it together.
func TestTheImageServesWithAReadOnlyRootAndNoCapabilities(t *testing.T) {
	folder := assembled(t)
	slack, upstream := slacksim.New(slacksim.Config{}), ozonesim.New(ozonesim.Config{APIKey: "key-of-the-account", Username: "floor_user"})
	t.Cleanup(func() { _, _ = slack.Close(), upstream.Close() })
	slackURL, err := slack.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	upstreamURL, err := upstream.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	addr, err := apptest.FreeAddr()
	if err != nil {
		t.Fatal(err)
	}
	data := ownedFolder(t)
	c := start(t, folder, data, nil, []string{
		"SLACK_API_URL=" + slackURL, "SLACK_APP_TOKEN=xapp-1-A0DEMO-demo", "SLACK_BOT_TOKEN=xoxb-demo",
		"OZONETEL_BASE_URL=" + upstreamURL, "OZONETEL_API_KEY=key-of-the-account", "OZONETEL_USERNAME=floor_user", "HTTP_ADDR=" + addr,
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := slack.WaitConnections(ctx, 1); err != nil {
		t.Fatalf("%v; it printed:\n%s", err, c.output())
	}
	c.healthy(ctx)
	c.confined()
	answer, err := slack.Type("U1", "C1", "/aht help").WaitAnswer(ctx)
	if err != nil || !strings.Contains(answer.Plain(), "/aht agent") {
		t.Errorf("help is answered with %v:\n%s", err, answer.Plain())
	}
	c.stop()
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("stopped with %v; it printed:\n%s", err, c.output())
	}
	owners := map[string]int{}
	err = filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			owners[d.Name()] = owner(t, path)
		}
		return err
	})
	if err != nil || owners["ahtbot.db"] != imageUser {
		t.Errorf("%v; left in /data, by owner: %v; want ahtbot.db of %d", err, owners, imageUser)
	}
}

func TestTheImageRunsTheDemo(t *testing.T) {
	c := start(t, assembled(t), ownedFolder(t), []string{"demo"}, nil, "/aht agent 42", "/aht status")
	if err := c.cmd.Wait(); err != nil {
		t.Fatalf("the demo ended with %v:\n%s", err, c.output())
	}
	if !regexp.MustCompile(`(?m)│ (\d+h )?(\d+m )?\d+s$`).MatchString(c.output()) {
		t.Errorf("no figure in\n%s", c.output())
	}
}

// What an operator's engine is told: who runs it, what, where, and how it is asked whether it is well.
func TestTheImageSaysHowItIsRun(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(assembled(t), "image.json"))
	if err != nil {
		t.Fatal(err)
	}
	var image struct {
		Docker struct {
			Config struct {
				User, WorkingDir string
				Entrypoint, Cmd  []string
				Volumes          map[string]any
				Healthcheck      struct{ Test []string }
			}
		}
	}
	if err := json.Unmarshal(raw, &image); err != nil {
		t.Fatal(err)
	}
	got := image.Docker.Config
	_, data := got.Volumes["/data"]
	if got.User != "65532:65532" || got.WorkingDir != "/data" || !data || !slices.Equal(got.Entrypoint, []string{"/ahtbot"}) ||
		!slices.Equal(got.Cmd, []string{"run"}) || !slices.Equal(got.Healthcheck.Test, []string{"CMD", "/ahtbot", "health"}) {
		t.Errorf("the image says %+v", got)
	}
}

// assembled is the folder that tools/image wrote, with a bundle to run in it.
func assembled(t *testing.T) string {
	t.Helper()
	binary := os.Getenv("AHTBOT_TEST_BINARY")
	if binary == "" {
		t.Fatal("AHTBOT_TEST_BINARY names no binary built as in the Dockerfile. Try: make image")
	}
	folder := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "../../tools/image", binary, folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return folder
}

// ownedFolder is an empty folder of the image's user, as a named volume is when it is first mounted.
func ownedFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.Chown(folder, imageUser, imageUser); err != nil {
		t.Fatal(err)
	}
	return folder
}

func owner(t *testing.T, path string) int {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		t.Fatal("no owner known here")
	}
	return int(stat.Uid)
}

// container is one that runs.
type container struct {
	t   *testing.T
	id  string
	cmd *exec.Cmd
	out *bytes.Buffer
}

// A container is run in a mount namespace of its own, with one tree of control groups as new machines have:
// crun refuses the mixture of old and new ones before it is told that none is wanted.
const runCrun = `mount --make-rprivate / && umount -l /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && exec crun --cgroup-manager=disabled "$@"`

func crun(ctx context.Context, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "unshare", append([]string{"--mount", "sh", "-c", runCrun, "crun"}, args...)...)
}

// start runs the bundle of folder with the settings of compose.yaml (a read-only root, no capability, no new
// privileges) and the machine's network, in which the simulators listen. No args are the image's own.
func start(t *testing.T, folder, data string, args, env []string, typed ...string) *container {
	t.Helper()
	bundle := filepath.Join(folder, "bundle")
	configure(t, filepath.Join(bundle, "config.json"), data, args, env)
	c := &container{t: t, id: "ahtbot-test-" + filepath.Base(filepath.Dir(folder)), out: new(bytes.Buffer)}
	c.cmd = crun(t.Context(), "run", "--bundle", bundle, c.id)
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = strings.NewReader(strings.Join(typed, "\n")), c.out, c.out
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

func configure(t *testing.T, path, data string, args, env []string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Version string           `json:"ociVersion"`
		Process map[string]any   `json:"process"`
		Root    map[string]any   `json:"root"`
		Mounts  []map[string]any `json:"mounts"`
		Linux   map[string]any   `json:"linux"`
	}
	if err := json.Unmarshal(raw, &config); err != nil {
		t.Fatal(err)
	}
	config.Root["readonly"] = true
	config.Process["terminal"], config.Process["noNewPrivileges"], config.Process["capabilities"] = false, true, map[string]any{}
	if len(args) > 0 {
		config.Process["args"] = append([]string{"/ahtbot"}, args...)
	}
	all, _ := config.Process["env"].([]any)
	for _, e := range env {
		all = append(all, e)
	}
	config.Process["env"] = all
	config.Mounts = slices.DeleteFunc(config.Mounts, func(m map[string]any) bool { return m["type"] == "cgroup" || m["destination"] == "/data" })
	config.Mounts = append(config.Mounts, map[string]any{"destination": "/data", "type": "bind", "source": data, "options": []string{"bind", "rw", "nosuid", "nodev", "noexec"}})
	delete(config.Linux, "resources")
	config.Linux["namespaces"] = []map[string]string{{"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}}
	raw, err = json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

// output is what it has printed, to be read when it has ended or a test gives up.
func (c *container) output() string { return c.out.String() }

// healthy runs the image's health check inside until it says ready.
func (c *container) healthy(ctx context.Context) {
	c.t.Helper()
	for {
		out, err := crun(ctx, "exec", c.id, "/ahtbot", "health").CombinedOutput()
		if err == nil && strings.TrimSpace(string(out)) == "ready" {
			return
		}
		if ctx.Err() != nil {
			c.t.Fatalf("not ready: %v %s", err, out)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// confined checks, by what the kernel says of its process, that it has no capability and no way to one, is
// not root, and may write nothing but what is mounted below its root.
func (c *container) confined() {
	c.t.Helper()
	out, err := crun(c.t.Context(), "state", c.id).Output()
	var state struct{ Pid int }
	if err == nil {
		err = json.Unmarshal(out, &state)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	proc := filepath.Join("/proc", strconv.Itoa(state.Pid))
	status, err := os.ReadFile(filepath.Join(proc, "status"))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, line := range []string{"Uid:\t65532\t65532\t65532\t65532", "CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"} {
		if !strings.Contains(string(status), line+"\n") {
			c.t.Errorf("its process has no %q in\n%s", line, status)
		}
	}
	mounts, err := os.ReadFile(filepath.Join(proc, "mounts"))
	if err != nil {
		c.t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^\S+ / \S+ ro,`).Match(mounts) {
		c.t.Errorf("its root is not read-only:\n%s", mounts)
	}
}

// stop tells it to end, as an engine does.
func (c *container) stop() {
	c.t.Helper()
	if out, err := crun(c.t.Context(), "kill", c.id, "TERM").CombinedOutput(); err != nil {
		c.t.Fatalf("%v %s", err, out)
	}
}
