package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"

	"rrmq.example/emulator/tests/submissions"
)

// writeTables writes what all results show, in Markdown.
func writeTables(w io.Writer, done map[string]result) error {
	all := slices.SortedFunc(maps.Values(done), func(a, b result) int { return strings.Compare(a.Job, b.Job) })
	by := map[string][]result{}
	for _, r := range all {
		by[r.Group] = append(by[r.Group], r)
	}
	writeGroups(w, by)
	if err := writeSubmissions(w, by["submissions"]); err != nil {
		return err
	}
	writeScenarios(w, append(slices.Clone(by["idle"]), by["busy"]...))
	if err := writeBugs(w, append(slices.Clone(by["bugs"]), by["aimed"]...)); err != nil {
		return err
	}
	writeComplaints(w, all)
	return nil
}

// writeGroups writes a line for each group.
func writeGroups(w io.Writer, by map[string][]result) {
	fmt.Fprintln(w, "\n| group | jobs | as expected | seconds: least | median | most |\n| --- | --- | --- | --- | --- | --- |")
	for _, g := range groups {
		if len(by[g]) == 0 {
			continue
		}
		var seconds []float64
		fine := 0
		for _, r := range by[g] {
			seconds = append(seconds, r.Seconds)
			if len(r.Complaints) == 0 {
				fine++
			}
		}
		sort.Float64s(seconds)
		n := len(seconds)
		fmt.Fprintf(w, "| %s | %d | %d | %.1f | %.1f | %.1f |\n", g, n, fine, seconds[0], seconds[n/2], seconds[n-1])
	}
}

// writeSubmissions writes what the grader said about each program.
func writeSubmissions(w io.Writer, results []result) error {
	if len(results) == 0 {
		return nil
	}
	all, err := submissions.All()
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "\n| submission | what it is | as expected | verdicts | seconds |\n| --- | --- | --- | --- | --- |")
	for _, s := range all {
		var mine []result
		for _, r := range results {
			if strings.HasPrefix(r.Job, "submissions/"+s.Name+"/") && strings.Count(r.Job, "/") == strings.Count(s.Name, "/")+2 {
				mine = append(mine, r)
			}
		}
		if len(mine) == 0 {
			continue
		}
		fine, seconds := 0, 0.0
		for _, r := range mine {
			seconds += r.Seconds / float64(len(mine))
			if len(r.Complaints) == 0 {
				fine++
			}
		}
		fmt.Fprintf(w, "| %s | %s | %d of %d | %s | %.0f |\n", s.Name, s.Is, fine, len(mine), kindsOf(mine, 3), seconds)
	}
	return nil
}

// kindsOf lists the kinds of verdicts against a program, each with the scenarios that have it
// in any of the results. It names at most a number of scenarios for each kind.
func kindsOf(results []result, most int) string {
	scenarios := map[string]map[string]bool{}
	for _, r := range results {
		for _, v := range r.shown() {
			if scenarios[v.Kind] == nil {
				scenarios[v.Kind] = map[string]bool{}
			}
			scenarios[v.Kind][v.Scenario] = true
		}
	}
	var list []string
	for _, kind := range against {
		if n := len(scenarios[kind]); n > 0 {
			names := slices.Sorted(maps.Keys(scenarios[kind]))
			more := ""
			if n > most {
				names, more = names[:most], fmt.Sprintf(" and %d more", n-most)
			}
			list = append(list, fmt.Sprintf("*%s*: %s%s", kind, strings.Join(names, ", "), more))
		}
	}
	if len(list) == 0 {
		return "none against it"
	}
	return strings.Join(list, "; ")
}

// writeScenarios lists the scenarios that a healthy node did not always pass.
func writeScenarios(w io.Writer, results []result) {
	if len(results) == 0 {
		return
	}
	type count struct{ runs, passed int }
	counts := map[string]*count{}
	for _, r := range results {
		for _, v := range r.verdicts() {
			key := r.Group + " " + v.Scenario
			if counts[key] == nil {
				counts[key] = &count{}
			}
			counts[key].runs++
			if v.Kind == "passed" {
				counts[key].passed++
			}
		}
	}
	fmt.Fprintln(w, "\n| a healthy node | runs | passed |\n| --- | --- | --- |")
	always := map[string]int{}
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		c := counts[key]
		if c.passed == c.runs {
			group, _, _ := strings.Cut(key, " ")
			always[fmt.Sprintf("%s: scenarios passed in each of %d runs", group, c.runs)]++
			continue
		}
		fmt.Fprintf(w, "| %s | %d | %d |\n", key, c.runs, c.passed)
	}
	for _, text := range slices.Sorted(maps.Keys(always)) {
		fmt.Fprintf(w, "| %s | | %d |\n", text, always[text])
	}
}

// writeBugs writes which planted bugs show from outside, and how.
func writeBugs(w io.Writer, results []result) error {
	if len(results) == 0 {
		return nil
	}
	hidden, err := readHidden()
	if err != nil {
		return err
	}
	by := map[string][]result{}
	for _, r := range results {
		name := strings.Split(r.Job, "/")[1]
		by[name] = append(by[name], r)
	}
	fmt.Fprintln(w, "\n| bug | seen | by |\n| --- | --- | --- |")
	for _, name := range slices.Sorted(maps.Keys(by)) {
		seen := 0
		for _, r := range by[name] {
			if len(r.shown()) > 0 {
				seen++
			}
		}
		text := kindsOf(by[name], math.MaxInt)
		if seen == 0 && hidden[name] != "" {
			text = "hidden: " + hidden[name]
		}
		fmt.Fprintf(w, "| `%s` | %d of %d | %s |\n", name, seen, len(by[name]), text)
	}
	return nil
}

// writeComplaints lists the jobs whose verdicts are not as expected.
func writeComplaints(w io.Writer, all []result) {
	for _, r := range all {
		for i, c := range r.Complaints {
			if i == 0 {
				fmt.Fprintf(w, "\n%s:\n", r.Job)
			}
			if i == 8 {
				fmt.Fprintf(w, "  and %d more\n", len(r.Complaints)-i)
				break
			}
			fmt.Fprintf(w, "  %s\n", c)
		}
	}
}
