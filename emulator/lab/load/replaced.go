package load

import (
	"context"
	"time"

	"rrmq.example/emulator/emulator/check/history"
)

// lookEvery is how often a run looks whether its cluster was replaced.
const lookEvery = time.Second

// untilReplaced returns a context that also ends when the emulator replaces its cluster.
// The function that it returns ends the watch for that.
func (r *run) untilReplaced(ctx context.Context) (context.Context, context.CancelFunc) {
	working, cancel := context.WithCancel(ctx)
	if r.cluster.admin == nil {
		return working, cancel
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		look := time.NewTicker(lookEvery)
		defer look.Stop()
		for {
			select {
			case <-working.Done():
				return
			case <-look.C:
			}
			if r.isReplaced(working) {
				cancel()
			}
		}
	}()
	return working, func() {
		cancel()
		<-ended
	}
}

// isReplaced asks the emulator whether it hosts another cluster now. An emulator that does
// not answer may be busy.
func (r *run) isReplaced(ctx context.Context) bool {
	if r.cluster.admin == nil {
		return false
	}
	now, err := r.cluster.admin.read(ctx)
	return err == nil && now.RunID != r.cluster.admin.start.RunID
}

// undecide leaves every check open: the requests went to different clusters.
func undecide(report *history.Report) {
	for i := range report.Verdicts {
		v := &report.Verdicts[i]
		*v = history.Verdict{Name: v.Name, State: history.Open, Words: ErrReplaced.Error()}
	}
}
