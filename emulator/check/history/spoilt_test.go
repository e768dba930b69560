package history

import (
	"math/rand/v2"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/mqapi/queue"
)

func TestRandomHistoriesOfACorrectQueue(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := plan{
			ops: 200 + r.IntN(800), clients: 1 + r.IntN(20), topics: 1 + r.IntN(4),
			silent: float64(r.IntN(3)) * 0.02, indices: r.IntN(2) == 0, bare: r.IntN(2) == 0,
		}
		report := Check(t.Context(), generate(r, p), Options{Timeout: 20 * time.Second})
		assert.Equal(t, report.State(), Held, "seed %d, %+v: %+v", seed, p, report)
	}
}

// Check finds one spoilt message in a long history, and names the right check.
func TestSpoiltMessageIsFound(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		h := generate(r, plan{ops: 600, clients: 1 + r.IntN(8), topics: 2, indices: r.IntN(2) == 0})
		var pops []*Call
		for i := range h.Calls {
			if o := &h.Calls[i]; o.Command.Op == queue.PopMessage && o.Result.OK && o.Outcome == Done && o.Command.Args[0] == "t0" {
				pops = append(pops, o)
			}
		}
		if len(pops) < 20 {
			continue
		}
		k := r.IntN(len(pops) / 2)
		want := ""
		switch seed % 4 {
		case 0: // no client got it
			want = Lost
			pops[k].Outcome = Refused
		case 1:
			want = DeliveredTwice
			pops[len(pops)-1].Result.Text = pops[k].Result.Text
		case 2:
			want = Invented
			pops[k].Result.Text = "never put"
		case 3:
			want = OutOfOrder
			first, last := pops[k], pops[len(pops)-1]
			first.Result, last.Result = last.Result, first.Result
		}
		report := Check(t.Context(), h, Options{})
		v := report.Verdict(want)
		if want == OutOfOrder && v.State == Held {
			v = report.Verdict(Invented) // it was taken before it was put
		}
		assert.Equal(t, v.State, Violated, "seed %d: want %s: %+v", seed, want, report)
		assert.Equal(t, report.Verdict(Linearizable).State, Violated)
	}
}
