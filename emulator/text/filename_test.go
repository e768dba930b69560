package text

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

func TestFileNameIsTakenByEveryFileSystem(t *testing.T) {
	for s, want := range map[string]string{
		"figure_7": "figure_7", "Figure 7 (a)": "Figure_7__a_", "../etc/passwd": "___etc_passwd", "ärger": "_rger", "a\nb": "a_b",
		"": "_", "-x": "_-x", "con": "_con", "NUL": "_NUL", "Lpt1": "_Lpt1", "con1": "con1", "console": "console", "a.": "a_", "x\xff": "x_",
	} {
		assert.Equal(t, FileName(s), want, "%q", s)
	}
	assert.Equal(t, len(FileName(strings.Repeat("x", 200_000))), 200)
	assert.Equal(t, len(FileName(strings.Repeat("-", 200_000))), 200)
}
