package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/fixture"
)

// A Target is the nodes to load.
type Target struct {
	Nodes []*url.URL
	IDs   bool // they are in the order of their ids
}

// errTarget: what should name the nodes does not.
var errTarget = errors.New("bad target")

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
			return nil, fmt.Errorf("%w: %s is named twice", errTarget, s)
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
	if err != nil || u.Scheme != "http" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, fmt.Errorf("%w: %q is no node's URL, want one such as http://127.0.0.1:8567", errTarget, s)
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return u, nil
}

// ReadConfig takes the nodes from a course's config.json.
func ReadConfig(file string) (*Target, error) {
	data, err := fixture.ReadFile(file)
	if err != nil {
		return nil, err
	}
	_, addresses, err := fixture.ParseConfig(file, data)
	if err != nil {
		return nil, err
	}
	t := &Target{IDs: true}
	for _, a := range addresses {
		t.Nodes = append(t.Nodes, &url.URL{Scheme: "http", Host: a.String()})
	}
	return t, nil
}

// maxCluster is the longest answer of an admin API that is read, in bytes.
const maxCluster = 1 << 20

// AskAdmin takes the nodes from a running emulator, of which the base URL of its
// admin API is given.
func AskAdmin(ctx context.Context, base string) (*Target, error) {
	u, err := parseNode(base)
	if err != nil {
		return nil, fmt.Errorf("%w: %q is no admin API's URL, want one such as http://127.0.0.1:8500", errTarget, base)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String()+"/v1/cluster", nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errTarget, err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(q)
	if err != nil {
		return nil, fmt.Errorf("%w: no emulator at %s: %w", ErrUnreachable, base, err)
	}
	defer response.Body.Close()
	var cluster struct {
		Nodes []struct{ URL string }
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxCluster))
	if err == nil {
		err = json.Unmarshal(body, &cluster)
	}
	if err != nil || response.StatusCode != http.StatusOK || len(cluster.Nodes) == 0 {
		return nil, fmt.Errorf("%w: what answers at %s (%s) is no emulator's admin API", ErrUnreachable, base, response.Status)
	}
	t := &Target{IDs: true}
	for _, n := range cluster.Nodes {
		u, err := parseNode(n.URL)
		if err != nil {
			return nil, err
		}
		t.Nodes = append(t.Nodes, u)
	}
	return t, nil
}
