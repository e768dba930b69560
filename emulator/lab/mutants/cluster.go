package mutants

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve"
	"rrmq.example/emulator/emulator/serve/api"
	tracefile "rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/text/outfile"
)

// A cluster is the one that a single run of the command tests.
type cluster struct {
	server *serve.Server
	ready  serve.Ready
	bug    string
	dir    string // of its config.json
	trace  *outfile.LiveFile
	watch  watch
}

// startCluster starts a cluster whose nodes have the bug, "" for none. Its trace
// is written to a file, unless that is "".
func startCluster(o *Options, bug string, seed uint64, trace string) (c *cluster, err error) {
	c = &cluster{bug: bug, watch: watch{newCheckers: scenario.NewCheckers}}
	if o.usesOwn() {
		c.watch.newCheckers = func() []scenario.Checker { return nil }
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	if c.dir, err = os.MkdirTemp("", "emulator-mutants-"); err != nil {
		return c, err
	}
	start := *o.Fixture
	start.Seed = seed
	start.BasePort = o.BasePort
	e := serve.Options{
		Fixture: &start, Admin: o.Admin, Clock: o.Clock, Version: "mutants",
		Prepare: func(f *fixture.Fixture) *fixture.Fixture { return plant(f, bug, o.On) },
	}
	e.Monitors = append(e.Monitors, &c.watch)
	if trace != "" {
		e.OpenTrace = func() (io.Writer, error) {
			c.trace, err = outfile.Live(trace, outfile.Options{Mine: tracefile.Begins, Kind: "trace"})
			return c.trace, err
		}
	}
	if c.server, err = serve.Start(e); err != nil {
		return c, err
	}
	c.ready = c.server.Ready()
	return c, c.writeConfig()
}

// plant returns the fixture with the bug in the chosen nodes.
func plant(f *fixture.Fixture, bug string, on Where) *fixture.Fixture {
	if bug == "" {
		return f
	}
	planted := *f
	planted.Nodes = slices.Clone(f.Nodes)
	for i := range planted.Nodes {
		if on.has(i, len(planted.Nodes)) {
			planted.Nodes[i].Bug = bug
		}
	}
	return &planted
}

// writeConfig writes the nodes' addresses as a course's config.json.
func (c *cluster) writeConfig() error {
	type address struct {
		IP   string `json:"ip"`
		Port int    `json:"port"`
	}
	config := struct {
		Addresses []address `json:"addresses"`
	}{[]address{}}
	for _, node := range c.ready.Nodes {
		u, err := url.Parse(node)
		if err != nil {
			return err
		}
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return fmt.Errorf("node %s: %w", node, err)
		}
		config.Addresses = append(config.Addresses, address{u.Hostname(), port})
	}
	data, err := json.Marshal(config)
	if err != nil {
		return err
	}
	return os.WriteFile(c.config(), append(data, '\n'), 0o666)
}

// config is the path of the config.json.
func (c *cluster) config() string { return filepath.Join(c.dir, "config.json") }

// environment returns the variables that describe the cluster to the command.
func (c *cluster) environment() []string {
	variables := []string{
		api.OldURLVariable + "=" + c.ready.Admin,
		api.URLVariable + "=" + c.ready.Admin,
		"EMULATOR_NODES=" + strings.Join(c.ready.Nodes, ","),
		"EMULATOR_CONFIG=" + c.config(),
		"EMULATOR_SEED=" + strconv.FormatUint(c.ready.Seed, 10),
		"EMULATOR_FIXTURE=" + c.ready.Fixture,
	}
	if program, err := os.Executable(); err == nil && os.Getenv("EMULATOR") == "" {
		variables = append(variables, "EMULATOR="+program)
	}
	return variables
}

// fill replaces {admin} and the other placeholders. A word with {bug} is left out
// for healthy nodes.
func (c *cluster) fill(words []string) []string {
	replace := strings.NewReplacer(
		"{admin}", c.ready.Admin,
		"{nodes}", strings.Join(c.ready.Nodes, ","),
		"{config}", c.config(),
		"{seed}", strconv.FormatUint(c.ready.Seed, 10),
		"{fixture}", c.ready.Fixture,
		"{bug}", c.bug,
	)
	var filled []string
	for _, w := range words {
		if c.bug != "" || !strings.Contains(w, "{bug}") {
			filled = append(filled, replace.Replace(w))
		}
	}
	return filled
}

// close ends the cluster and leaves nothing behind except its trace.
func (c *cluster) close() error {
	var errs []error
	if c.server != nil {
		errs = append(errs, c.server.Close())
		c.server = nil
	}
	if c.trace != nil {
		errs = append(errs, c.trace.Close())
		c.trace = nil
	}
	if c.dir != "" {
		errs = append(errs, os.RemoveAll(c.dir))
		c.dir = ""
	}
	return errors.Join(errs...)
}
