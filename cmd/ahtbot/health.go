package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"ahtbot/internal/ops"
)

// healthCommand asks the process that runs beside it, as a container's health check. It
// reads HTTP_ADDR alone, so that it needs no secret.
func healthCommand(ctx context.Context, _ []string, p process) error {
	addr, set := os.LookupEnv("HTTP_ADDR")
	if addr = strings.TrimSpace(addr); !set {
		addr = "127.0.0.1:8080"
	}
	if addr == "" {
		return errors.New("HTTP_ADDR is set to nothing, so health can't be asked. Set it to 127.0.0.1:8080")
	}
	if err := ops.Probe(ctx, addr); err != nil {
		return err
	}
	_, err := fmt.Fprintln(p.out, "ready")
	return err
}
