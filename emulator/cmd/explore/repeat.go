package explore

import (
	"context"
	"errors"
	"fmt"
	"io"

	"rrmq.example/emulator/emulator/lab/explore"
)

// repeat is -run: one run, whose schedule is printed as a fixture. How it came out is
// said on standard error, so that standard output is a file for emulator run.
func repeat(ctx context.Context, f *flags, stdout, stderr io.Writer) int {
	r, err := explore.Run(ctx, f.options, f.run)
	if err != nil {
		fmt.Fprintf(stderr, "emulator explore: %v\n", err)
		if errors.Is(err, explore.ErrOptions) {
			return Usage
		}
		return Environment
	}
	if _, err := stdout.Write(r.Fixture.TOML()); err != nil {
		fmt.Fprintf(stderr, "emulator explore: %v\n", err)
		return Environment
	}
	switch {
	case r.Failed():
		fmt.Fprintf(stderr, "run %d fails %s: %s\n", r.Run, r.Finding.Check, r.Finding.Seen)
		return Found
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "emulator explore: interrupted")
		return Interrupted
	}
	fmt.Fprintf(stderr, "run %d: nothing failed\n", r.Run)
	return Nothing
}
