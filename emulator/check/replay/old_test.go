package replay_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/replay"
)

// A file that an older version has written is repeated record by record: the repetition makes
// none of the records and keys that came later.
func TestFileRepeatsOlderFormats(t *testing.T) {
	for format, records := range map[int]uint64{1: 44, 2: 283} {
		t.Run(fmt.Sprint(format), func(t *testing.T) {
			file, err := os.ReadFile(fmt.Sprintf("testdata/format_%d.jsonl", format))
			assert.NilError(t, err)
			var runs []replay.Run
			assert.NilError(t, replay.File(bytes.NewReader(file), func(r replay.Run) { runs = append(runs, r) }))
			assert.Equal(t, len(runs), 1)
			assert.Equal(t, runs[0].Records, records)
			assert.Equal(t, runs[0].Ending.Format, format)
			assert.Assert(t, runs[0].Ending.Whole())
		})
	}
}
