package tests

import (
	"fmt"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// Clusters of every size elect one leader and commit on all nodes.
func TestClustersOfOtherSizesElect(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 3, 5, 13, 101} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			electAndCommit(t, size)
		})
	}
}

// A thousand nodes in one process: they start, elect and commit. The race
// detector makes that slow, so there are fewer with it.
func TestThousandNodesElect(t *testing.T) {
	t.Parallel()
	size := 1001
	if raceEnabled {
		size = 301
	}
	electAndCommit(t, size)
}

func electAndCommit(t *testing.T, size int) {
	began := time.Now()
	p := start(t, "-nodes", fmt.Sprint(size))
	up := time.Since(began)
	leader := p.nodes[p.admin.leader()]
	elected := time.Since(began)
	assert.Assert(t, is(leader.putTopic("dog"), 201, success))
	assert.Assert(t, is(leader.putMessage("dog", "wuff"), 201, success))
	p.admin.wait("applied=2", "leader=unique")
	t.Logf("%d nodes: ready after %v, a leader after %v, committed on all after %v", size, up, elected, time.Since(began))
	for _, n := range []*node{p.nodes[0], p.nodes[size/2], p.nodes[size-1]} {
		assert.Check(t, n.holds(`dog: ["wuff"]`, 2))
	}
	leaders := 0
	var list struct{ Nodes []view }
	p.admin.ok("GET", "/v1/nodes?log=0", "", &list)
	for _, v := range list.Nodes {
		if v.leads() {
			leaders++
		}
	}
	assert.Equal(t, leaders, 1)
}
