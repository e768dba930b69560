package text

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

func TestShellWords(t *testing.T) {
	assert.Equal(t, ShellWords("a", "b c", "it's", "", "*", "-bug=x@0,2-3"), `a 'b c' 'it'\''s' '' '*' -bug=x@0,2-3`)
	assert.Equal(t, ShellWords(), "")
	for _, word := range []string{"~", "$HOME", "a;b", "`", "#", "ä", "!!", "<", `\`, "=a"} {
		assert.Equal(t, ShellWord(word), "'"+word+"'")
	}
	assert.Equal(t, ShellWord("a\nb.toml"), `"$(printf 'a\012b.toml')"`)
	assert.Equal(t, ShellWord("-%\xff"), `"$(printf '\055\045\377')"`)
	assert.Equal(t, ShellWord("a\n"), `$'a\012'`)
}

// hardWords are words that shells, lines or encodings may change.
var hardWords = []string{
	"plain", "", " ", "it's", `"`, `\n`, "$HOME", "$(echo)", "`echo`", "*", "?", "[a]", "~", "#", "!!", ";", "&", "|", "<", "(", "{a,b}",
	"=ls", "%s", "-n", "a\nb", "\na", "a\n\nb", "a\r\nb", "\t", "\x1b[31m", "\x7f", "\xff", "a\xc3", "ä", "漢", "😀", "\u202e", "\u00a0", "\ufffd",
	"-\xff", "%d\xff%%", "'\xff\"\\\n'", "\x01\x31", "0\x010",
}

// Words for some shells only.
var (
	newlines    = []string{"a\n", "\n\n", "\xff\n"}
	backslashes = []string{`\`, `\\`, `a\`, `\'`}
)

func TestShellsTakeShellWordsAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		shell []string
		also  []string
	}{
		{[]string{"sh"}, backslashes},
		{[]string{"dash"}, backslashes},
		{[]string{"bash", "--norc"}, append(newlines, backslashes...)},
		{[]string{"bash", "--posix", "--norc"}, backslashes},
		{[]string{"zsh", "-f"}, append(newlines, backslashes...)},
		{[]string{"fish", "--no-config"}, nil},
	} {
		t.Run(strings.Join(c.shell, " "), func(t *testing.T) {
			path, err := exec.LookPath(c.shell[0])
			if err != nil && os.Getenv("CI") == "" {
				t.Skip(err)
			}
			assert.NilError(t, err)
			words := append(c.also, hardWords...)
			command := ShellWords(append([]string{"/usr/bin/printf", `%s\0`}, words...)...)
			assert.Assert(t, !strings.Contains(command, "\n"))
			assert.Equal(t, Printable(command), command)
			shell := exec.Command(path, append(c.shell[1:], "-c", command)...)
			shell.Stderr = os.Stderr
			shell.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
			got, err := shell.Output()
			assert.NilError(t, err)
			assert.DeepEqual(t, strings.Split(strings.TrimSuffix(string(got), "\x00"), "\x00"), words)
		})
	}
}
