package host

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// readTrace returns the ending of each run in a trace, and the number of its records.
func readTrace(t *testing.T, in io.Reader) (endings []trace.Ending, records []int) {
	t.Helper()
	r := trace.NewReader(in)
	for {
		_, err := r.Run()
		if err == io.EOF {
			return endings, records
		}
		assert.NilError(t, err)
		n := 0
		for ; ; n++ {
			if _, err = r.Record(); err != nil {
				break
			}
		}
		assert.Equal(t, err, io.EOF)
		endings, records = append(endings, r.Ending()), append(records, n)
	}
}

func fill(r *recorder, from, to uint64) {
	for seq := from; seq <= to; seq++ {
		r.record(&trace.Record{Seq: seq, Kind: trace.Apply, Node: raft.None})
	}
}

var quiet = slog.New(slog.DiscardHandler)

func TestRecorderEndsEachRunWithAMark(t *testing.T) {
	var out bytes.Buffer
	r := newRecorder(&out, limitsOf(Real), quiet)
	r.begin(fixture.Fresh(1), Real, nil)
	fill(r, 1, 3)
	r.begin(fixture.Fresh(3), Real, nil)
	fill(r, 1, 9000) // more than a chunk
	assert.NilError(t, r.close())
	endings, records := readTrace(t, &out)
	assert.DeepEqual(t, records, []int{3, 9000})
	assert.DeepEqual(t, []*trace.End{endings[0].Mark, endings[1].Mark},
		[]*trace.End{{Reason: trace.Replaced, Records: 3}, {Reason: trace.Closed, Records: 9000}})
	assert.DeepEqual(t, r.state(), Recording{})
}

// A world in real time never waits for what takes its trace. The trace ends with a mark as
// soon as it is read on.
func TestRecorderEndsWhenItsReaderIsTooSlow(t *testing.T) {
	in, out := io.Pipe()
	r := newRecorder(out, limits{unwritten: 1000, goodbye: time.Minute}, quiet)
	r.begin(fixture.Fresh(1), Real, nil)
	fill(r, 1, 10_000) // it would wait for ever
	assert.ErrorContains(t, r.state().Err, "the trace is not complete: what takes it is more than 0 MiB behind")
	missing := r.state().Missing
	var file bytes.Buffer
	read := make(chan error)
	go func() {
		_, err := io.Copy(&file, in)
		read <- err
	}()
	assert.ErrorContains(t, r.close(), "the trace is not complete")
	assert.NilError(t, out.Close())
	assert.NilError(t, <-read)
	endings, records := readTrace(t, &file)
	assert.Equal(t, uint64(records[0])+missing, uint64(10_000))
	assert.DeepEqual(t, endings[0].Mark, &trace.End{Reason: trace.TooSlow, Records: uint64(records[0]), Missing: missing})
}

// In virtual time the world waits for a slow reader that reads on.
func TestRecorderInVirtualTimeWaits(t *testing.T) {
	in, out := io.Pipe()
	r := newRecorder(out, limits{unwritten: 1000, patience: time.Minute, goodbye: time.Minute}, quiet)
	var file bytes.Buffer
	read := make(chan error)
	go func() {
		_, err := io.Copy(&file, in)
		read <- err
	}()
	r.begin(fixture.Fresh(1), Virtual, nil)
	fill(r, 1, 10_000)
	assert.NilError(t, r.close())
	assert.NilError(t, out.Close())
	assert.NilError(t, <-read)
	_, records := readTrace(t, &file)
	assert.DeepEqual(t, records, []int{10_000})
}

// Close does not wait for a reader that never reads.
func TestRecorderClosesWithoutItsReader(t *testing.T) {
	_, out := io.Pipe()
	r := newRecorder(out, limits{unwritten: 1000, goodbye: time.Millisecond}, quiet)
	r.begin(fixture.Fresh(1), Real, nil)
	fill(r, 1, 3)
	assert.ErrorIs(t, r.close(), errStandsStill)
	assert.NilError(t, out.Close())
}

// A file that fails gets no more, and what it lacks is counted.
func TestRecorderCountsWhatAFullDiskLacks(t *testing.T) {
	full := errors.New("disk full")
	var logs bytes.Buffer
	r := newRecorder(failing{full}, limitsOf(Real), slog.New(slog.NewTextHandler(&logs, nil)))
	r.begin(fixture.Fresh(1), Real, nil)
	fill(r, 1, 10)
	<-r.done
	fill(r, 11, 20)
	r.begin(fixture.Fresh(1), Real, nil)
	fill(r, 1, 5)
	assert.ErrorIs(t, r.close(), full)
	assert.Equal(t, r.state().Missing, uint64(25))
	assert.Equal(t, bytes.Count(logs.Bytes(), []byte("recording has stopped")), 1)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
