// Package submissions holds small programs as students write them, against which the
// grader is graded: correct ones, ones with a mistake each, and broken ones.
//
//	s, err := submissions.Find("correct")
//	err = s.Assemble(dir)            // the folder that a student would hand in
//	wrong := s.Judge(verdicts)       // what the grader should not have said
//
// # Contract
//
//  1. Every folder beside this file with an expected.toml is a submission; those below bad
//     are broken. README.md describes the files.
//  2. A submission is complete only when assembled: those that say shared = true take
//     common/raft_node.py into their src folder.
//  3. Judge knows the names of scenarios only from expected.toml. A verdict of any kind that
//     says something bad about a program is refused unless the file names it.
package submissions

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// ErrUnknown means that there is no submission of this name.
var ErrUnknown = errors.New("no such submission")

// A Submission is a program and the verdicts that a grader must give it.
type Submission struct {
	Name string `toml:"-"`
	dir  string

	Is      string   `toml:"is"`      // what the program is
	Mistake string   `toml:"mistake"` // what is wrong with it; "" for a correct one
	Shared  bool     `toml:"shared"`  // it takes common/raft_node.py
	Needs   []string `toml:"needs"`   // modules of Python or commands, beside the standard library
	Must    []Rule   `toml:"must"`    // each is met by at least one verdict
	May     []Rule   `toml:"may"`     // further verdicts that are right
	Exit    []int    `toml:"exit"`    // exit codes of the grader; [0] if none is given
	Says    string   `toml:"says"`    // words that the grader must print
}

// A Rule names verdicts: of these kinds, on these scenarios.
type Rule struct {
	Scenarios []string `toml:"scenarios"` // globs for their names; none: all
	Parts     []string `toml:"parts"`     // pieces of the names of their parts of the course; none: all
	Kinds     []string `toml:"kinds"`
	All       bool     `toml:"all"` // a must: every verdict on such a scenario has such a kind
}

// Allows reports whether the rule names the verdict.
func (r Rule) Allows(v Verdict) bool {
	return r.matches(v) && slices.Contains(r.Kinds, v.Kind)
}

func (r Rule) matches(v Verdict) bool {
	named := slices.ContainsFunc(r.Scenarios, func(glob string) bool {
		ok, err := path.Match(glob, v.Scenario)
		return err == nil && ok
	})
	placed := slices.ContainsFunc(r.Parts, func(piece string) bool { return strings.Contains(v.Part, piece) })
	return (named || len(r.Scenarios) == 0) && (placed || len(r.Parts) == 0)
}

// here returns this folder, for programs that start anywhere in the repository; "." if they
// start elsewhere.
func here() string {
	up := "."
	for range 10 {
		dir := filepath.Join(up, "tests", "submissions")
		if _, err := os.Stat(filepath.Join(dir, "common", "raft_node.py")); err == nil {
			return dir
		}
		up = filepath.Join(up, "..")
	}
	return "."
}

// All returns all submissions, in order of their names.
func All() ([]Submission, error) {
	root := here()
	var all []Submission
	for _, pattern := range []string{"*", filepath.Join("bad", "*")} {
		files, err := filepath.Glob(filepath.Join(root, pattern, "expected.toml"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			s, err := read(root, file)
			if err != nil {
				return nil, err
			}
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no submissions in %s: start in the repository", root)
	}
	return all, nil
}

// Find returns the submission with this name. Its error wraps ErrUnknown.
func Find(name string) (Submission, error) {
	all, err := All()
	if err != nil {
		return Submission{}, err
	}
	for _, s := range all {
		if s.Name == name {
			return s, nil
		}
	}
	return Submission{}, fmt.Errorf("%q: %w", name, ErrUnknown)
}

func read(root, file string) (Submission, error) {
	var s Submission
	meta, err := toml.DecodeFile(file, &s)
	if err != nil {
		return s, fmt.Errorf("%s: %w", file, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return s, fmt.Errorf("%s: unknown keys %v", file, unknown)
	}
	if s.Is == "" {
		return s, fmt.Errorf("%s: is is missing", file)
	}
	for _, r := range append(slices.Clone(s.Must), s.May...) {
		if err := r.check(); err != nil {
			return s, fmt.Errorf("%s: %w", file, err)
		}
	}
	if len(s.Exit) == 0 {
		s.Exit = []int{0}
	}
	s.dir = filepath.Dir(file)
	name, err := filepath.Rel(root, s.dir)
	s.Name = filepath.ToSlash(name)
	return s, err
}

func (r Rule) check() error {
	if len(r.Kinds) == 0 {
		return errors.New("a rule has kinds")
	}
	for _, glob := range r.Scenarios {
		if _, err := path.Match(glob, ""); err != nil {
			return fmt.Errorf("%q: %w", glob, err)
		}
	}
	for _, kind := range r.Kinds {
		if !slices.Contains(kinds, kind) {
			return fmt.Errorf("%q is no kind of verdict; the kinds are %q", kind, kinds)
		}
	}
	return nil
}

// Course returns the course file that the submission comes with, or "".
func (s Submission) Course() string {
	file := filepath.Join(s.dir, "course.toml")
	if _, err := os.Stat(file); err != nil {
		return ""
	}
	return file
}

// Assemble writes the submission to the folder dir, which it makes.
func (s Submission) Assemble(dir string) error {
	err := filepath.WalkDir(s.dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(s.dir, file)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && d.Name() == "__pycache__":
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(dir, name), 0o755)
		case name == "expected.toml" || name == "course.toml":
			return nil
		}
		return copyFile(file, filepath.Join(dir, name))
	})
	if err == nil && s.Shared {
		const shared = "raft_node.py"
		err = copyFile(filepath.Join(here(), "common", shared), filepath.Join(dir, "src", shared))
	}
	return err
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, info.Mode())
}
