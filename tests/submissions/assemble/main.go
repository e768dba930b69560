// Command assemble writes submissions as students would hand them in.
//
//	go run ./tests/submissions/assemble FOLDER [NAME...]
//
// Each gets a folder of its name below FOLDER; without names all do. It prints the
// folders, each with the course file that it needs.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"rrmq.example/emulator/tests/submissions"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: assemble FOLDER [NAME...]")
		os.Exit(3)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "assemble:", err)
		os.Exit(3)
	}
}

func run(folder string, names []string) error {
	all, err := submissions.All()
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := submissions.Find(name); err != nil {
			return err
		}
	}
	for _, s := range all {
		if len(names) > 0 && !slices.Contains(names, s.Name) {
			continue
		}
		dir := filepath.Join(folder, filepath.FromSlash(s.Name))
		if err := s.Assemble(dir); err != nil {
			return err
		}
		fmt.Println(dir, s.Course())
	}
	return nil
}
