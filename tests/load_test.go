package tests

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
)

// Every embedded fixture can be loaded into one process after the other, and
// the cluster begins in the state that the fixture describes: the trace tells.
func TestEveryFixtureLoads(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_1", "-clock", "virtual")
	var list struct{ Fixtures []struct{ Name string } }
	p.admin.ok("GET", "/v1/fixtures", "", &list)
	assert.Assert(t, len(list.Fixtures) >= 24)
	var slowest, all time.Duration
	for _, info := range list.Fixtures {
		began := time.Now()
		p.load(info.Name)
		took := time.Since(began)
		slowest, all = max(slowest, took), all+took
		p.isAsIn(info.Name)
	}
	t.Logf("loaded %d fixtures in %v, the slowest in %v", len(list.Fixtures), all, slowest)
}

// load replaces the cluster by that of an embedded fixture.
func (p *program) load(name string) {
	p.t.Helper()
	var cluster struct {
		Fixture struct{ Name string }
		Nodes   []struct{ URL string }
	}
	p.admin.ok("PUT", "/v1/fixture", quote(map[string]string{"name": name}), &cluster)
	assert.Equal(p.t, cluster.Fixture.Name, name)
	var urls []string
	for _, n := range cluster.Nodes {
		urls = append(urls, n.URL)
	}
	p.setNodes(urls)
}

// isAsIn compares the cluster with a fixture.
func (p *program) isAsIn(name string) {
	p.t.Helper()
	f, err := fixture.Named(name)
	assert.NilError(p.t, err)
	views, began := p.admin.nodes(), map[int]state{}
	for _, e := range p.admin.events(0) {
		if e.of("Init", -1) {
			began[*e.Node] = *e.State
		}
	}
	assert.Assert(p.t, len(views) == len(f.Nodes) && len(began) == len(f.Nodes), "%s: %d nodes", name, len(views))
	for id, v := range views {
		want, is := f.Nodes[id], began[id]
		assert.Check(p.t, v.Up == !want.Down && v.Paused == want.Paused, "%s: node %d: up %v, paused %v", name, id, v.Up, v.Paused)
		assert.Check(p.t, is.Term == uint64(want.Term) && is.LastIndex == uint64(len(want.Log)), "%s: node %d: %+v", name, id, is)
		if want.Down {
			assert.Check(p.t, p.nodes[id].refuses(), name)
			continue
		}
		assert.Check(p.t, is.Role == want.Role.String() && is.CommitIndex == uint64(want.CommitIndex), "%s: node %d: %+v", name, id, is)
		if !want.Paused {
			s := p.nodes[id].status()
			assert.Check(p.t, s == status{v.Role, v.Term}, "%s: node %d: %+v", name, id, s)
		}
	}
}

// In real time a suite can load a fixture for each of its tests: the cluster
// works at once, ports stay, and who waits at the old cluster is cut off.
func TestLoadInRealTime(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_5")
	p.settled()
	urls := p.ready.Nodes
	for _, c := range []struct {
		name  string
		nodes int
	}{{"fresh_3", 3}, {"fresh_13", 13}, {"fresh_1", 1}, {"fresh_5", 5}} {
		down := p.nodes
		p.load(c.name)
		assert.Equal(t, len(p.nodes), c.nodes)
		for i, n := range p.nodes {
			if i < len(urls) {
				assert.Equal(t, n.base, urls[i], "ports stay")
			}
		}
		for i := c.nodes; i < len(down); i++ {
			assert.Check(t, down[i].refuses(), "%s", c.name)
		}
		leader := p.nodes[p.settled()]
		assert.Assert(t, is(leader.putTopic("dog"), 201, success), "%s begins empty", c.name)
	}

	p.admin.partition(`{"isolate": "leader"}`)
	old := p.nodes[p.admin.anyLeader()]
	waits := p.arrive(old.id, "PUT", "/topic", topicBody("cat"))
	p.load("fresh_5")
	_, err := waits.outcome()
	assert.Check(t, err != nil, "answered by a cluster that is gone")
	assert.Assert(t, is(p.nodes[p.settled()].putTopic("cat"), 201, success))
}

// A fixture can be given as text; one that is wrong leaves all as it is. The
// running state frozen as a fixture can be loaded again.
func TestLoadText(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3, "-clock", "virtual")
	before := p.admin.seq()
	a := p.admin.ask("PUT", "/v1/fixture", bad)
	assert.Check(t, a.status == 422, "%v", a)
	var problem struct{ Errors []struct{ Line int } }
	p.admin.decode(a, &problem)
	assert.Check(t, len(problem.Errors) == 5, "%v", a)
	assert.Equal(t, p.admin.seq(), before)

	put := p.arrive(0, "PUT", "/topic", topicBody("dog"))
	p.admin.wait("applied=1")
	assert.Check(t, is(put.answer(), 201, success))
	p.admin.do(2, "crash")
	frozen := p.admin.ok("GET", "/v1/fixture", "", nil).body
	was := p.admin.nodes()
	p.load("fresh_13")
	p.admin.ok("PUT", "/v1/fixture", frozen, nil)
	for id, v := range p.admin.nodes() {
		assert.Check(t, v.Up == was[id].Up && v.Role == was[id].Role && v.Term == was[id].Term && v.CommitIndex == was[id].CommitIndex,
			"%+v, was %+v", v, was[id])
		assert.DeepEqual(t, v.Log, was[id].Log)
	}
}
