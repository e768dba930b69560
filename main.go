// Emulator hosts a whole Raft message-queue cluster in one process, seeded from
// a fixture, to be broken and healed over HTTP while tests run. See README.md.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"rrmq.example/emulator/emulator/cmd"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := cmd.Main(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
