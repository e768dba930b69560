package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// A tool is a small program with every sort of command and flag.
type tool struct {
	url, clock, word string
	n                int
	seed             uint64
	wait             time.Duration
	json             bool
	ran              string
	err              error
}

func (o *tool) root() *cli.Command {
	show := func(what string) func(context.Context, *cli.Call) error {
		return func(_ context.Context, c *cli.Call) error {
			o.ran = fmt.Sprintf("%s %s %q", c.Command(), what, c.Args)
			fmt.Fprintln(c.Stdout, o.ran)
			return o.err
		}
	}
	return &cli.Command{
		Name: "tool", Summary: "do it", Run: show("root"),
		Flags: []*cli.Flag{cli.Int(&o.n, "n", 5, "`N` times").Between(1, 9)},
		Commands: []*cli.Command{
			{
				Name: "take", Old: []string{"grab"}, Operands: "FILE...", Min: 1, Max: 2, Summary: "take files", Run: show("take"),
				Flags: []*cli.Flag{
					cli.Bool(&o.json, "json", "for programs"),
					cli.Choice(&o.clock, "clock", "real", []string{"real", "virtual"}, "`real|virtual` time").Old("time"),
					cli.Duration(&o.wait, "wait", 2*time.Minute, "wait for `TIME`").Bare(time.Millisecond).AtLeast(float64(time.Millisecond)),
					cli.Uint64(&o.seed, "seed", 1, "`N` feeds all random draws"),
					cli.String(&o.word, "word", "", "any `TEXT`"),
				},
			},
			{Name: "exec", Operands: "COMMAND...", Min: 1, Max: cli.Any, Verbatim: true, Summary: "run a command", Run: show("exec"),
				Flags: []*cli.Flag{cli.Bool(&o.json, "json", "for programs")}},
			{
				Name: "group", Summary: "several",
				Flags: []*cli.Flag{cli.String(&o.url, "url", "", "`URL` of it")},
				Commands: []*cli.Command{
					{Name: "one", Summary: "the first", Run: show("one")},
					{Name: "two", Summary: "the second", Run: show("two"), Commands: []*cli.Command{
						{Name: "more", Operands: "[N]", Max: 1, Summary: "the third", Run: show("more")},
					}},
				},
			},
			cli.HelpCommand(),
		},
	}
}

func (o *tool) run(line string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	words := strings.Fields(line)
	for i, word := range words {
		if word == `""` {
			words[i] = ""
		}
		words[i] = strings.ReplaceAll(words[i], "_", " ") // a blank in a word
	}
	code = cli.Main(context.Background(), o.root(), words, nil, &out, &errs)
	return code, out.String(), errs.String()
}

func TestFlagsAndOperands(t *testing.T) {
	for _, c := range []struct {
		name, line, ran string
		check           func(*tool) bool
	}{
		{"Root", "-n 3", `tool root []`, func(o *tool) bool { return o.n == 3 }},
		{"Before", "take -json a", `tool take take ["a"]`, func(o *tool) bool { return o.json }},
		{"Between", "take a -clock virtual b", `tool take take ["a" "b"]`, func(o *tool) bool { return o.clock == "virtual" }},
		{"After", "take a b --json", `tool take take ["a" "b"]`, func(o *tool) bool { return o.json }},
		{"TwoDashesAndEquals", "take --seed=7 a", `tool take take ["a"]`, func(o *tool) bool { return o.seed == 7 }},
		{"OffWithEquals", "take -json=false a", `tool take take ["a"]`, func(o *tool) bool { return !o.json }},
		{"EndOfFlags", "take -- -json a", `tool take take ["-json" "a"]`, func(o *tool) bool { return !o.json }},
		{"EndOfFlagsAfterOperands", "take a -- -json", `tool take take ["a" "-json"]`, func(o *tool) bool { return !o.json }},
		{"BlankBeforeADash", "take _-json -json", `tool take take [" -json"]`, func(o *tool) bool { return o.json }},
		{"BlankBeforeDashes", "take _-- -json", `tool take take [" --"]`, func(o *tool) bool { return o.json }},
		{"EmptyOperand", `take "" -json`, `tool take take [""]`, func(o *tool) bool { return o.json }},
		{"EqualsAsValue", "take -word = a", `tool take take ["a"]`, func(o *tool) bool { return o.word == "=" }},
		{"HelpAsValue", "take -word help a", `tool take take ["a"]`, func(o *tool) bool { return o.word == "help" }},
		{"HighestOfARange", "-n 9", `tool root []`, func(o *tool) bool { return o.n == 9 }},
		{"Dash", "take - a", `tool take take ["-" "a"]`, nil},
		{"ValueLikeAFlag", "take -word -json a", `tool take take ["a"]`, func(o *tool) bool { return o.word == "-json" && !o.json }},
		{"Defaults", "take a", `tool take take ["a"]`, func(o *tool) bool { return o.clock == "real" && o.wait == 2*time.Minute && o.seed == 1 }},
		{"Time", "take a -wait 1m30s", `tool take take ["a"]`, func(o *tool) bool { return o.wait == 90*time.Second }},
		{"BareTime", "take a -wait 250", `tool take take ["a"]`, func(o *tool) bool { return o.wait == 250*time.Millisecond }},
		{"OldFlag", "take a -time virtual", `tool take take ["a"]`, func(o *tool) bool { return o.clock == "virtual" }},
		{"OldCommand", "grab a", `tool take take ["a"]`, nil},
		{"Verbatim", "exec -json ls -l -json=false", `tool exec exec ["ls" "-l" "-json=false"]`, func(o *tool) bool { return o.json }},
		{"VerbatimAfterDashes", "exec -- ls -l", `tool exec exec ["ls" "-l"]`, nil},
		{"VerbatimKeepsDashes", "exec ls -- -l", `tool exec exec ["ls" "--" "-l"]`, nil},
		{"VerbatimAfterAnEmptyOperand", `exec "" -json`, `tool exec exec ["" "-json"]`, func(o *tool) bool { return !o.json }},
		{"VerbatimKeepsAnEmptyOperand", `exec ls "" -json`, `tool exec exec ["ls" "" "-json"]`, func(o *tool) bool { return !o.json }},
		{"GroupFlagBefore", "group -url x one", `tool group one one []`, func(o *tool) bool { return o.url == "x" }},
		{"GroupFlagAfter", "group two more 7 -url x", `tool group two more more ["7"]`, func(o *tool) bool { return o.url == "x" }},
		{"GroupThatRuns", "group two", `tool group two two []`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var o tool
			code, _, stderr := o.run(c.line)
			assert.Equal(t, code, cli.OK, stderr)
			assert.Equal(t, o.ran, c.ran)
			assert.Assert(t, c.check == nil || c.check(&o), "%+v", o)
			assert.Equal(t, stderr, "")
		})
	}
}

