package report_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text/outfile"
)

func TestOutputsWriteTheirFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results=1.xml")
	var o report.Outputs
	assert.NilError(t, o.Add("junit="+file))
	assert.Assert(t, !o.OnStdout())
	assert.NilError(t, o.Add("text=-", "text"))
	assert.Assert(t, o.OnStdout())
	var stdout bytes.Buffer
	assert.NilError(t, o.Open(&stdout, false))
	assert.NilError(t, o.Write(func(kind string, to io.Writer) error {
		_, err := io.WriteString(to, kind)
		return err
	}))
	assert.ErrorContains(t, o.Write(func(kind string, _ io.Writer) error { return errors.New(kind + " is broken") }),
		"junit is broken\ntext is broken")
	assert.NilError(t, o.Close())
	assert.NilError(t, o.Close())
	assert.Equal(t, stdout.String(), "text")
	text, err := os.ReadFile(file)
	assert.NilError(t, err)
	assert.Equal(t, string(text), "junit")
}

func TestOutputsReportEachProblem(t *testing.T) {
	for value, want := range map[string]string{
		"junit": "want KIND=FILE", "junit=": "want KIND=FILE", "junti=a": `did you mean "junit"?`, "text=a": "unknown kind of report",
	} {
		var o report.Outputs
		assert.ErrorContains(t, o.Add(value), want, value)
	}

	// The error names every file that cannot be opened; the others are closed.
	t.Chdir(t.TempDir())
	var o report.Outputs
	for _, value := range []string{"junit=no/a", "tap=b", "json=b", "github=.", "tap=-", "json=-"} {
		assert.NilError(t, o.Add(value))
	}
	assert.Error(t, o.Open(io.Discard, false), "-report junit=no/a: no such file or directory\n"+
		"-report json=b: another output goes there already\n"+
		"-report github=.: it is a directory, want the name of a file\n"+
		"-report json=-: another output goes there already")
	assert.NilError(t, o.Close())
}

// A report replaces one of its kind, and nothing else.
func TestOutputsReplaceReportsOfTheirKind(t *testing.T) {
	dir := t.TempDir()
	open := func(kind, file string, overwrite bool, inputs ...string) error {
		var o report.Outputs
		assert.NilError(t, o.Add(kind+"="+filepath.Join(dir, file)))
		err := o.Open(io.Discard, overwrite, inputs...)
		if err == nil {
			err = o.Write(func(kind string, to io.Writer) error { return report.Write(kind, to, []scenario.Verdict{{}}) })
		}
		return errors.Join(err, o.Close())
	}
	for _, k := range report.Kinds() {
		assert.NilError(t, open(k.Name, k.Name, false))
		assert.NilError(t, open(k.Name, k.Name, false), "%s again", k.Name)
	}
	for _, k := range report.Kinds() {
		other := "junit"
		if k.Name == "junit" {
			other = "json"
		}
		assert.ErrorContains(t, open(k.Name, other, false), "it does not begin like a "+k.Name+" report; -overwrite replaces it")
	}
	assert.ErrorContains(t, open("json", "junit", true, filepath.Join(dir, "junit")), "it is also an input")
	assert.NilError(t, open("json", "junit", true))
}

// Two reports never go to one file, whatever links lead there.
func TestOutputsOfOneFileAreRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	assert.NilError(t, os.WriteFile("a.json", nil, 0o666))
	assert.NilError(t, os.Symlink("a.json", "l.json"))
	var o report.Outputs
	assert.NilError(t, o.Add("json=a.json"))
	assert.NilError(t, o.Add("junit=l.json"))
	assert.ErrorIs(t, o.Open(io.Discard, false), outfile.ErrTaken)
	assert.NilError(t, o.Close())
}
