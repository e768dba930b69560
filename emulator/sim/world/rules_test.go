package world

import (
	"fmt"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// The rules on messages and those on writes stay in the order of all rules, whatever is
// set, replaced and deleted.
func TestRulesOfEachPartStayInOrder(t *testing.T) {
	c := newCluster(t, led(3))
	random := newRandom(1, 99)
	for range 500 {
		rule := fault.Rule{Name: fmt.Sprint(random.between(0, 8)), Drop: true}
		switch random.between(0, 3) {
		case 0:
			rule.Drop, rule.SlowDiskMax = false, time.Millisecond
		case 1:
			if c.net.rule(rule.Name) != nil {
				c.change(fault.Change{Kind: fault.DeleteRule, Name: rule.Name})
			}
			continue
		}
		c.change(fault.Change{Kind: fault.SetRule, Rule: &rule})
		var messages, writes []string
		for _, r := range c.net.rules {
			if r.OnWrites() {
				writes = append(writes, r.Name)
			} else {
				messages = append(messages, r.Name)
			}
		}
		assert.DeepEqual(t, namesOf(c.net.onMessages), messages)
		assert.DeepEqual(t, namesOf(c.net.onWrites), writes)
	}
}

func namesOf(rules []*rule) []string {
	var names []string
	for _, r := range rules {
		names = append(names, r.Name)
	}
	return names
}

// No message and no write takes longer than a fixture can say, however many rules act.
func TestRulesTogetherDelayNoLongerThanTheLongestTime(t *testing.T) {
	rules := func(rule fault.Rule) []fault.Rule {
		a, b := rule, rule
		a.Name, b.Name = "a", "b"
		return []fault.Rule{a, b}
	}
	t.Run("Write", func(t *testing.T) {
		config := led(3)
		config.StorageDelay = fault.MaxTime
		config.Faults = rules(fault.Rule{SlowDiskMin: fault.MaxTime, SlowDiskMax: fault.MaxTime})
		c := newCluster(t, config)
		c.put("a")
		c.run(time.Second)
		assert.Equal(t, c.Freeze().Nodes[0].Writes[0].Left, fault.MaxTime-time.Second)
	})
	t.Run("Message", func(t *testing.T) {
		config := led(3)
		config.Faults = rules(fault.Rule{DelayMin: fault.MaxTime, DelayMax: fault.MaxTime})
		c := newCluster(t, config)
		c.put("a")
		c.run(time.Second)
		messages := c.Freeze().Messages
		assert.Assert(t, len(messages) > 0)
		for _, m := range messages {
			assert.Assert(t, m.Left <= fault.MaxTime, "%v", m.Left)
		}
	})
}

// A spent rule on writes stays in a frozen state: writes still take their time, and so end
// with a record of their own.
func TestFreezeKeepsASpentRuleOnWrites(t *testing.T) {
	spent := slowDiskOf(t, fault.Rule{SlowDiskMin: slowest, SlowDiskMax: slowest, Count: 3})
	spent.put("a")
	spent.run(10 * time.Second)
	assert.Equal(t, spent.Rules()[0].Acted, uint64(3))
	for i := range raft.NodeID(3) {
		assert.Assert(t, !spent.Writing(i))
	}
	resumed := newCluster(t, spent.Freeze())
	var kinds [2][]trace.Kind
	for i, c := range []*cluster{spent, resumed} {
		first := len(c.records)
		c.put("b")
		c.run(time.Second)
		for _, r := range c.records[first:] {
			kinds[i] = append(kinds[i], r.Kind)
		}
	}
	assert.DeepEqual(t, kinds[1], kinds[0])
}

func BenchmarkSetManyRules(b *testing.B) {
	rules := make([]fault.Rule, 4000)
	for i := range rules {
		rules[i] = fault.Rule{Name: fmt.Sprint(i), Drop: true}
	}
	for b.Loop() {
		w := New(led(3), func(*trace.Record) {})
		for i := range rules {
			w.putRule(&rules[i])
		}
	}
}
