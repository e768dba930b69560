package oracle

import (
	"math/rand/v2"
	"testing"

	"gotest.tools/v3/assert"
)

func TestAtFindsWhatAWalkFromTheEndFinds(t *testing.T) {
	var tr tree
	tr.clear(commandOf)
	random := rand.New(rand.NewPCG(1, 2))
	tips := []*entry{tr.root}
	for k := range 3000 {
		e := tr.after(tips[random.IntN(len(tips))], 1+random.Uint64N(3), Command{Topic: string(rune(k))})
		if random.IntN(8) == 0 {
			tips = append(tips, e)
		} else {
			tips[random.IntN(len(tips))] = e
		}
	}
	for _, tip := range tips {
		for e := tip; e.index > 0; e = e.parent {
			assert.Assert(t, tip.at(e.index) == e)
			assert.Assert(t, tip.holds(e))
		}
		assert.Assert(t, tip.at(tip.index+1) == nil)
	}
}

// Reference: Figure 3, Log Matching.
func TestSameEntryAfterSameParentIsOneEntry(t *testing.T) {
	var tr tree
	tr.clear(commandOf)
	a, b := &Command{Op: "put_topic", Topic: "a"}, &Command{Op: "put_topic", Topic: "a"}
	one := tr.grow(tr.root, []Entry{{1, a}, {1, nil}, {2, a}})
	assert.Assert(t, one == tr.grow(tr.root, []Entry{{1, b}, {1, nil}, {2, b}}), "values of equal commands are the same")
	assert.Assert(t, one != tr.grow(tr.root, []Entry{{1, a}, {1, nil}, {3, a}}))
	assert.Assert(t, one != tr.grow(tr.root, []Entry{{1, a}, {1, a}, {2, a}}))
	assert.Assert(t, tr.ends(one, []Entry{{1, nil}, {2, b}}))
	assert.Assert(t, !tr.ends(one, []Entry{{1, nil}, {2, nil}}))
	assert.Assert(t, !tr.ends(tr.root, []Entry{{1, nil}}))
	used := tr.used
	tr.clear(commandOf)
	assert.Assert(t, tr.root.child == nil && tr.used < used)
}
