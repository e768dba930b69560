package cli

import (
	"time"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/sim/world"
)

// The flags that several commands share, each with its one meaning. A command adds what
// it has to say with Flag.Default and Flag.Also.

// URL is -url: where the admin API of a running emulator is.
func URL(p *string) *Flag {
	return String(p, "url", api.URL(), "base `URL` of the admin API; "+api.URLVariable+" also sets it").Default(api.DefaultURL)
}

// JSON is -json: standard output is for programs.
func JSON(p *bool, usage string) *Flag { return Bool(p, "json", usage) }

// Verbose is -v: more is printed.
func Verbose(p *bool, usage string) *Flag { return Bool(p, "v", usage) }

// Overwrite is -overwrite: a file of any kind may be replaced. See package outfile.
func Overwrite(p *bool) *Flag {
	return Bool(p, "overwrite", "replace files of any kind; without it only empty ones and those of the kind that is written")
}

// Seed is -seed: the number that all random draws come from.
func Seed(p *uint64, def uint64) *Flag {
	return Uint64(p, "seed", def, "`N` feeds all random draws")
}

// Fixture is -fixture: the state to start from.
func Fixture(p *string) *Flag {
	return String(p, "fixture", "", "start from `NAME|FILE`: a fixture of the program, with or without .toml, or a file (-: standard input)").
		Completes(FixtureNames)
}

// Config is -config: a course's list of nodes.
func Config(p *string) *Flag {
	return String(p, "config", "", "take the nodes from a course's `config.json`")
}

// Nodes is -nodes: how many new nodes to start.
func Nodes(p *int, def int) *Flag {
	return Int(p, "nodes", def, "without -fixture, start `N` new nodes").Between(1, world.MaxNodes)
}

// Clock is -clock: what moves the cluster's time.
func Clock(p *string, def string) *Flag {
	return Choice(p, "clock", def, []string{"real", "virtual"}, "time is `real|virtual`")
}

const kindBug = "bug"

// Bug is -bug, which may be given several times.
func Bug(p *Planted) *Flag {
	return Var("bug", kindBug, "plant a bug: `NAME[@NODES]`, such as vote_twice@0,2-3; without @NODES in all nodes; "+
		"may be given several times; emulator bugs lists them", p.Set).Completes(BugNames)
}

// OneBug is -bug of a command that plants one at most. ParseBug reads it.
func OneBug(p *string) *Flag {
	f := String(p, "bug", "", "plant a bug: `NAME[@NODES]`, such as vote_twice@0,2-3; without @NODES in all nodes; "+
		"emulator bugs lists them").Completes(BugNames)
	f.Kind = kindBug
	return f
}

// Parallel is -parallel: how much is done at once. The default 0 stands for the
// command's own choice, which its help tells.
func Parallel(p *int, usage string) *Flag { return Int(p, "parallel", 0, usage).AtLeast(1) }

// Repeat is -repeat.
func Repeat(p *int, usage string) *Flag { return Int(p, "repeat", 1, usage).AtLeast(1) }

// Report is -report, which may be given several times.
func Report(add func(text string) error, kinds ...string) *Flag {
	return Var("report", "report", "write a report, `KIND=FILE`, to standard output when FILE is -; may be given several times", add).
		Completes(func() []string {
			words := make([]string, len(kinds))
			for i, k := range kinds {
				words[i] = k + "="
			}
			return words
		})
}

// Timeout is -timeout: when to give something up.
func Timeout(p *time.Duration, def time.Duration, usage string) *Flag {
	return Duration(p, "timeout", def, usage)
}

// BasePort is -base-port: the port of node 0.
func BasePort(p *int, def int) *Flag {
	return Int(p, "base-port", def, "node i listens on `PORT` + i; 0: on any free port").Between(0, 65535)
}

// Admin is -admin: where the admin API listens.
func Admin(p *string, def string) *Flag {
	return String(p, "admin", def, "the admin API listens on `HOST:PORT`; port 0: on any free port")
}

// FixtureNames lists the fixtures of the program.
func FixtureNames() []string {
	var names []string
	for _, info := range fixture.List() {
		names = append(names, info.Name)
	}
	return names
}

// BugNames lists the bugs that can be planted.
func BugNames() []string {
	return bugs.Names()
}

// Trace is -trace: the file to record one run to.
func Trace(p *string) *Flag {
	return String(p, "trace", "", "record the run to `FILE`, as JSON Lines; emulator replay repeats it")
}

// Traces is -traces: the directory to record many runs to.
func Traces(p *string) *Flag {
	return String(p, "traces", "", "record each run to a file in `DIR`; emulator replay repeats it")
}

// OptionalSeed is -seed of a command that has no default of its own: nil when it is not
// given.
func OptionalSeed(p **uint64) *Flag {
	var seed uint64
	f := Seed(&seed, 0)
	read := f.read
	f.read = func(text string) error {
		*p = &seed
		return read(text)
	}
	return f
}

// Color is -color.
func Color(p *string) *Flag {
	return Choice(p, "color", "auto", []string{"auto", "always", "never"},
		"colour verdicts, `auto|always|never`; auto: on terminals, unless NO_COLOR is set")
}
