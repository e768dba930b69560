package history

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

func TestBriefCutsLongTexts(t *testing.T) {
	assert.Equal(t, Brief("dog"), "dog")
	assert.Equal(t, Brief(strings.Repeat("x", 200)), strings.Repeat("x", 200))
	assert.Equal(t, Brief(strings.Repeat("x", 201)), strings.Repeat("x", 200)+"… (201 bytes)")
	assert.Equal(t, Brief("x"+strings.Repeat("é", 500)), "x"+strings.Repeat("é", 99)+"… (1001 bytes)")
	assert.Equal(t, BriefList(nil), "")
	assert.Equal(t, BriefList([]string{"dog", "\x1b[31m\n"}), `"dog", "\x1b[31m\n"`)
	assert.Equal(t, BriefList(make([]string, 12)), `"", "", "", "", "", "", "", "", "", "" and 2 more`)
}

// Neither a page nor a verdict grows with the texts that clients write, and no text ends
// the page's script.
func TestLongTextsAreCutInPagesAndVerdicts(t *testing.T) {
	const evil = `</script><script>alert(1)</script>`
	long := evil + strings.Repeat("\u2028", 100_000)
	ops := []Call{
		{Command: queue.PutTopic.With(long), Call: 1, Return: 2, Outcome: Done, Result: machine.Result{OK: true}},
		{Command: queue.PutMessage.With(long, long), Call: 3, Return: 4, Outcome: Done, Result: machine.Result{OK: true}},
		{Command: queue.PopMessage.With(long), Call: 5, Return: 6, Outcome: Done, Result: machine.Result{OK: true, Text: long}},
		{Command: queue.GetTopics.With(), Call: 7, Return: 8, Outcome: Done, Result: machine.Result{OK: true, List: []string{long}}},
	}
	var page, empty bytes.Buffer
	assert.NilError(t, Picture(context.Background(), &page, History{Calls: ops}, Options{}))
	assert.NilError(t, Picture(context.Background(), &empty, History{}, Options{}))
	assert.Assert(t, page.Len() < empty.Len()+20_000, "%d bytes", page.Len())
	assert.Equal(t, strings.Count(page.String(), "</script"), strings.Count(empty.String(), "</script"))

	twice := append(ops[:3:3], ops[2])
	twice[3].Call, twice[3].Return = 7, 8
	r := Check(context.Background(), History{Calls: twice}, Options{})
	assert.Equal(t, r.State(), Violated)
	ops = append(ops, ops[3])
	ops[4].Call, ops[4].Return, ops[4].Result.List = 9, 10, []string{"dog"}
	other := Check(context.Background(), History{Calls: ops}, Options{})
	assert.Equal(t, other.State(), Violated)
	for _, v := range append(r.Verdicts, other.Verdicts...) {
		assert.Assert(t, len(v.Words) < 5_000, "%d bytes", len(v.Words))
	}
}
