package emulator

import (
	"io"

	"rrmq.example/emulator/emulator/check/replay"
	"rrmq.example/emulator/emulator/sim/trace"
)

// Errors of Replay.
var (
	// ErrNotTrace: the file is not one that -trace has written.
	ErrNotTrace = trace.ErrNotTrace
	// ErrDiffers: the repetition went another way than the trace says.
	ErrDiffers = replay.ErrDiffers
)

// A Run is what Replay found out about one run of a trace file.
type Run = replay.Run

// Replay repeats the runs of a trace file in virtual time and compares every record
// with the one in the file. It calls each with what it found out, run by run. The
// error is ErrNotTrace or ErrDiffers, with the line, or that of reading.
func Replay(file io.Reader, each func(Run)) error { return replay.File(file, each) }
