package docs

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"
)

// patience bounds how long one command of a document may take.
const patience = 2 * time.Minute

// TestConsole runs the commands of every document, each document in one shell, and
// compares what they print with what the document shows. In the document
//
//	$ COMMAND    is a command; a line that ends in \ goes on in the next one
//	…            on a line of its own stands for any lines, within a line for any text
//
// Times, rates, dates, ids, seq numbers and the width of columns may differ. go test
// ./docs -update writes what the commands print now into the documents.
func TestConsole(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil || runtime.GOOS == "windows" {
		assert.Equal(t, os.Getenv("CI"), "", "CI has bash")
		t.Skip("the documents' commands are for bash, which is not here")
	}
	program := build(t)
	for _, file := range documents(t) {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "../"), ".md")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runDocument(t, program, file)
		})
	}
}

func runDocument(t *testing.T, program, file string) {
	var s *session
	for _, b := range blocks(t, file) {
		if _, ok := b.marks["not run"]; ok || b.lang != "console" || !available(t, b) {
			continue
		}
		if s == nil {
			s = startSession(t, program)
		}
		got, code, err := s.runBlock(b)
		assert.NilError(t, err, "%s", b)
		want := 0
		if text, ok := b.marks["exit"]; ok {
			want, err = strconv.Atoi(text)
			assert.NilError(t, err, "%s", b)
		}
		assert.Check(t, code == want, "%s: the last command ends with exit code %d, want %d; it printed:\n%s", b, code, want, got)
		if matches(b.text, got) {
			continue
		}
		if golden.FlagUpdate() {
			replace(t, b, got)
			continue
		}
		t.Errorf("%s shows\n%s\nand the commands print\n%s\ngo test ./docs -update writes that into the document", b, b.text, got)
	}
}

// available reports whether the machine has the programs that a block needs.
func available(t *testing.T, b *block) bool {
	needs, ok := b.marks["needs"]
	if !ok {
		return true
	}
	for _, tool := range strings.Split(needs, ", ") {
		if !hasTool(tool) {
			assert.Equal(t, os.Getenv("CI"), "", "CI installs %s", tool)
			t.Logf("%s is not run: there is no %s", b, tool)
			return false
		}
	}
	return true
}

func hasTool(tool string) bool {
	if tool == "pytest" {
		return findPython() != ""
	}
	_, err := exec.LookPath(tool)
	return err == nil
}

// A session is a shell in a copy of what a reader has: the examples and the program,
// whose ports are others, so that sessions do not meet.
type session struct {
	t      *testing.T
	input  io.Writer
	output *bufio.Reader
	ports  ports
}

// endMark stands behind what a command printed, before its exit code.
const endMark = "\x01done "

func startSession(t *testing.T, program string) *session {
	dir := t.TempDir()
	for _, folder := range []string{"examples", "failing"} {
		assert.NilError(t, os.CopyFS(filepath.Join(dir, "docs", folder), os.DirFS(folder)))
	}
	s := &session{t: t, ports: freePorts(t)}
	bin := filepath.Join(t.TempDir(), "bin")
	assert.NilError(t, os.Mkdir(bin, 0o755))
	writeScript(t, filepath.Join(bin, "emulator"), s.ports.shim(program))
	if python := findPython(); python != "" {
		writeScript(t, filepath.Join(bin, "pytest"), fmt.Sprintf("#!/bin/sh\nexec %s -B -m pytest -p no:cacheprovider \"$@\"\n", python))
	}
	home := t.TempDir() // curl shows its progress on a terminal only
	assert.NilError(t, os.WriteFile(filepath.Join(home, ".curlrc"), []byte("silent\nshow-error\n"), 0o666))
	ctx, cancel := context.WithCancel(context.Background())
	shell := exec.CommandContext(ctx, "bash", "--norc", "--noprofile")
	shell.Dir = dir
	shell.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"HOME="+home, "COLUMNS=100", "NO_COLOR=1", "LC_ALL=C.UTF-8", "PS1=")
	separate(shell)
	shell.WaitDelay = 5 * time.Second
	input, err := shell.StdinPipe()
	assert.NilError(t, err)
	read, write, err := os.Pipe()
	assert.NilError(t, err)
	shell.Stdout, shell.Stderr = write, write
	assert.NilError(t, shell.Start())
	assert.NilError(t, write.Close())
	s.input, s.output = input, bufio.NewReader(read)
	t.Cleanup(func() {
		cancel()
		_ = shell.Wait()
		_ = read.Close()
	})
	return s
}

