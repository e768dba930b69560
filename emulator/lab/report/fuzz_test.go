package report_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// awkward are texts that a report may take for something else.
var awkward = []string{
	"", "plain", "]]>", "<a href='x'>&amp;\"", "# SKIP it", `a \# b \`, "5 - not ok", "%d %s %!",
	"\x00\x07\x1b[31mred\x1b[0m\x7f", "\xff\xfe half \xe2\x82", "\ufffd \ufffe \uffff", "a\r\nb\rc\td\n\n",
	"\u202egnp.exe \u2028 \u0085 \u200b", "  ---\n  ...\nok 1\nBail out!", "§5.3 → ünï 😀 漢字",
	strings.Repeat("x", 20000), strings.Repeat("long words ", 2000), strings.Repeat("\n", 500),
}

// FuzzText puts any text into every field: all reports stay well formed, and none has
// control characters.
func FuzzText(f *testing.F) {
	for i, text := range awkward {
		f.Add(text, uint8(i), uint8(i+1))
	}
	f.Fuzz(func(t *testing.T, text string, first, second uint8) {
		verdicts := []scenario.Verdict{filled(text, first), filled(text, second), filled("b"+text, first)}
		checkJUnit(t, checkPrintable(t, write(t, "junit", verdicts)), verdicts)
		readJSON[gradescope](t, checkPrintable(t, write(t, "gradescope", verdicts)))
		readJSON[github](t, checkPrintable(t, write(t, "github", verdicts)))
		readJSON[map[string]any](t, write(t, "json", verdicts))
		assert.Equal(t, len(readTAP(t, 13, checkPrintable(t, write(t, "tap", verdicts)))), 2)
		assert.Equal(t, len(readTAP(t, 14, checkPrintable(t, write(t, "tap14", verdicts)))), 2)
		for _, verbose := range []bool{false, true} {
			shown := checkPrintable(t, table(verdicts, verbose))
			for l := range strings.SplitSeq(shown, "\n") {
				assert.Assert(t, utf8.RuneCountInString(l) <= 100, l)
			}
		}
	})
}

// filled has the text in every field except its command, which is never wrapped.
func filled(text string, status uint8) scenario.Verdict {
	s := scenario.Status(status % 4)
	v := run(text, text, 2)
	v.File, v.Description, v.Paper, v.Problem, v.Status = text, text, text, text, s
	v.Grade.Tags, v.Grade.Visibility = []string{text}, "visible"
	v.Command = "emulator run it"
	v.Findings = append(v.Findings, scenario.Finding{
		Line: 1, Expected: text, Because: text, Status: s, Seen: text, When: time.Second, Trail: []string{text, text},
	})
	return v
}

func checkPrintable(t testing.TB, s string) string {
	t.Helper()
	assert.Assert(t, utf8.ValidString(s))
	at := strings.IndexFunc(s, func(r rune) bool {
		return r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x2028 && r <= 0x202e || r >= 0xfffe && r <= 0xffff)
	})
	assert.Assert(t, at < 0, "at %d", at)
	return s
}
