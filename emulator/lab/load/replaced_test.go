package load

import (
	"context"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator"
	"rrmq.example/emulator/emulator/check/history"
)

// loading is a load of a cluster while it runs.
type loading struct {
	report *Report
	err    error
	ended  chan struct{}
}

func startLoad(t *testing.T, c *emulator.Cluster, change func(*Options)) *loading {
	t.Helper()
	target, err := AskAdmin(t.Context(), c.AdminURL)
	assert.NilError(t, err)
	l := &loading{ended: make(chan struct{})}
	o := testOptions()
	o.Requests, o.Duration = 0, time.Hour
	change(&o)
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	go func() {
		defer cancel()
		defer close(l.ended)
		l.report, l.err = Run(ctx, target, o)
	}()
	return l
}

// A run ends undecided when its cluster is replaced, even by one with the same seed: what is
// missing then is not lost.
func TestLoadOfAReplacedCluster(t *testing.T) {
	noLeak(t)
	c := emulator.Start(t, "fresh_3")
	c.Wait("leader=unique")
	l := startLoad(t, c, func(*Options) {})
	c.Within(deadline).Wait("count=Request:>200")
	c.Load("fresh_3")
	<-l.ended
	assert.NilError(t, l.err)
	assert.Assert(t, l.report.Replaced && !l.report.Interrupted)
	assert.Equal(t, len(l.report.Check.Verdicts), 5)
	for _, v := range l.report.Check.Verdicts {
		assert.Equal(t, v.State, history.Open)
		assert.Equal(t, v.Words, "the cluster was replaced")
	}
	var text strings.Builder
	l.report.WriteText(&text)
	assert.Assert(t, strings.Contains(text.String(), "The cluster was replaced during the run"), text.String())
}

func TestClusterIsReplacedWhileTopicsAreCreated(t *testing.T) {
	noLeak(t)
	c := emulator.Start(t, "fresh_3")
	c.Wait("leader=unique")
	c.Partition([][]int{{0}, {1}, {2}})
	l := startLoad(t, c, func(o *Options) { o.Patience = time.Hour })
	c.Within(deadline).Wait("count=Request:>0")
	c.Load("crashed_majority")
	<-l.ended
	assert.ErrorIs(t, l.err, ErrReplaced)
}