func writeScript(t *testing.T, file, text string) {
	t.Helper()
	assert.NilError(t, os.WriteFile(file, []byte(text), 0o755))
}

// runBlock runs a block's commands and gives them with what they printed, as the
// document would show them, and the exit code of the last one.
func (s *session) runBlock(b *block) (shown string, code int, err error) {
	var out strings.Builder
	for _, c := range splitCommands(b.text) {
		printed, exit, err := s.run(c)
		if err != nil {
			return "", 0, fmt.Errorf("%s: %w", c.text, err)
		}
		out.WriteString("$ " + c.text + "\n" + printed)
		code = exit
	}
	return out.String(), code, nil
}

// A command of a block, and the number of lines that it shows.
type command struct {
	text  string
	lines int
}

func splitCommands(text string) []command {
	var all []command
	goesOn := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		written, begins := strings.CutPrefix(line, "$ ")
		switch {
		case goesOn:
			all[len(all)-1].text += "\n" + line
		case begins:
			all = append(all, command{text: written})
		default:
			all[len(all)-1].lines++
			continue
		}
		goesOn = strings.HasSuffix(line, `\`)
	}
	return all
}

// progress is a line that a command prints only when it takes long.
var progress = regexp.MustCompile(`^\d+ of \d+ runs done, `)

// run runs a command. One in the background is given the time to print what the
// document shows.
func (s *session) run(c command) (printed string, code int, err error) {
	if _, err := fmt.Fprintf(s.input, "%s\nprintf '%s%%d\\n' $?\n", s.ports.hide(c.text), `\001done `); err != nil {
		return "", 0, err
	}
	inBackground := strings.HasSuffix(c.text, "&")
	type result struct {
		text string
		code int
		err  error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		var lines []string
		ended := false
		for !ended || inBackground && len(lines) < c.lines {
			line, err := s.output.ReadString('\n')
			if err != nil {
				r.err = err
				break
			}
			if before, after, ok := strings.Cut(line, endMark); ok {
				ended = true
				r.code, r.err = strconv.Atoi(strings.TrimSpace(after))
				if line = before; line == "" {
					continue
				}
				line += "\n" // the command's last line had no end
			}
			if !progress.MatchString(line) {
				lines = append(lines, s.ports.show(line))
			}
		}
		r.text = strings.Join(lines, "")
		done <- r
	}()
	select {
	case r := <-done:
		return r.text, r.code, r.err
	case <-time.After(patience):
		return "", 0, fmt.Errorf("it did not end within %v", patience)
	}
}

// Ports that a reader has by default, and the ones of a session.
const (
	shownAdmin = 8500
	shownBase  = 8567
	shownNodes = 13
)

type ports struct{ admin, base int }

// freePorts finds ports side by side that nobody uses now.
func freePorts(t *testing.T) ports {
	t.Helper()
	for try := range 200 {
		p := ports{admin: 20000 + (os.Getpid()*31+try*97)%20000}
		p.base = p.admin + 1
		if p.reserve() == nil {
			return p
		}
	}
	t.Fatal("no free ports side by side")
	return ports{}
}

// taken are the ports that sessions have; they are found one after another.
var taken = make(chan map[int]bool, 1)

func init() { taken <- map[int]bool{} }

func (p ports) reserve() error {
	used := <-taken
	defer func() { taken <- used }()
	for port := p.admin; port <= p.base+shownNodes; port++ {
		if used[port] {
			return errors.New("a session has it")
		}
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err != nil {
			return err
		}
		if err := l.Close(); err != nil {
			return err
		}
	}
	for port := p.admin; port <= p.base+shownNodes; port++ {
		used[port] = true
	}
	return nil
}

var port = regexp.MustCompile(`\b\d{4,5}\b`)

// hide puts the session's ports into a command, show the shown ones into its output.
func (p ports) hide(s string) string {
	return port.ReplaceAllStringFunc(s, func(word string) string {
		n, _ := strconv.Atoi(word)
		switch {
		case n == shownAdmin:
			return strconv.Itoa(p.admin)
		case n >= shownBase && n < shownBase+shownNodes:
			return strconv.Itoa(p.base + n - shownBase)
		}
		return word
	})
}

func (p ports) show(s string) string {
	return port.ReplaceAllStringFunc(s, func(word string) string {
		n, _ := strconv.Atoi(word)
		switch {
		case n == p.admin:
			return strconv.Itoa(shownAdmin)
		case n >= p.base && n < p.base+shownNodes:
			return strconv.Itoa(shownBase + n - p.base)
		}
		return word
	})
}

// shim is a script that starts the program, with the session's ports where it hosts
// a cluster.
func (p ports) shim(program string) string {
	return fmt.Sprintf(`#!/bin/sh
case "${1-}" in
ctl | load) export EMULATOR_URL="${EMULATOR_URL:-http://127.0.0.1:%[2]d}" ;;
"" | -*)
	case " $* " in
	*" -h "* | *" -list "* | *" -version "* | *" -base-port "*) exec %[1]s "$@" ;;
	*" -config "*) exec %[1]s "$@" -admin 127.0.0.1:%[2]d ;;
	esac
	exec %[1]s "$@" -admin 127.0.0.1:%[2]d -base-port %[3]d
	;;
