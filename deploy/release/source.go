package main

import (
	"context"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// A source is what a binary says about the source that it was built from.
type source struct {
	version  string // v1.2.3 or dev
	commit   string // "" outside of a repository
	time     string // of the commit
	modified bool   // files differ from the commit
}

// readSource asks git. Outside of a repository the source is only dev.
func readSource(ctx context.Context) source {
	s := source{version: "dev"}
	git := func(args ...string) string {
		out, err := exec.CommandContext(ctx, "git", args...).Output()
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(out))
	}
	if s.commit = git("rev-parse", "HEAD"); s.commit == "" {
		return s
	}
	if at, err := strconv.ParseInt(git("log", "-1", "--format=%ct"), 10, 64); err == nil {
		s.time = time.Unix(at, 0).UTC().Format(time.RFC3339)
	}
	s.modified = git("status", "--porcelain") != ""
	if tag := git("describe", "--tags", "--exact-match", "--match", "v*"); tag != "" && !s.modified {
		s.version = tag
	}
	return s
}
