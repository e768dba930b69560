package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"rrmq.example/emulator/tests/submissions"
)

// groups are the groups of jobs, in the order in which they run.
var groups = []string{"submissions", "reference", "idle", "busy", "bugs", "aimed", "course"}

// How often each job of a group is run.
const (
	timesSubmission = 3
	timesReference  = 10
	timesLimits     = 50
	timesAimed      = 3
	timesCourse     = 100
)

// casesOfCourse is the number of cases in tests/course that drive a cluster of one program.
const casesOfCourse = 23

func (r *runner) jobsOf(ctx context.Context, group string) ([]job, error) {
	switch group {
	case "submissions":
		return r.submissions()
	case "reference":
		return r.reference(group, timesReference, false)
	case "idle", "busy":
		return r.reference(group, timesLimits, group == "busy")
	case "bugs", "aimed":
		return r.planted(ctx, group)
	}
	return r.course()
}

// submissions has the jobs of the programs in tests/submissions.
func (r *runner) submissions() ([]job, error) {
	all, err := submissions.All()
	if err != nil {
		return nil, err
	}
	var jobs []job
	for n := range timesSubmission {
		for _, s := range all {
			dir := filepath.Join(r.work, "submissions", filepath.FromSlash(s.Name))
			if n == 0 {
				if err := s.Assemble(dir); err != nil {
					return nil, err
				}
			}
			jobs = append(jobs, job{
				name:  fmt.Sprintf("submissions/%s/%d", s.Name, n+1),
				group: "submissions", submission: dir, course: s.Course(),
				judge: func(res result, output string) []string {
					wrong := s.Judge(res.verdicts())
					if !slices.Contains(s.Exit, res.Exit) {
						wrong = append(wrong, fmt.Sprintf("exit code %d, not one of %v", res.Exit, s.Exit))
					}
					if !strings.Contains(output, s.Says) {
						wrong = append(wrong, fmt.Sprintf("the grader does not say %q", s.Says))
					}
					return wrong
				},
			})
		}
	}
	return jobs, nil
}

// node makes a submission and a course file that start emulator node with these flags.
func (r *runner) node(name string, flags ...string) (dir, file string, err error) {
	dir = filepath.Join(r.work, "nodes", name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", "", err
	}
	command, err := json.Marshal(slices.Concat([]string{r.emulator, "node"}, flags, []string{"{config}", "{index}"}))
	if err != nil {
		return "", "", err
	}
	text := fmt.Sprintf("format = 1\nname = \"emulator node\"\n\n[start]\ncommand = %s\nconfig_file = \"config.json\"\ninternal_port = true\n%s", command, messages)
	if err := os.WriteFile(filepath.Join(dir, "README"), []byte("Starts emulator node.\n"), 0o644); err != nil {
		return "", "", err
	}
	file = dir + ".toml"
	return dir, file, os.WriteFile(file, []byte(text), 0o644)
}

// messages is how the messages of emulator node are recognized.
const messages = `
[messages.request_vote]
path = "/rpc/{sender}"
field = "class"
value = "VoteRequestMessage"

[messages.append_entries]
path = "/rpc/{sender}"
field = "class"
value = "AppendEntriesMessage"
entries = "dict.entries"
`

// reference has the jobs of a healthy emulator node: everything passes.
func (r *runner) reference(group string, times int, busy bool) ([]job, error) {
	dir, file, err := r.node("healthy")
	if err != nil {
		return nil, err
	}
	var jobs []job
	for n := range times {
		jobs = append(jobs, job{
			name: fmt.Sprintf("%s/%d", group, n+1), group: group,
			submission: dir, course: file, busy: busy,
			judge: func(res result, _ string) []string {
				correct := submissions.Submission{Name: "emulator node"}
				wrong := correct.Judge(res.verdicts())
				if len(res.Kinds) == 0 {
					wrong = append(wrong, "there are no verdicts")
				}
				if res.Exit != 0 || res.Points < res.MaxPoints {
					wrong = append(wrong, fmt.Sprintf("exit code %d, %g of %g points", res.Exit, res.Points, res.MaxPoints))
				}
				return wrong
			},
		})
	}
	return jobs, nil
}

//go:embed bugs.toml
var bugsFile string

