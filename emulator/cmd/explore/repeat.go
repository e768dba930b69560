package explore

import (
	"context"
	"errors"
	"fmt"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/explore"
)

// repeatOne is -only: it does one run and prints its schedule as a fixture. The verdict
// goes to standard error, so that standard output is a file for emulator run.
func (o *options) repeatOne(ctx context.Context, c *cli.Call) error {
	r, err := explore.Run(ctx, o.Options, o.only)
	switch {
	case errors.Is(err, explore.ErrOptions):
		return cli.WithCode(cli.Usage, err)
	case err != nil:
		return cli.WithCode(cli.Environment, err)
	}
	if _, err := c.Stdout.Write(r.Fixture.TOML()); err != nil {
		return cli.WithCode(cli.Environment, err)
	}
	switch {
	case r.Failed():
		fmt.Fprintf(c.Stderr, "run %d fails %s: %s\n", r.Run, r.Finding.Check, r.Finding.Seen)
		return cli.Exit(cli.Failed)
	case ctx.Err() != nil:
		return cli.Undecidedf("interrupted")
	}
	fmt.Fprintf(c.Stderr, "run %d: nothing failed\n", r.Run)
	return nil
}
