package oracle

import (
	"testing"

	"gotest.tools/v3/assert"
)

func TestModelAnswersLikeTheQueueOnEachBranch(t *testing.T) {
	o := New()
	o.Begin(Setup{Servers: 2})
	put := func(e *entry, term uint64, c Command) (*entry, result, *model) {
		e = o.tree.after(e, term, &c)
		m := o.apply(e)
		return e, e.result, m
	}
	e, r, _ := put(o.tree.root, 1, Command{Op: "put_topic", Topic: "dog"})
	assert.Assert(t, r.ok)
	e, r, _ = put(e, 1, Command{Op: "put_topic", Topic: "dog"})
	assert.Assert(t, !r.ok)
	e, r, _ = put(e, 1, Command{Op: "put_message", Topic: "cat", Message: "miau"})
	assert.Assert(t, !r.ok)
	e, r, _ = put(e, 1, Command{Op: "put_message", Topic: "dog", Message: "wuff"})
	assert.Assert(t, r.ok)
	fork := e
	e, r, m := put(e, 1, Command{Op: "get_topics"})
	assert.Assert(t, r.ok)
	assert.DeepEqual(t, m.topics[:r.topics], []string{"dog"})
	e, r, _ = put(e, 1, Command{Op: "get_message", Topic: "dog"})
	assert.Assert(t, r.ok && commandOf(r.popped.value).Message == "wuff")
	_, r, _ = put(e, 1, Command{Op: "get_message", Topic: "dog"})
	assert.Assert(t, !r.ok)
	_, r, _ = put(e, 1, Command{})
	assert.Assert(t, !r.ok)

	_, r, _ = put(fork, 2, Command{Op: "get_message", Topic: "dog"})
	assert.Assert(t, r.ok && commandOf(r.popped.value).Message == "wuff", "another log, another queue")
	for term := range uint64(9) {
		put(fork, 3+term, Command{Op: "get_message", Topic: "dog"})
	}
	assert.Equal(t, len(o.models), 2, "no more models than servers")
	o.apply(e)
	assert.Assert(t, e.result.ok, "a known result stays")
}