// readHidden returns the planted bugs whose harm no client can see, each with the reason.
func readHidden() (map[string]string, error) {
	var file struct {
		Told   map[string]map[string][]string
		Hidden map[string]string
	}
	meta, err := toml.Decode(bugsFile, &file)
	if err != nil {
		return nil, fmt.Errorf("bugs.toml: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("bugs.toml: unknown keys %v", unknown)
	}
	return file.Hidden, nil
}

// aims returns the names of the scenarios of the course's set that are aimed at each bug: a
// scenario has a tag "bug:NAME".
func aims() (map[string][]string, error) {
	files, err := filepath.Glob(filepath.Join("fixtures", "course", "*.toml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no scenarios in fixtures/course: start at the root of the repository: %w", err)
	}
	aimed := map[string][]string{}
	for _, file := range files {
		var f struct {
			Name  string
			Grade struct{ Tags []string }
		}
		if _, err := toml.DecodeFile(file, &f); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, tag := range f.Grade.Tags {
			if bug, ok := strings.CutPrefix(tag, "bug:"); ok {
				aimed[bug] = append(aimed[bug], f.Name)
			}
		}
	}
	return aimed, nil
}

// planted has the jobs of emulator node with each planted bug: with the whole set, or with
// the scenarios that are aimed at it.
func (r *runner) planted(ctx context.Context, group string) ([]job, error) {
	names, err := r.bugs(ctx)
	if err != nil {
		return nil, err
	}
	aimed, err := aims()
	if err != nil {
		return nil, err
	}
	hidden, err := readHidden()
	if err != nil {
		return nil, err
	}
	var jobs []job
	for _, name := range names {
		dir, file, err := r.node("bug-"+name, "-bug", name)
		if err != nil {
			return nil, err
		}
		j := job{group: group, submission: dir, course: file, judge: shown(hidden[name])}
		if group == "bugs" {
			j.name = "bugs/" + name
			jobs = append(jobs, j)
			continue
		}
		for n := 0; n < timesAimed && len(aimed[name]) > 0; n++ {
			j.name = fmt.Sprintf("aimed/%s/%d", name, n+1)
			j.flags = []string{"-run", "^(" + strings.Join(aimed[name], "|") + ")$"}
			jobs = append(jobs, j)
		}
	}
	return jobs, nil
}

// shown demands that at least one scenario shows the bug, unless its harm is hidden.
func shown(hidden string) func(result, string) []string {
	return func(res result, _ string) []string {
		switch {
		case len(res.Kinds) == 0:
			return []string{"there are no verdicts"}
		case len(res.shown()) == 0 && hidden == "":
			return []string{"no scenario tells the bug"}
		}
		return nil
	}
}

// told lists the scenarios whose verdict is against the program.
func (r *result) shown() []submissions.Verdict {
	return slices.DeleteFunc(r.verdicts(), func(v submissions.Verdict) bool { return !slices.Contains(against, v.Kind) })
}

// against are the kinds of verdicts that say that the program is wrong.
var against = []string{"wrong", "not available", "crashed", "did not start", "too slow"}

// bugs lists the planted bugs.
func (r *runner) bugs(ctx context.Context) ([]string, error) {
	out, err := exec.CommandContext(ctx, r.emulator, "bugs", "-json").Output()
	if err != nil {
		return nil, fmt.Errorf("emulator bugs: %w", err)
	}
	var list struct {
		Bugs []struct{ Name string }
	}
	if err := json.Unmarshal(out, &list); err != nil {
		return nil, fmt.Errorf("emulator bugs: %w", err)
	}
	var names []string
	for _, b := range list.Bugs {
		names = append(names, b.Name)
	}
	return names, nil
}

// course has the jobs of the suite in tests/course, which starts nodes by itself.
func (r *runner) course() ([]job, error) {
	suite, err := filepath.Abs(filepath.Join("tests", "course"))
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(suite); err != nil {
		return nil, fmt.Errorf("start at the root of the repository: %w", err)
	}
	command := []string{"/usr/bin/python3", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--ignore", filepath.Join(suite, "test_mixed.py"), suite}
	var jobs []job
	for n := range timesCourse {
		jobs = append(jobs, job{
			name: "course/" + strconv.Itoa(n+1), group: "course", command: command,
			judge: func(res result, output string) []string {
				if want := fmt.Sprintf("%d passed", casesOfCourse); res.Exit != 0 || !strings.Contains(output, want) {
					return []string{fmt.Sprintf("exit code %d, and not %s", res.Exit, want)}
				}
				return nil
			},
		})
	}
	return jobs, nil
}
