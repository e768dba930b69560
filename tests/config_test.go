package tests

import (
	"fmt"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// A course's config.json says where the nodes listen; addresses come with and
// without http://, and with or without an internal port.
func TestConfigAddresses(t *testing.T) {
	t.Parallel()
	base := freePorts(t, 3)
	config := fmt.Sprintf(`{"addresses": [
		{"ip": "http://127.0.0.1", "port": %d, "internal_port": %d},
		{"ip": "127.0.0.1", "port": %d},
		{"ip": "http://localhost/", "port": %d, "internal_port": 1}
	]}`, base+2, base+100, base, base+1) // in no order: a node's place is its id
	p := start(t, "-config", writeFile(t, "config.json", config))
	for i, port := range []int{base + 2, base, base + 1} {
		assert.Check(t, p.ready.Nodes[i] == "http://"+local(port))
	}
	assert.Check(t, p.ready.Fixture == "config")
	leader := p.settled()
	assert.Assert(t, is(p.nodes[leader].putTopic("dog"), 201, success))
}

// The origin's seeding keys in config.json put nodes into their states: this is
// its missing_and_extra_entries, as its author wrote it.
func TestConfigSeeds(t *testing.T) {
	t.Parallel()
	base := freePorts(t, 2)
	put := func(term, index int, endpoint, body string) string {
		return fmt.Sprintf(`{"term": %d, "index": %d, "command": {"endpoint": %q, "method": "PUT", "body": %s}, "result": null}`,
			term, index, endpoint, body)
	}
	get := func(term, index int) string {
		return fmt.Sprintf(`{"term": %d, "index": %d, "command": {"endpoint": "message", "method": "GET", "body": {"topic": "dog"}}, "result": {"success": true}}`,
			term, index)
	}
	common := []string{
		put(1, 1, "topic", `{"topic": "dog"}`),
		put(1, 2, "topic", `{"topic": "cat"}`),
		put(1, 3, "message", `{"topic": "dog", "message": "I love dogs!"}`),
	}
	leader := append(common[:3:3],
		put(4, 4, "message", `{"topic": "dog", "message": "I love dogs x 2!"}`), get(4, 5), put(6, 6, "topic", `{"topic": "pig"}`))
	follower := append(common[:3:3],
		put(2, 4, "message", `{"topic": "dog", "message": "I love dogs x 2!"}`), get(2, 5),
		put(3, 6, "message", `{"topic": "dog", "message": "I love dogs x 3!"}`), put(3, 7, "topic", `{"topic": "pig"}`))
	config := fmt.Sprintf(`{"addresses": [
		{"ip": "http://127.0.0.1", "port": %d, "role": "Leader", "term": 6, "voted_for": 0, "next_index": [7], "match_index": [0], "log": [%s]},
		{"ip": "http://127.0.0.1", "port": %d, "role": "Follower", "term": 3, "voted_for": null, "log": [%s]}
	]}`, base, strings.Join(leader, ","), base+1, strings.Join(follower, ","))
	p := start(t, "-config", writeFile(t, "missing_and_extra_entries.json", config))
	p.admin.wait("logs_equal=0,1", "applied=6")
	for _, n := range p.nodes {
		assert.Check(t, p.admin.node(n.id).terms() == "1 1 1 4 4 6")
		assert.Check(t, n.holds(`dog: ["I love dogs x 2!"]; cat: []; pig: []`, 6))
	}
	assert.Check(t, p.nodes[0].status() == status{"Leader", 6})
}

func TestUnknownKeyOfAConfigIsNoted(t *testing.T) {
	t.Parallel()
	base := freePorts(t, 1)
	file := writeFile(t, "config.json", fmt.Sprintf(`{"addresses": [{"ip": "127.0.0.1", "port": %d, "rule": "leader"}]}`, base))
	occupy(t, base) // the program reads the file and ends
	run(t, "-config", file, "-admin", "127.0.0.1:0").must(t, 4, "", `addresses[0].rule: unknown key, did you mean "role"?`)
}

func TestBadConfigIsRefused(t *testing.T) {
	t.Parallel()
	base := freePorts(t, 1)
	for name, c := range map[string]struct {
		config string
		says   []string
	}{
		"NotLoopback": {`{"addresses": [{"ip": "0.0.0.0", "port": 8567}, {"ip": "http://10.1.2.3", "port": 8568}]}`,
			[]string{"not a loopback address", "0.0.0.0:8567", "node 0", "10.1.2.3:8568", "node 1"}},
		"TwoAtOnePlace": {`{"addresses": [{"ip": "127.0.0.1", "port": 8567}, {"ip": "http://127.0.0.1", "port": 8567}]}`,
			[]string{"127.0.0.1:8567", "addresses[0]"}},
		"NoPort":      {`{"addresses": [{"ip": "127.0.0.1"}]}`, []string{"config.json:1: addresses[0].port"}},
		"NoAddresses": {`{"addresses": []}`, []string{"has 0 nodes"}},
		"NoJSON":      {`addresses = []`, []string{"config.json:1"}},
		"TwoLeaders": {`{"addresses": [{"ip": "127.0.0.1", "port": 8567, "role": "leader", "term": 2}, {"ip": "127.0.0.1", "port": 8568, "role": "leader", "term": 2}]}`,
			[]string{"leader", "term"}},
		"IndexGap": {`{"addresses": [{"ip": "127.0.0.1", "port": 8567, "log": [{"term": 1, "index": 2, "command": {"endpoint": "topic", "method": "GET"}}]}]}`,
			[]string{"addresses[0].log[0].index"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := writeFile(t, "config.json", c.config)
			run(t, "-config", file, "-admin", "127.0.0.1:0").must(t, 3, "", c.says...)
		})
	}
	file := writeFile(t, "config.json", fmt.Sprintf(`{"addresses": [{"ip": "127.0.0.1", "port": %d}]}`, base))
	run(t, "-config", file, "-base-port", "0").must(t, 3, "", "-base-port has no meaning with -config")
	occupy(t, base)
	run(t, "-config", file, "-admin", "127.0.0.1:0").must(t, 4, "", "node 0", local(base), "address already in use")
}