func TestUsageErrorsSuggest(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"UnknownFlag", "take a -jsn", "tool take: there is no flag -jsn; did you mean \"-json\"?"},
		{"UnknownFlagFarOff", "take a -banana", "tool take: there is no flag -banana"},
		{"UnknownFlagOfTheGroup", "group one -ur x", "tool group one: there is no flag -ur; did you mean \"-url\"?"},
		{"UnknownCommand", "tkae a", `tool: "tkae" is neither a flag nor a subcommand; did you mean "take"?`},
		{"UnknownCommandFarOff", "banana", `tool: "banana" is neither a flag nor a subcommand; want one of take, exec, group, help`},
		{"UnknownNested", "group oen", `tool group: there is no command "oen"; did you mean "one"?`},
		{"UnknownNestedOfOneThatRuns", "group two mroe", `tool group two: there is no command "mroe"; did you mean "more"?`},
		{"NoNested", "group", "tool group: which command? There are one, two"},
		{"NoOperand", "take", "tool take: an operand is missing, want FILE..."},
		{"TooMany", "take a b c", "tool take: 3 operands are too many, want FILE..."},
		{"NoneWanted", "group one x", `tool group one: it takes no operands, "x" is one`},
		{"NoValue", "take a -seed", "tool take: -seed needs a value, want -seed N"},
		{"NotANumber", "-n x", `tool: -n "x": want a number`},
		{"BareTimeThatOverflows", "take a -wait 9223372036855", `tool take: -wait "9223372036855": want a time such as 1s, 250ms or 1m30s`},
		{"NothingForASwitch", "take a -json=", `tool take: -json "": want true or false`},
		{"NumberAsFlag", "take a -1", "tool take: there is no flag -1"},
		{"BlankBehindAFlag", "take a -json_", "tool take: there is no flag -json ; did you mean \"-json\"?"},
		{"BlankBeforeACommand", "_take", `tool: " take" is neither a flag nor a subcommand; did you mean "take"?`},
		{"AskedForAsAFlag", "-help_requested", "tool: there is no flag -help requested"},
		{"AsksForHelpAsAValue", "-n help_requested", `tool: -n "help requested": want a number`},
		{"OutOfRange", "-n 10", "tool: -n 10: want 1 to 9"},
		{"NegativeSeed", "take -seed -1 a", `tool take: -seed "-1": want a number from 0 on`},
		{"NotATime", "take -wait x a", `tool take: -wait "x": want a time such as 1s, 250ms or 1m30s`},
		{"ShortTime", "take -wait 1us a", "tool take: -wait 1µs: want 1ms or more"},
		{"NotAChoice", "take -clock fast a", `tool take: -clock "fast": want real or virtual`},
		{"NotASwitch", "take -json=7 a", `tool take: -json "7": want true or false`},
		{"FlagOfTheRoot", "-n 3 take a", "tool take: -n is a flag of tool, not of tool take; tool take -h lists those that it has"},
		{"HelpOfNothing", "help tkae", `tool help: "tkae" is neither a flag nor a subcommand; did you mean "take"?`},
		{"HelpOfNoGroup", "help take one", `tool help: there is no command "one": tool take has no commands`},
		{"HelpOfNothingNested", "help group oen", `tool help: there is no command "oen"; did you mean "one"?`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var o tool
			code, stdout, stderr := o.run(c.line)
			assert.Equal(t, code, cli.Usage, stdout)
			first, second, _ := strings.Cut(stderr, "\n")
			assert.Equal(t, first, c.want)
			command, _, _ := strings.Cut(first, ":")
			assert.Equal(t, second, command+" -h tells more\n")
			assert.Equal(t, stdout+o.ran, "")
		})
	}
}

