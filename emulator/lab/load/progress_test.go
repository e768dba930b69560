package load

import (
	"runtime"
	"testing"

	"gotest.tools/v3/assert"
)

// A run can be asked for its progress at any time.
func TestProgress(t *testing.T) {
	f := newFake(t)
	o, progress := testOptions(), &Progress{}
	_, ok := progress.Now()
	assert.Assert(t, !ok)
	o.Progress = progress
	done := make(chan struct{})
	go func() { // asks all the time
		defer close(done)
		for {
			if s, _ := progress.Now(); s.Phase == PhaseCheck {
				return
			}
			runtime.Gosched()
		}
	}()
	_, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	<-done
	progress.begin(progress.run, PhaseLoad, progress.run.load)
	s, ok := progress.Now()
	assert.Assert(t, ok)
	assert.Equal(t, s.Requests, Counts{Done: 400})
	assert.Assert(t, s.P99 >= s.P50 && s.Rate > 0)
}
