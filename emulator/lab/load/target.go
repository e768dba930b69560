package load

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/serve/api"
)

// A Target is the nodes to put under load.
type Target struct {
	Nodes []*url.URL
	IDs   bool // they are in the order of their ids
	// Notes are what was tolerated in a config.json.
	Notes []source.Problem

	admin *adminAPI // of the emulator that hosts them; nil: none is known
}

// ErrTarget: a description of the nodes is not valid.
var ErrTarget = errors.New("bad target")

// ParseNodes reads the nodes' base URLs, separated by commas. The scheme may be
// missing.
func ParseNodes(list string) (*Target, error) {
	t := &Target{}
	seen := map[string]bool{}
	for _, s := range strings.Split(list, ",") {
		u, err := parseNode(strings.TrimSpace(s))
		if err != nil {
			return nil, err
		}
		if seen[placeOf(u)] {
			return nil, fmt.Errorf("%w: %s is named twice", ErrTarget, s)
		}
		seen[placeOf(u)] = true
		t.Nodes = append(t.Nodes, u)
	}
	return t, nil
}

func parseNode(s string) (*url.URL, error) {
	full := s
	if !strings.Contains(s, "://") {
		full = "http://" + s
	}
	u, err := url.Parse(full)
	if err != nil || u.Scheme != "http" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || !isPort(u.Port()) {
		return nil, fmt.Errorf("%w: %q is no node's URL, want one such as http://127.0.0.1:8567", ErrTarget, s)
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return u, nil
}

// isPort reports whether a URL's port is valid or absent.
func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// ReadConfig reads the nodes from a course's config.json.
func ReadConfig(file string) (*Target, error) {
	data, err := source.ReadFile(file)
	if err != nil {
		return nil, err
	}
	read, err := config.Parse(file, data)
	if err != nil {
		return nil, err
	}
	t := &Target{IDs: true, Notes: read.Notes}
	for _, a := range read.Addresses {
		t.Nodes = append(t.Nodes, &url.URL{Scheme: "http", Host: a.String()})
	}
	return t, nil
}

// AskAdmin asks a running emulator for its nodes, at the base URL of its admin API.
// The report of a run then lists the changes to them.
func AskAdmin(ctx context.Context, base string) (*Target, error) {
	u, err := parseNode(base)
	if err != nil {
		return nil, fmt.Errorf("%w: %q is no admin API's URL, want one such as http://127.0.0.1:8500", ErrTarget, base)
	}
	a := &adminAPI{}
	if a.client, err = api.NewClient(u.String()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTarget, err)
	}
	if a.start, err = a.read(ctx); err != nil {
		return nil, err
	}
	t := &Target{IDs: true, admin: a}
	for _, n := range a.start.Nodes {
		u, err := parseNode(n.URL)
		if err != nil {
			return nil, err
		}
		t.Nodes = append(t.Nodes, u)
	}
	return t, nil
}
