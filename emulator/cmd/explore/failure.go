package explore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"strings"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/explore"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/outfile"
	"rrmq.example/emulator/raft"
)

// A failure is one in the report.
type failure struct {
	Run       int    `json:"run"`
	Seed      uint64 `json:"seed"` // of the run
	Check     string `json:"check"`
	Seen      string `json:"seen"`
	Command   string `json:"command"` // repeats the run as it was found
	Steps     int    `json:"steps"`   // before it was made small
	File      string `json:"file,omitempty"`
	FileSteps int    `json:"file_steps,omitempty"`
	FileNodes int    `json:"file_nodes,omitempty"`
	Shrunk    int    `json:"shrink_runs"`
	Minimal   bool   `json:"minimal"` // no step can be left out

	verdict *scenario.Verdict // of the file; nil: none was written
}

// shrinkAndWrite makes a failure small and writes it. An error means that it cannot
// be written, or does not fail again; the failure is reported even then.
func shrinkAndWrite(ctx context.Context, o *options, r *explore.Result, line *cli.Line) (failure, error) {
	found := failure{
		Run: r.Run, Seed: r.Seed, Check: r.Finding.Check, Seen: r.Finding.Seen,
		Command: o.command(r.Run), Steps: len(r.Fixture.Scenario.Steps),
	}
	small := r.Fixture
	if o.Shrink > 0 && ctx.Err() == nil {
		s, err := explore.Shrink(ctx, r, o.Shrink, func(runs, steps int) {
			line.Tell(func() string {
				return fmt.Sprintf("run %d fails %s: making it small, %s left after %s", r.Run, r.Finding.Check, text.Count(steps, "step"), text.Count(runs, "run"))
			})
		})
		if err != nil && ctx.Err() == nil {
			return found, err
		}
		if err == nil {
			small, found.Seen = s.Fixture, s.Finding.Seen
			found.Shrunk, found.Minimal = s.Runs, s.Whole
		}
	}
	file, err := o.write(&found, small)
	if err == nil {
		found.File, found.FileSteps, found.FileNodes = file, len(small.Scenario.Steps), len(small.Nodes)
	}
	return found, err
}

// write writes a failure to a file, after its text was read back and failed again.
func (o *options) write(found *failure, f *fixture.Fixture) (string, error) {
	if err := os.MkdirAll(o.out, 0o777); err != nil {
		return "", fmt.Errorf("-out: %w", err)
	}
	name := fmt.Sprintf("%s-%d", found.Check, found.Seed)
	named := *f
	named.Name = name
	named.Description = fmt.Sprintf("A schedule that fails %s.", found.Check)
	file := filepath.Join(o.out, name+".toml")
	text := append(comments(found, file), named.TOML()...)
	verdict, err := o.verify(file, text, &named, found.Check)
	if err != nil {
		return "", err
	}
	found.verdict = verdict
	out, err := outfile.Create(file, outfile.Options{
		Inputs: []string{o.name}, Overwrite: o.overwrite, Kind: "failure that emulator explore has found",
		Mine: func(head []byte) bool { return bytes.HasPrefix(head, []byte(foundBy)) },
	})
	if err == nil {
		defer out.Abort()
		_, _ = out.Write(text) // Commit returns its error
		err = out.Commit()
	}
	if err != nil {
		return "", fmt.Errorf("-out: %w", err)
	}
	return file, nil
}

// foundBy begins each file that is written, before the command.
const foundBy = "# Found by "

// comments returns the comments above a failure's fixture.
func comments(found *failure, file string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s%s\n", foundBy, found.Command)
	fmt.Fprintf(&b, "# It fails %s:\n", found.Check)
	for _, line := range strings.Split(found.Seen, "\n") {
		fmt.Fprintf(&b, "#   %s\n", line)
	}
	fmt.Fprintf(&b, "# Again: %s\n\n", scenario.Command(file, found.Seed, false))
	return b.Bytes()
}

// errDiffers: a fixture's text gives another run than the fixture.
var errDiffers = errors.New("the failure's file would give another run")

// verify runs the fixture and its text. Both must fail the check, and make the same
// records. Verdicts also have words and line numbers, which may differ: a fixture in memory
// has no lines. The verdict is that of the text.
func (o *options) verify(file string, text []byte, f *fixture.Fixture, check string) (*scenario.Verdict, error) {
	read, err := fixture.Parse(file, text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDiffers, err)
	}
	var v scenario.Verdict
	var tapes [2]*tape
	for i, fixture := range []*fixture.Fixture{f, read} {
		tapes[i] = &tape{hash: sha256.New()}
		// Two runs are quick, so an interrupt does not stop them.
		v, err = scenario.Run(context.Background(), fixture, scenario.Options{
			File: file, Monitors: []world.Monitor{tapes[i]}, Excerpt: o.reports.PlaysRuns(),
		})
		if err != nil {
			return nil, err
		}
		if _, ok := explore.Fails(&v, check); !ok {
			return nil, fmt.Errorf("%w: it does not fail %s", errDiffers, check)
		}
	}
	if a, b := tapes[0], tapes[1]; !bytes.Equal(a.hash.Sum(nil), b.hash.Sum(nil)) {
		return nil, fmt.Errorf("%w: its %d records are not the %d that were found", errDiffers, b.records, a.records)
	}
	return &v, nil
}

// A tape has the hash of all records of a run.
type tape struct {
	hash    hash.Hash
	records int
	line    []byte
}

// LogChanged implements world.Monitor.
func (*tape) LogChanged(*world.World, raft.NodeID, raft.Index) {}

// Record implements world.Monitor.
func (t *tape) Record(_ *world.World, r *trace.Record) {
	t.records++
	t.line = append(r.AppendJSON(t.line[:0]), '\n')
	t.hash.Write(t.line)
}
