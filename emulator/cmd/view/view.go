// Package view is the subcommand emulator view: it serves the page for a recorded trace.
package view

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/serve/view"
	"rrmq.example/emulator/emulator/sim/trace"
)

// options are what the flags say.
type options struct{ port int }

// Command is emulator view.
func Command() *cli.Command {
	var o options
	return &cli.Command{
		Name:     "view",
		Operands: "TRACE", Min: 1, Max: 1,
		Summary: "show a recorded run (-trace) in a browser",
		About: `Serves the page that shows a cluster for a recorded trace (emulator -trace, emulator run
-traces), without a cluster: the run can be played forwards and backwards. One line of JSON on
standard output has the URL to open in a browser. The command ends with an interrupt.

A trace may have several runs, be of an older format, be cut short, or still be written: it is
shown as it is at the start of the command. A TRACE of - is standard input.`,
		Flags: []*cli.Flag{
			cli.Int(&o.port, "port", 0, "serve the page on `PORT` of 127.0.0.1; 0: on any free port").Between(0, 65535),
		},
		Examples: cli.Examples{
			{"emulator run old_leader.toml -seed 7 -traces runs", "record a run,"},
			{"emulator view runs/old_leader-7.jsonl", "and see it in a browser"},
			{"zcat run.jsonl.gz | emulator view -", "a compressed trace"},
		},
		Exit: cli.Codes{
			cli.OK:    "fine, after an interrupt",
			cli.Usage: "bad usage, or the file is not a trace",
		},
		Run: o.run,
	}
}

// ready is the line that says where the page is.
type ready struct {
	Event   string `json:"event"` // "ready"
	URL     string `json:"url"`
	Name    string `json:"name"`
	Runs    int    `json:"runs"`
	Records uint64 `json:"records"`
}

// run serves the page until the context ends.
func (o *options) run(ctx context.Context, c *cli.Call) error {
	name := c.Args[0]
	file, err := o.input(ctx, c, name)
	if err != nil {
		return err
	}
	defer file.close()
	recorded, err := view.Open(file.name, file.in, file.at)
	if err != nil {
		return failure(ctx, name, err)
	}
	for _, note := range recorded.Notes() {
		fmt.Fprintf(c.Stderr, "%s: %s: note: %s\n", c.Command(), name, note)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(o.port)))
	if err != nil {
		return fmt.Errorf("-port: %w", err)
	}
	signal.Ignore(syscall.SIGPIPE) // the command outlives the readers of its standard output
	server := host.NewHTTPServer(view.Handler(recorded), slog.New(slog.NewTextHandler(c.Stderr, nil)))
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	line := ready{"ready", "http://" + listener.Addr().String() + "/", file.name, recorded.Runs(), recorded.Count()}
	if err = c.Announce(ctx, line); err != nil {
		err = fmt.Errorf("standard output: %w", err)
	} else {
		select {
		case <-ctx.Done():
		case err = <-served:
			return err
		}
	}
	_ = server.Close() // its only error would be that the listener is closed already
	if end := <-served; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}

// failure is the error of a trace that could not be opened.
func failure(ctx context.Context, name string, err error) error {
	err = fmt.Errorf("%s: %w", name, err)
	switch {
	case ctx.Err() != nil:
		return cli.Undecidedf("%s: interrupted", name)
	case errors.Is(err, trace.ErrNotTrace):
		return cli.WithCode(cli.Usage, err)
	}
	return err
}

// An input is a trace that is read once, and again at any place.
type input struct {
	name  string
	in    io.Reader
	at    io.ReaderAt
	close func()
}

// input opens a trace. A temporary file keeps the content of a pipe.
func (o *options) input(ctx context.Context, c *cli.Call, name string) (*input, error) {
	in, err := cli.Input(ctx, name, c.Stdin)
	if err != nil {
		return nil, failure(ctx, name, err)
	}
	if info, err := os.Stat(name); name != cli.Stream && err == nil && info.Mode().IsRegular() {
		if file, err := os.Open(name); err == nil {
			return &input{filepath.Base(name), in, file, func() { _, _ = in.Close(), file.Close() }}, nil
		}
	}
	kept, err := os.CreateTemp("", "emulator-view-*.jsonl")
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	shown := filepath.Base(name)
	if name == cli.Stream {
		shown = "standard input"
	}
	return &input{shown, io.TeeReader(in, kept), kept, func() {
		_, _, _ = in.Close(), kept.Close(), os.Remove(kept.Name())
	}}, nil
}