esac
exec %[1]s "$@"
`, program, p.admin, p.base)
}

// masks are what may differ from run to run.
var masks = []struct {
	what *regexp.Regexp
	mask string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "<id>"},
	{regexp.MustCompile(`(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT`), "<date>"},
	{regexp.MustCompile(`"(seq|time_ns|time_ms|waited_ms|at_ms|step|cause|matched|acted)":\s?[\d.]+`), `"$1":<n>`},
	{regexp.MustCompile(`\b(record|seq) +\d+`), "$1 <n>"},
	{regexp.MustCompile(`#\d+`), "#<n>"},
	{regexp.MustCompile(`[\d.,]+ (lines/s|states/s|runs a minute|done per second|requests/s)`), "<rate> $1"},
	{regexp.MustCompile(`\b\d[\d,]*(\.\d+)?(e[+-]\d+)? ?(ns|µs|ms|s|m\d+s|milliseconds)\b`), "<time>"},
	{regexp.MustCompile(`[ \t]+`), " "},
}

func masked(line string) string {
	for _, m := range masks {
		line = m.what.ReplaceAllString(line, m.mask)
	}
	return strings.TrimSpace(line)
}

// matches reports whether a document shows the printed text.
func matches(shown, printed string) bool {
	var pattern strings.Builder
	pattern.WriteString("^")
	for line := range strings.Lines(shown) {
		line = strings.TrimSpace(line)
		if line == "…" {
			pattern.WriteString(`(?:[^\n]*\n)*?`)
			continue
		}
		parts := strings.Split(masked(line), "…")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		pattern.WriteString(strings.Join(parts, `[^\n]*`) + `\n`)
	}
	pattern.WriteString("$")
	var text strings.Builder
	for line := range strings.Lines(printed) {
		text.WriteString(masked(line) + "\n")
	}
	return regexp.MustCompile(pattern.String()).MatchString(text.String())
}

