package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"rrmq.example/emulator/emulator/text/outfile"
)

// UntilSignal returns a context that ends with the first signal that ends the program: an
// interrupt, a request to terminate, or a hang-up, unless nohup has the program outlive its
// terminal. A second signal ends the program at once, and leaves no file half written.
func UntilSignal() context.Context {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	context.AfterFunc(ctx, func() {
		second := make(chan os.Signal, 1)
		signal.Notify(second, ends...)
		stop()
		dieOf(<-second)
	})
	return ctx
}

// dieOf ends the program by a signal.
func dieOf(s os.Signal) {
	outfile.RemoveUnfinished()
	signal.Reset(s)
	if self, err := os.FindProcess(os.Getpid()); err != nil || self.Signal(s) != nil {
		os.Exit(Undecided) // a system without such signals
	}
}
