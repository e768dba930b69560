package scenario

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/play"
)

// A trail is about the nodes that the condition names.
func TestTrailIsAboutTheNamedNodes(t *testing.T) {
	for c, want := range map[string]string{
		"leader=2":                  "2",
		"leader=unique":             "",
		"leader=none":               "",
		"leader=old":                "old",
		"role=1,old:Follower":       "1,old",
		"role=all:Follower":         "",
		"term=5":                    "",
		"term=2:5":                  "2",
		"committed=0,1:>=3":         "0,1",
		"logs_equal=0,1":            "0,1",
		"logs_equal=all":            "",
		"queue=1:dog:[\"a:b\"]":     "1",
		"event=BecomeLeader":        "",
		"event=BecomeLeader:2":      "2",
		"count=RequestVote:0":       "",
		"count=RequestVote:0,1:>=3": "0,1",
		"answer=w:ok":               "",
		"answers=w:ok:3":            "",
	} {
		assert.Equal(t, strings.Join(nodesOf(c), ","), want, c)
	}
}

// A trail is short, lists a repeated event once, and is about the named nodes.
func TestTrailIsShort(t *testing.T) {
	p := settled(t, 3).
		then("", play.Cut{Isolate: []play.Who{id(0)}}).
		within(1000*ms, "", "role=0:Follower").
		within(1000*ms, "", "role=old:Follower").
		within(1000*ms, "", "leader=0", "role=0:Follower")
	trail := p.run().Findings[0].Trail
	assert.DeepEqual(t, trail[:2], []string{
		"at 0 ms node 0 began as a leader of term 1 with an empty log, committed up to 0",
		"at 0 ms the network was partitioned: nothing goes from node 0 to 1, 0 to 2, 1 to 0, 2 to 0",
	})
	assert.Assert(t, len(trail) <= trailLength, "%q", trail)
	for _, line := range trail {
		assert.Check(t, !strings.Contains(line, "to node 1 "), line)
	}
	all := p.run().Findings[1].Trail
	assert.Equal(t, len(all), trailLength)
	assert.Assert(t, strings.Contains(strings.Join(all, "\n"), "times before)"), "%q", all)
}

// A finding says what keeps the cluster from its work, or why the client was refused.
func TestFindingSaysWhy(t *testing.T) {
	cut := settled(t, 3).
		then("", play.Cut{Isolate: []play.Who{id(0)}}).
		within(100*ms, "", "role=0:Follower")
	assert.Assert(t, strings.Contains(cut.run().Findings[0].Why, "reaches only 1 of 3 nodes"), cut.run().Findings[0].Why)
	calm := settled(t, 3).within(100*ms, "", "role=0:Follower")
	assert.Equal(t, calm.run().Findings[0].Why, "")
}