// replace writes what was printed into the document, in the block's place.
func replace(t *testing.T, b *block, printed string) {
	t.Helper()
	data, err := os.ReadFile(b.file)
	assert.NilError(t, err)
	old := []byte("```console\n" + b.text + "```\n")
	assert.Equal(t, bytes.Count(data, old), 1, "%s: the block is there more than once", b)
	data = bytes.Replace(data, old, []byte("```console\n"+elide(b.text, printed)+"```\n"), 1)
	assert.NilError(t, os.WriteFile(b.file, data, 0o666))
}

// elide leaves out of what a block's commands print what the document left out before,
// and keeps the lines that still match.
func elide(shown, printed string) string {
	before, after := outputs(shown), outputs(printed)
	if len(before) != len(after) {
		return printed
	}
	var out []string
	for i, lines := range after {
		first := slices.Index(before[i], "…")
		if first < 0 || first > len(lines) {
			out = append(out, keepMatching(before[i], lines)...)
			continue
		}
		behind := before[i][lastIndex(before[i], "…")+1:]
		if first+len(behind) > len(lines) {
			out = append(out, lines...)
			continue
		}
		out = append(out, keepMatching(before[i][:first], lines[:first])...)
		out = append(out, "…")
		out = append(out, keepMatching(behind, lines[len(lines)-len(behind):])...)
	}
	return strings.Join(out, "\n") + "\n"
}

// outputs splits a block's text into its commands, each with what it prints.
func outputs(text string) [][]string {
	var all [][]string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "$ ") {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], strings.TrimSuffix(line, "\n"))
	}
	return all
}

func keepMatching(shown, printed []string) []string {
	kept := slices.Clone(printed)
	for i := range kept {
		if i < len(shown) && matches(shown[i]+"\n", printed[i]+"\n") {
			kept[i] = shown[i]
		}
	}
	return kept
}

func lastIndex(lines []string, line string) int {
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i] == line {
			return i
		}
	}
	return -1
}

func TestElide(t *testing.T) {
	shown := "$ a\nx 1\n…\nz 3 ms\n$ b\nnode … leads\n"
	printed := "$ a\nx 2\ny\ny\nz 4 ms\n$ b\nnode 3 leads\n"
	assert.Equal(t, elide(shown, printed), "$ a\nx 2\n…\nz 3 ms\n$ b\nnode … leads\n")
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		name, shown, printed string
		want                 bool
	}{
		{"Same", "$ a\nb\n", "$ a\nb\n", true},
		{"Other", "$ a\nb\n", "$ a\nc\n", false},
		{"LineMissing", "$ a\nb\n", "$ a\n", false},
		{"LineMore", "$ a\n", "$ a\nb\n", false},
		{"AnyLines", "$ a\n…\nd\n", "$ a\nb\nc\nd\n", true},
		{"AnyLinesNone", "$ a\n…\nd\n", "$ a\nd\n", true},
		{"AnyLinesOtherEnd", "$ a\n…\nd\n", "$ a\nb\ne\n", false},
		{"AnyText", "$ a\nnode … leads\n", "$ a\nnode 3 leads\n", true},
		{"AnyTextOneLine", "$ a\nnode … leads\n", "$ a\nnode\n3 leads\n", false},
		{"Times", "$ a\ntook 3 ms, 0.472 s\n", "$ a\ntook 417 ms, 1.001 s\n", true},
		{"Seq", "$ a\n{\"seq\":3,\"n\":4}\n", "$ a\n{\"seq\":17,\"n\":4}\n", true},
		{"Number", "$ a\n{\"seq\":3,\"n\":4}\n", "$ a\n{\"seq\":17,\"n\":5}\n", false},
		{"Columns", "$ a\nx   1\n", "$ a\nx 1\n", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, matches(c.shown, c.printed), c.want)
		})
	}
}
