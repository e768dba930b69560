package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// writeLicenses writes the licences of the program and of all modules into one file. Most
// of them must go with the binaries.
func writeLicenses(ctx context.Context, name string, modules []dependency) error {
	var b bytes.Buffer
	for _, d := range append([]dependency{{path: module}}, modules...) {
		dir, err := directory(ctx, d.path)
		if err != nil {
			return err
		}
		text, err := license(dir)
		if err != nil {
			return fmt.Errorf("%s: %w", d.path, err)
		}
		title := strings.TrimSpace(d.path + " " + d.version)
		fmt.Fprintf(&b, "%s\n%s\n\n%s\n\n", title, strings.Repeat("=", len(title)), text)
	}
	return os.WriteFile(name, bytes.TrimRight(b.Bytes(), "\n"), 0o644)
}

// directory returns where the source of a module is.
func directory(ctx context.Context, path string) (string, error) {
	ask := []string{"list", "-m", "-f", "{{.Dir}}", path}
	if path == "std" {
		ask = []string{"env", "GOROOT"}
	}
	out, err := exec.CommandContext(ctx, "go", ask...).Output()
	if dir := strings.TrimSpace(string(out)); err != nil || dir != "" {
		return dir, err
	}
	return "", fmt.Errorf("%s: its source is not here; run go mod download", path)
}

// license reads the licence files of a directory.
func license(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var texts []string
	for _, e := range entries {
		base, _, _ := strings.Cut(strings.ToUpper(e.Name()), ".")
		if e.IsDir() || !slices.Contains([]string{"LICENSE", "LICENCE", "COPYING", "NOTICE", "PATENTS"}, base) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", err
		}
		texts = append(texts, strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
	}
	if len(texts) == 0 {
		return "", errors.New("no licence file")
	}
	return strings.Join(texts, "\n\n"), nil
}
