package admin

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/text"
)

func getFixtures(*call) (any, error) { return api.FixturesAnswer{Fixtures: fixture.List()}, nil }

func getFixtureFile(c *call) (any, error) {
	name := c.r.PathValue("name")
	if _, err := named(name); err != nil {
		return nil, err
	}
	data, err := fixture.Source(name)
	return plain{tomlType, data}, err
}

// named gives the embedded fixture of a name.
func named(name string) (*fixture.Fixture, error) {
	f, err := fixture.Named(name)
	if !errors.Is(err, fixture.ErrUnknown) {
		return f, err
	}
	var names []string
	for _, info := range fixture.List() {
		names = append(names, info.Name)
	}
	hint := text.Meant(strings.TrimSuffix(name, ".toml"), names)
	if hint != "" {
		hint += " "
	}
	return nil, &failure{err: fixture.ErrUnknown, detail: fmt.Sprintf(
		"there is no fixture %.80q, %sGET /v1/fixtures lists all", name, hint)}
}

// waitForFreezing is how long a request waits for others that freeze the cluster.
const waitForFreezing = 5 * time.Second

func getFixture(c *call) (any, error) {
	switch steps := c.query.Get(stepsParam.name); steps {
	case "true":
		if c.query.Has(seqParam.name) {
			return nil, badQuery(seqParam.name, "says a state, and steps=true asks for steps; want one of the two")
		}
		return getHistory(c)
	case "", "false":
	default:
		return nil, badQuery(stepsParam.name, "is %.40q, want true or false", steps)
	}
	if c.query.Has(seqParam.name) {
		return c.pastFixture()
	}
	if err := c.enter(c.freezing, waitForFreezing); err != nil {
		return nil, err
	}
	return written{tomlType, func(out io.Writer) error {
		base, m := c.host.Freeze()
		return fixture.Freeze(base, m.Config()).Write(out)
	}}, nil
}

// pastFixture answers with the state after a record.
func (c *call) pastFixture() (any, error) {
	seq, err := c.number(seqParam.name, seqParam.low, seqParam.high, 0)
	if err != nil {
		return nil, err
	}
	if err := c.enter(c.rewinding, waitForRewinding); err != nil {
		return nil, err
	}
	m, err := c.host.At(c.r.Context(), "", uint64(seq))
	if err != nil {
		return nil, err
	}
	return written{tomlType, m.Freeze().Write}, nil
}

// errForgotten: the trace no longer has all records.
var errForgotten = errors.New("the trace does not go back to the start")

// portionOfInputs is how many records are searched for inputs while the cluster waits.
const portionOfInputs = 1000

// getHistory answers with the cluster's start and the changes to it, up to now.
func getHistory(c *call) (any, error) {
	var now time.Duration
	var ring *trace.Ring
	var last uint64
	base := c.observe(func(o host.View) { ring, now, last = o.Trace(), o.Now(), o.Trace().Last() })
	var inputs []trace.Record
	for seq := uint64(1); seq <= last; {
		var first uint64
		c.host.Observe(func(o host.View) {
			if o.Trace() != ring { // another cluster has been loaded
				return
			}
			first = ring.First()
			for end := min(last, seq+portionOfInputs-1); first == 1 && seq <= end; seq++ {
				if r := ring.At(seq); r.Kind.IsInput() {
					inputs = append(inputs, *r)
				}
			}
		})
		switch {
		case first == 0:
			return getHistory(c)
		case first > 1:
			return nil, &failure{err: errForgotten, detail: fmt.Sprintf(
				"the trace in memory begins with record %d, so what was done before is not known any more; started with -trace FILE, the emulator writes all of it down, for emulator replay", first)}
		}
	}
	f, err := fixture.History(base, inputs, now)
	if err != nil {
		return nil, err
	}
	return written{tomlType, f.Write}, nil
}

func putFixture(c *call) (any, error) {
	f, err := c.readFixture()
	if err != nil {
		return nil, err
	}
	if err := c.host.Load(f); err != nil {
		return nil, err
	}
	return c.cluster(func(o host.View) api.Place {
		return api.Place{TimeMS: api.Millis(o.Now())} // all of the new trace comes after the loading
	})
}

// readFixture reads what is to be loaded: a name in the query, or a body that
// is TOML or has a name in JSON.
func (c *call) readFixture() (*fixture.Fixture, error) {
	body := bytes.TrimSpace(c.body)
	inQuery := c.query.Has("name")
	switch {
	case inQuery && len(body) > 0:
		return nil, &failure{err: errBody, detail: "there is a name in the query and a body, want one of the two"}
	case inQuery:
		return named(c.query.Get("name"))
	case len(body) == 0:
		return nil, &failure{err: errBadRequest, detail: `there is no fixture: want TOML as the body, or {"name": "fresh_3"}, or ?name=fresh_3`}
	case body[0] == '{' || isJSON(c.r.Header.Get("Content-Type")):
		var b api.FixtureBody
		if err := readJSON(c.body, &b); err != nil {
			return nil, err
		}
		return named(b.Name)
	}
	return fixture.Parse("fixture.toml", c.body)
}

func isJSON(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	return err == nil && (t == jsonType || strings.HasSuffix(t, "+json"))
}
