package siege

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"ahtbot/bot"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/app/database"
	"ahtbot/internal/store"
)

// startChild starts a child, gives heard each line it writes, and closes ended after the
// last. The end of the test kills it.
func startChild(t *testing.T, program string, heard func(line string), env ...string) (cmd *exec.Cmd, ended <-chan struct{}) {
	t.Helper()
	path, err := exec.LookPath(program) // testscript has put it there
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.CommandContext(t.Context(), path)
	cmd.Env, cmd.Stderr = append(os.Environ(), env...), os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			heard(lines.Text())
		}
	}()
	return cmd, over
}

// childParts are what a child process of a test shares with its siblings: the database, and
// a bot that runs against the simulated Slack. What fails ends the child.
func childParts(ctx context.Context) (store.Store, *bot.Bot) {
	db, err := database.OpenStore(ctx, os.Getenv("CHILD_DATABASE"), "test")
	if err != nil {
		panic(err)
	}
	b, err := apptest.Bot(os.Getenv("CHILD_SLACK"), nil)
	if err != nil {
		panic(err)
	}
	go func() { panic(b.Run(ctx)) }()
	return db, b
}

// halter stops a child at its step: it says so and stays there, to be killed.
type halter string

func (h halter) at(step string) {
	if string(h) == step {
		fmt.Println("halted")
		select {}
	}
}
