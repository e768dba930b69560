package condition_test

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/condition"
)

func TestAnswerConditions(t *testing.T) {
	w := load(t, "fresh_1")
	list := map[string][]condition.Answer{
		"waits":   {{}},
		"done":    {{Status: condition.AnswerOK}},
		"got":     {{Status: condition.AnswerOK, Message: "x", HasMessage: true}},
		"listed":  {{Status: condition.AnswerOK, Topics: []string{"dog", "cat"}, HasTopics: true}},
		"usurped": {{Status: condition.AnswerOK, ByFollower: true}},
		"refused": {{Status: condition.AnswerRefused}},
		"lost":    {{Status: condition.AnswerLost}},
		"many":    {{Status: condition.AnswerOK}, {Status: condition.AnswerOK}, {Status: condition.AnswerRefused}, {}},
		"alike":   {{Status: condition.AnswerOK}, {Status: condition.AnswerOK}},
	}
	env := condition.Env{Answers: func(request string) []condition.Answer { return list[request] }}
	many := `of 4 requests many so far 2 were answered with success, 1 with {"success": false}, 0 were lost and 1 are not answered yet`
	for _, c := range []struct {
		text string
		want bool
		seen string
	}{
		{"answer=later:ok", false, "later was not sent yet"},
		{"answer=later:none", true, "later was not sent yet"},
		{"answer=waits:none", true, "waits is not answered yet"},
		{"answer=waits:lost", false, "waits is not answered yet"},
		{"answer=done:ok", true, "done was answered with success"},
		{"answer=done:none", false, "done was answered with success"},
		{`answer=done:""`, false, "done was answered with success"},
		{"answer=got:ok", true, `got was answered with the message "x"`},
		{`answer=got:"x"`, true, `got was answered with the message "x"`},
		{`answer=got:"y"`, false, `got was answered with the message "x"`},
		{"answer=listed:ok", true, `listed was answered with the topics ["dog", "cat"]`},
		{`answer=listed:["dog", "cat"]`, true, `listed was answered with the topics ["dog", "cat"]`},
		{`answer=listed:["cat", "dog"]`, false, `listed was answered with the topics ["dog", "cat"]`},
		{`answer=listed:[]`, false, `listed was answered with the topics ["dog", "cat"]`},
		{`answer=done:[]`, false, "done was answered with success"},
		{"answer=done:by_follower", false, "done was answered with success"},
		{"answer=refused:by_follower", false, `refused was answered with {"success": false}`},
		{"answer=usurped:by_follower", true, "usurped was answered with success, by a node that did not lead"},
		{"answer=usurped:ok", true, "usurped was answered with success, by a node that did not lead"},
		{"answer=refused:refused", true, `refused was answered with {"success": false}`},
		{"answer=refused:lost", false, `refused was answered with {"success": false}`},
		{"answer=lost:lost", true, "lost was cut off, or not answered in time"},
		{"answer=many:ok", false, many},
		{"answer=alike:ok", true, `of 2 requests alike so far 2 were answered with success, 0 with {"success": false}, 0 were lost and 0 are not answered yet`},
		{"answers=many:ok:2", true, many},
		{"answers=many:ok:=1", false, many},
		{"answers=many:refused:1", true, many},
		{"answers=many:none:=1", true, many},
		{"answers=many:lost:=0", true, many},
		{"answers=later:ok:0", true, "later was not sent yet"},
	} {
		t.Run(c.text, func(t *testing.T) { checkIn(t, w, env, c.text, c.want, c.seen) })
	}
}

// Each answer is counted once, in whatever order answers come.
func TestAnswersAreCountedAsTheyArrive(t *testing.T) {
	w := load(t, "fresh_1")
	list := make([]condition.Answer, 4)
	env := condition.Env{Answers: func(string) []condition.Answer { return list }}
	watch := one(t, "answers=load:ok:3", env)
	for _, k := range []int{2, 0, 3} {
		assert.Assert(t, !watch.Holds(w))
		list[k].Status = condition.AnswerOK
	}
	assert.Assert(t, watch.Holds(w))
	list = list[:2]
	assert.Assert(t, !watch.Holds(w))
}
