package admin

import (
	"errors"
	"math"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/trace"
)

// lastWord stands for the newest change in the parameter since.
const lastWord = "last"

// since reads the parameter since: a place in the trace from low on, or the word last;
// other when it is not given.
func (c *call) since(low, other int64) (int64, error) {
	if c.query.Get(sinceParam) != lastWord {
		n, err := c.number(sinceParam, low, math.MaxInt64, other)
		if f, ok := errors.AsType[*failure](err); ok {
			f.detail += ", or " + lastWord
		}
		return n, err
	}
	var seq uint64
	c.host.Observe(func(o host.View) { seq = lastChange(o.Trace()) })
	return int64(seq), nil
}

// lastChange is the place of the newest change that somebody made. Without one that the
// trace still holds, it is the place before the oldest record.
func lastChange(t *trace.Ring) uint64 {
	first := t.First()
	for seq := t.Last(); seq >= first && seq > 0; seq-- {
		if t.At(seq).Kind == trace.Nemesis {
			return seq
		}
	}
	return max(first, 1) - 1
}
