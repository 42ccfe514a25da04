package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"ahtbot/cmd/ahtbot/settings"
)

// process is the streams a subcommand works with.
type process struct {
	in       io.Reader
	out, err io.Writer
}

// errSaid is an error whose words the person has already read.
var errSaid = errors.New("said already")

// readSettings reads the environment. The error is for the person who set it.
func readSettings(n settings.Need) (settings.Settings, error) {
	s, err := settings.Read(n, release())
	if err != nil {
		err = fmt.Errorf("some settings need mending:\n%w\nTry: ahtbot run -h for all settings, or ahtbot demo to look around without any", err)
	}
	return s, err
}

// version is set by the release build: -ldflags "-X main.version=v1.2.3".
var version string

// release is what this binary calls itself: the stamp, else what Go knows of the checkout.
func release() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return cmp.Or(version, "devel")
	}
	return cmp.Or(version, info.Main.Version, "devel")
}

func versionCommand(_ context.Context, _ []string, p process) error {
	_, err := fmt.Fprintf(p.out, "ahtbot %s %s %s/%s\n", release(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
