package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator"
)

// A leader that answers before anything is committed loses what it acknowledged.
func TestCheckHistory(t *testing.T) {
	t.Parallel()
	play := func(c *emulator.Cluster, bug string) {
		c.Wait("leader=unique")
		old := c.Leader()
		put := func(url, path, body string) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url+path, strings.NewReader(body))
			assert.NilError(t, err)
			response, err := http.DefaultClient.Do(r)
			assert.NilError(t, err)
			assert.NilError(t, response.Body.Close())
		}
		put(old.URL, "/topic", `{"topic": "dog"}`)
		c.Wait("applied=1")
		c.CheckHistory()
		if bug == "" {
			return
		}
		for i := range c.Size() {
			c.Plant(bug, i)
		}
		c.Isolate(old.ID)
		put(old.URL, "/message", `{"topic": "dog", "message": "wuff"}`)
		c.Wait("leader=unique", "event=BecomeLeader")
		c.Heal()
		put(c.Leader().URL, "/message", `{"topic": "dog", "message": "wow"}`)
		response, err := http.Get(c.Leader().URL + "/message/dog")
		assert.NilError(t, err)
		assert.NilError(t, response.Body.Close())
		c.CheckHistory()
	}
	healthy := try(func(t *fakeT) { play(emulator.Start(t, "fresh_3", emulator.Virtual()), "") })
	assert.Assert(t, !healthy.Failed(), healthy.said.String())
	bad := try(func(t *fakeT) {
		play(emulator.Start(t, "fresh_3", emulator.Virtual(), emulator.AllowViolations()), "answer_before_commit")
	})
	assert.Assert(t, bad.Failed())
	said := bad.said.String()
	assert.Assert(t, strings.Contains(said, `"wuff" was acknowledged and never taken, but "wow" was`), said)
}
