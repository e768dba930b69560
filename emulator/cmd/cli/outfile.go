package cli

import (
	"bytes"
	"fmt"

	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/text/outfile"
)

// TraceFile says which files a trace may replace.
func TraceFile(overwrite bool, inputs ...string) outfile.Options {
	return outfile.Options{Inputs: inputs, Overwrite: overwrite, Mine: trace.Begins, Kind: "trace"}
}

// PictureFile says which files a picture of the clients' history may replace.
func PictureFile(overwrite bool, inputs ...string) outfile.Options {
	return outfile.Options{
		Inputs: inputs, Overwrite: overwrite, Kind: "picture of a history",
		Mine: func(head []byte) bool {
			return bytes.HasPrefix(head, []byte("<!doctype html>")) && bytes.Contains(head, []byte("Porcupine"))
		},
	}
}

// written begins each fixture that a command has written. A fixture without it may be a
// user's own work.
const written = "# Written by emulator "

// FixtureFile says which files a fixture may replace that a command writes: only such as
// were written by one.
func FixtureFile(overwrite bool, inputs ...string) outfile.Options {
	return outfile.Options{
		Inputs: inputs, Overwrite: overwrite, Kind: "fixture of the program's own",
		Mine: func(head []byte) bool { return bytes.HasPrefix(head, []byte(written)) },
	}
}

// WriteFixture puts a fixture into its file. command is the one that writes it, such as
// "replay -freeze".
func WriteFixture(out *outfile.File, command string, toml []byte) error {
	fmt.Fprintf(out, "%s%s.\n", written, command)
	if _, err := out.Write(toml); err != nil {
		return err
	}
	return out.Commit()
}
