package grade

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/cmd/cli"
	engine "rrmq.example/emulator/emulator/grade"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/outfile"
)

// nameWord stands for the submission's name in the file of a report.
const nameWord = "{submission}"

// pictureTime bounds the search for the order that a picture shows.
const pictureTime = 5 * time.Second

// addReport reads one -report.
func (o *options) addReport(text string) error {
	o.reports = append(o.reports, text)
	return new(report.Outputs).Add(text)
}

func (o *options) audience() report.Audience {
	if o.readers == students {
		return report.Students
	}
	return report.Staff
}

// A work is one submission with its reports.
type work struct {
	path  string
	name  string // for files
	place string // begins the line of progress
	outs  report.Outputs
	sum   report.Summary

	onStdout bool // one of its reports goes there
}

// works prepares the submissions: it finds out whether their reports can be written.
func (o *options) works(paths []string, stdout io.Writer) ([]*work, error) {
	var errs []error
	if len(paths) > 1 {
		for _, r := range o.reports {
			if !strings.Contains(r, nameWord) {
				errs = append(errs, fmt.Errorf("-report %s: there are %d submissions, want %s in the name of the file", r, len(paths), nameWord))
			}
		}
	}
	used := map[string]bool{}
	var all []*work
	for _, path := range paths {
		w := &work{path: path, name: unused(used, nameOf(path))}
		all = append(all, w)
		for _, r := range o.reports {
			kind, file, _ := strings.Cut(r, "=")
			file = strings.ReplaceAll(file, nameWord, w.name)
			errs = append(errs, w.outs.Add(kind+"="+file), makeFolder(file))
		}
		if errors.Join(errs...) == nil {
			errs = append(errs, w.outs.Open(stdout, o.overwrite, append(slices.Clone(o.files), paths...)...))
		}
	}
	if o.pictures != "" {
		if err := outfile.Dir(o.pictures); err != nil {
			errs = append(errs, fmt.Errorf("-pictures %w", err))
		}
	}
	return all, errors.Join(errs...)
}

// nameOf names a submission after its folder or archive.
func nameOf(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	base := filepath.Base(path)
	for _, extension := range []string{".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2"} {
		base = strings.TrimSuffix(base, extension)
	}
	return fileName(base)
}

// fileName turns a name into that of a file: letters and digits of any script stay.
func fileName(name string) string {
	if !strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf && isKept(r) }) {
		return text.FileName(name)
	}
	safe := strings.Map(func(r rune) rune {
		if isKept(r) {
			return r
		}
		return '_'
	}, name)
	for len(safe) > maxName {
		_, size := utf8.DecodeLastRuneInString(safe)
		safe = safe[:len(safe)-size]
	}
	if safe[0] == '-' {
		return "_" + safe
	}
	return safe
}

// maxName bounds a file name that fileName makes, in bytes.
const maxName = 200

func isKept(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) || r == '_' || r == '-'
}

// makeFolder makes the folder of a report, unless it is there.
func makeFolder(file string) error {
	if file == "-" {
		return nil
	}
	folder := filepath.Dir(file)
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		return nil // if it takes no file, opening that says so
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return fmt.Errorf("-report: the folder cannot be made: %w", err)
	}
	return nil
}

// tableOf writes the table of a class.
func tableOf(c *cli.Call, works []*work) {
	if len(works) < 2 {
		return
	}
	var all []report.Summary
	table := c.Stdout
	for _, w := range works {
		all = append(all, w.sum)
		if w.onStdout {
			table = c.Stderr
		}
	}
	fmt.Fprintln(table)
	report.SummaryTable(table, all)
}

// kept prints the verdict of a cluster that stays up, before the user looks at it.
func (o *options) kept(out io.Writer) func(*scenario.Verdict) {
	return func(v *scenario.Verdict) {
		shown := o.audience().Show([]scenario.Verdict{*v})
		report.Table(out, shown, report.TableOptions{Verbose: o.verbose, Style: cli.Style(out, o.color, report.TableWidth)})
	}
}

// unused returns a file name that has not been used yet, also where capitals make no
// difference.
func unused(used map[string]bool, name string) string {
	free := name
	for n := 2; used[strings.ToLower(free)]; n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	used[strings.ToLower(free)] = true
	return free
}

// keep writes the reports on the way.
func (o *options) keep(w *work, verdicts []scenario.Verdict) error {
	shown := o.audience().Show(verdicts)
	return w.outs.Keep(func(kind string, to io.Writer) error { return report.WriteOf(w.name, kind, to, shown) })
}

// report prints the table and writes the reports.
func (o *options) report(c *cli.Call, w *work, verdicts []scenario.Verdict) error {
	table := c.Stdout
	if w.onStdout = w.outs.OnStdout(); w.onStdout {
		table = c.Stderr
	}
	shown := o.audience().Show(verdicts)
	report.Table(table, shown, report.TableOptions{Verbose: o.verbose, Style: cli.Style(table, o.color, report.TableWidth)})
	o.tellLinux(table, shown)
	err := w.outs.Write(func(kind string, to io.Writer) error { return report.WriteOf(w.name, kind, to, shown) })
	return errors.Join(err, w.outs.Close())
}

// tellLinux says how the scenarios can be run that this system cannot run.
func (o *options) tellLinux(out io.Writer, verdicts []scenario.Verdict) {
	var names []string
	for i := range verdicts {
		v := &verdicts[i]
		if v.Foreign != nil && v.Foreign.Kind == course.NotObservable && strings.Contains(v.Problem, engine.LinuxWords) ||
			runtime.GOOS != "linux" && v.Foreign != nil && v.Foreign.Kind == course.Bypassed {
			names = append(names, v.Name)
		}
	}
	if len(names) == 0 {
		return
	}
	fmt.Fprintf(out, "These need Linux, and were not counted: %s.\n", strings.Join(names, ", "))
	fmt.Fprintln(out, "  in WSL:         wsl ./emulator-linux-amd64 grade .")
	fmt.Fprintln(out, "  in a container: docker run --rm -v \"$PWD:/w\" -w /w python:3 ./emulator-linux-amd64 grade .")
}

// draw draws the clients' requests of each scenario that failed.
func (o *options) draw(ctx context.Context, w *work, verdicts []scenario.Verdict) error {
	var errs []error
	for i := range verdicts {
		v := &verdicts[i]
		if o.pictures == "" || v.Foreign == nil || v.Foreign.History == nil || v.Foreign.Kind == course.Passed || !o.audience().Sees(v.Grade) {
			continue
		}
		errs = append(errs, o.picture(ctx, w.name, v.Name, v.Foreign.History))
	}
	return errors.Join(errs...)
}

func (o *options) picture(ctx context.Context, submission, scenario string, h *history.History) error {
	name := submission + "-" + fileName(scenario)
	out, err := outfile.Create(filepath.Join(o.pictures, name+".html"), cli.PictureFile(o.overwrite, o.files...))
	if err != nil {
		return fmt.Errorf("-pictures: %w", err)
	}
	defer out.Abort()
	if err := history.Picture(ctx, out, *h, history.Options{Timeout: pictureTime, Title: scenario + ", " + submission}); err != nil {
		return fmt.Errorf("-pictures: %s: %w", name, err)
	}
	return out.Commit()
}