func TestExitCodes(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		name   string
		err    error
		code   int
		stderr string
	}{
		{"OK", nil, cli.OK, ""},
		{"Failed", cli.Failedf("%d records differ", 2), cli.Failed, "tool: 2 records differ\n"},
		{"Undecided", cli.Undecidedf("interrupted"), cli.Undecided, "tool: interrupted\n"},
		{"Usage", cli.Usagef("-a and -b: give one"), cli.Usage, "tool: -a and -b: give one\ntool -h tells more\n"},
		{"Other", broken, cli.Environment, "tool: broken\n"},
		{"Wrapped", fmt.Errorf("x: %w", cli.WithCode(cli.Failed, broken)), cli.Failed, "tool: x: broken\n"},
		{"NoSuchFile", fmt.Errorf("x: %w", fs.ErrNotExist), cli.Usage, "tool: x: file does not exist\n"},
		{"SaidAlready", cli.Exit(cli.Failed), cli.Failed, ""},
		{"NothingWrong", cli.Exit(cli.OK), cli.OK, ""},
		{"NoError", cli.WithCode(cli.Failed, nil), cli.OK, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := tool{err: c.err}
			code, _, stderr := o.run("")
			assert.Equal(t, code, c.code)
			assert.Equal(t, stderr, c.stderr)
		})
	}
}

// fullDisk is a disk without room.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestHelpThatCannotBePrintedIsAnError(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		code int
	}{
		{"OK", nil, cli.Environment},
		{"Failed", cli.Exit(cli.Failed), cli.Environment},
		{"UsageStays", cli.Exit(cli.Usage), cli.Usage},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := tool{err: c.err}
			var errs bytes.Buffer
			assert.Equal(t, cli.Main(t.Context(), o.root(), nil, nil, fullDisk{}, &errs), c.code)
			if c.code == cli.Environment {
				assert.Equal(t, errs.String(), "tool: standard output: no space left on device\n")
			}
		})
	}
}

func TestHelpExplainsEachCommand(t *testing.T) {
	for _, c := range []struct{ name, line, same string }{
		{"Root", "-h", "help"},
		{"Command", "take -h", "help take"},
		{"AfterOperands", "take a b c --help", "help take"},
		{"OldName", "help grab", "help take"},
		{"Group", "group -help", "help group"},
		{"Nested", "group two more -h", "help group two more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var o tool
			code, stdout, stderr := o.run(c.line)
			assert.Equal(t, code, cli.OK, stderr)
			assert.Assert(t, strings.HasPrefix(stdout, "Usage:\n  tool"), stdout)
			_, same, _ := o.run(c.same)
			assert.Equal(t, stdout, same)
			for _, hidden := range []string{"-time", "grab", "__complete"} {
				assert.Assert(t, !strings.Contains(stdout, hidden), "%s", stdout)
			}
			assert.Equal(t, o.ran, "")
		})
	}
}

func TestCompletion(t *testing.T) {
	for _, c := range []struct {
		name  string
		words []string
		want  string
	}{
		{"Commands", []string{""}, "take exec group help"},
		{"Prefix", []string{"t"}, "take"},
		{"NestedCommands", []string{"group", ""}, "one two"},
		{"CommandsOfHelp", []string{"help", "gr"}, "group"},
		{"NestedOfHelp", []string{"help", "group", "o"}, "one"},
		{"OneDash", []string{"take", "-c"}, "-clock"},
		{"TwoDashes", []string{"take", "a", "--"}, "--json --clock --wait --seed --word --help"},
		{"FlagsOfTheGroup", []string{"group", "two", "more", "-u"}, "-url"},
		{"Values", []string{"take", "-clock", ""}, "real virtual"},
		{"ValuesByOldName", []string{"take", "-time", "v"}, "virtual"},
		{"ValuesBehindEquals", []string{"take", "-clock=v"}, "-clock=virtual"},
		{"ValuesAsBashSplits", []string{"take", "-clock", "=", "v"}, "virtual"},
		{"ValuesAsBashSplitsAtOnce", []string{"take", "-clock", "="}, "real virtual"},
		{"AfterAValue", []string{"take", "-clock", "real", "-s"}, "-seed"},
		{"AfterASwitch", []string{"take", "-json", "-s"}, "-seed"},
		{"NoValuesKnown", []string{"take", "-seed", ""}, ""},
		{"AfterTheEndOfFlags", []string{"take", "--", "-s"}, ""},
		{"AfterVerbatim", []string{"exec", "ls", "-"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := cli.Main(t.Context(), new(tool).root(), append([]string{"__complete"}, c.words...), nil, &out, &errs)
			assert.Equal(t, code, cli.OK, errs.String())
			var words []string
			for line := range strings.Lines(out.String()) {
				word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
				words = append(words, word)
			}
			assert.Equal(t, strings.Join(words, " "), c.want)
		})
	}
}
