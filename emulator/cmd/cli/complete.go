package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"rrmq.example/emulator/emulator/text"
)

// Completion in a shell: the script that "emulator completion SHELL" prints asks
// "emulator __complete WORDS..." for candidates, with the words up to the cursor. The
// parser's library also has scripts. This package does not use them: the one for bash
// evaluates the words that are being typed, needs the package bash-completion, and
// completes no values.

// CompletionCommand is "completion": it prints the script for a shell.
func CompletionCommand() *Command {
	return &Command{
		Name:     "completion",
		Operands: "bash|zsh|fish", Min: 1, Max: 1,
		Summary: "print a script that completes commands in a shell",
		About: `Prints a script for a shell, which completes commands, flags, and names of fixtures
and bugs.`,
		Examples: Examples{
			{"source <(emulator completion bash)", "in ~/.bashrc"},
			{"source <(emulator completion zsh)", "in ~/.zshrc, after compinit"},
			{"emulator completion fish | source", "in ~/.config/fish/config.fish"},
		},
		Complete: func() []string { return shells },
		Run: func(_ context.Context, c *Call) error {
			script, ok := scripts[c.Args[0]]
			if !ok {
				return Usagef("%q: want %s", c.Args[0], text.Or(shells))
			}
			_, err := io.WriteString(c.Stdout, script)
			return err
		},
	}
}

// completeCommand is "__complete", which the scripts call: it prints the candidates for
// the last word, each with its explanation.
func completeCommand() *Command {
	return &Command{
		Name: "__complete", Hidden: true, Raw: true, Max: Any,
		Run: func(_ context.Context, c *Call) error {
			for _, row := range c.root.candidates(c.Args) {
				fmt.Fprintln(c.Stdout, strings.TrimSuffix(row[0]+"\t"+row[1], "\t"))
			}
			return nil
		},
	}
}

// A cursor is where completion is: what the words before the last one mean.
type cursor struct {
	at       *Command
	flag     *Flag // whose value comes next
	operands int
	ended    bool // no more flags
}

// candidates are the words that may replace the last one.
func (cmd *Command) candidates(words []string) [][2]string {
	if len(words) == 0 {
		words = []string{""}
	}
	c := cursor{at: cmd}
	last := words[len(words)-1]
	for _, word := range words[:len(words)-1] {
		c.pass(word)
	}
	var list [][2]string
	switch {
	case c.flag != nil:
		list = c.flag.values("")
		last = strings.TrimPrefix(last, "=") // bash makes three words of -flag=value
	case !c.ended && strings.HasPrefix(last, "-"):
		list = c.flags(last)
	default:
		list = c.names()
	}
	var fit [][2]string
	for _, row := range list {
		if strings.HasPrefix(row[0], last) {
			fit = append(fit, row)
		}
	}
	return fit
}

// pass moves on by a word.
func (c *cursor) pass(word string) {
	name, _, valued := strings.Cut(strings.TrimLeft(word, "-"), "=")
	switch {
	case c.flag != nil && word == "=":
	case c.flag != nil:
		c.flag = nil
	case c.ended:
		c.operands++
	case word == "--":
		c.ended = true
	case len(word) > 1 && word[0] == '-':
		if f := c.at.flag(name); f != nil && f.Arg != "" && !valued {
			c.flag = f
		}
	case c.operands == 0 && c.at.find(word) != nil:
		if sub := c.at.find(word); sub.Name != helpName { // whose operands are commands
			c.at = sub
		}
	default:
		c.operands++
		c.ended = c.at.Verbatim
	}
}

// flags are those that the command takes, with as many dashes as were written, or the
// values of -flag=.
func (c *cursor) flags(written string) [][2]string {
	dashes := "-"
	if strings.HasPrefix(written, "--") {
		dashes = "--"
	}
	if name, _, ok := strings.Cut(strings.TrimLeft(written, "-"), "="); ok {
		if f := c.at.flag(name); f != nil {
			return f.values(dashes + name + "=")
		}
		return nil
	}
	var list [][2]string
	for _, f := range c.at.all() {
		if !f.hidden {
			list = append(list, [2]string{dashes + f.Name, f.Usage})
		}
	}
	return append(list, [2]string{dashes + "help", "explain the command"})
}

// names are nested commands and operands.
func (c *cursor) names() [][2]string {
	var list [][2]string
	if c.operands == 0 {
		for _, sub := range c.at.Commands {
			if !sub.Hidden {
				list = append(list, [2]string{sub.Name, sub.Summary})
			}
		}
	}
	if c.at.Complete != nil {
		for _, word := range c.at.Complete() {
			list = append(list, [2]string{word})
		}
	}
	return list
}

// values are candidates for the flag's value.
func (f *Flag) values(prefix string) [][2]string {
	if f.words == nil {
		return nil
	}
	var list [][2]string
	for _, word := range f.words() {
		list = append(list, [2]string{prefix + word})
	}
	return list
}

// flag returns the flag of a name; nil when there is none.
func (cmd *Command) flag(name string) *Flag {
	for _, f := range cmd.all() {
		for _, n := range f.names() {
			if n == name {
				return f
			}
		}
	}
	return nil
}

var shells = []string{"bash", "zsh", "fish"}

// scripts are the scripts for the shells. None evaluates what is being typed. Without
// candidates, each completes names of files.
var scripts = map[string]string{
	"bash": `# Completion of emulator for bash.
_emulator() {
	local line
	COMPREPLY=()
	while IFS= read -r line; do
		COMPREPLY+=("${line%%$'\t'*}")
	done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
	[[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
	return 0
}
complete -o bashdefault -o default -F _emulator emulator
`,
	"zsh": `#compdef emulator
# Completion of emulator for zsh.
_emulator() {
	local -a rows
	local line
	while IFS= read -r line; do
		if [[ $line == *$'\t'* ]]; then
			rows+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
		else
			rows+=("${line//:/\\:}")
		fi
	done < <("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
	if (( $#rows )); then
		_describe emulator rows
	else
		_files
	fi
}
if [[ "$funcstack[1]" == _emulator ]]; then
	_emulator "$@"
else
	compdef _emulator emulator
fi
`,
	"fish": `# Completion of emulator for fish.
function __emulator_complete
	set -l words (commandline -opc)
	set -l current (commandline -ct)
	$words[1] __complete $words[2..-1] "$current" 2>/dev/null
end
complete -c emulator -a '(__emulator_complete)'
`,
}
