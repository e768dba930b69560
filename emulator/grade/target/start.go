package target

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/grade/judge"
	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/text"
)

const (
	// askEvery is the time between two attempts to reach a node that is starting.
	askEvery = 20 * time.Millisecond
	// askTime bounds one of them.
	askTime = time.Second
	// attachTime is the time that a user has to start a node.
	attachTime = 12 * time.Hour
)

// start writes the nodes' configuration, starts the nodes, and waits until each answers. Then
// the scenario's time begins.
func (t *cluster) start(ctx context.Context) error {
	if err := t.startable(); err != nil {
		return err
	}
	if err := t.configure(); err != nil {
		return err
	}
	t.o.Progress("starting " + text.Count(len(t.nodes), "node"))
	for _, n := range t.nodes {
		if err := t.launch(n); err != nil {
			return err
		}
	}
	if err := t.ready(ctx, t.nodes); err != nil {
		return err
	}
	t.begun.Go(t.watchClock)
	t.mu.Lock()
	t.zero = time.Now()
	t.acting, t.changed = true, 0
	t.mu.Unlock()
	if t.looks {
		for _, n := range t.nodes {
			t.begun.Go(func() { t.poll(n) })
		}
	}
	return t.faults()
}

// startable reports a start state that no program of others can be brought into.
func (t *cluster) startable() error {
	for i := range t.fixture.Nodes {
		if n := &t.fixture.Nodes[i]; n.Term != 0 || len(n.Log) > 0 || n.Role != 0 || n.Down || n.Paused || n.Bug != "" {
			return fmt.Errorf("the start state of node %d: %w", i, errCannotStart)
		}
	}
	if len(t.fixture.Messages) > 0 {
		return fmt.Errorf("messages on their way at the start: %w", errCannotStart)
	}
	return nil
}

// faults makes the faults that are in force from the start.
func (t *cluster) faults() error {
	var changes []fault.Change
	if links := t.fixture.Config().Cuts; len(links) > 0 {
		changes = append(changes, fault.Change{Kind: fault.Partition, Links: links})
	}
	for i := range t.fixture.Faults {
		rule := t.fixture.Faults[i]
		changes = append(changes, fault.Change{Kind: fault.SetRule, Rule: &rule})
	}
	return t.Change(t.ctx, changes)
}

// configure writes the file with the addresses of all nodes, as a suite does: into the folder
// in which the nodes start. Where the addresses differ from node to node, each has a file of
// its own; the one with the usual name has the nodes' own addresses.
func (t *cluster) configure() error {
	s := &t.o.Course.Start
	if s.ConfigFile == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(t.inDir(s.ConfigFile)), 0o755); err != nil {
		return err
	}
	own := make([]course.Address, len(t.nodes))
	for i := range t.nodes {
		own[i] = t.addresses(i)[i]
	}
	if err := os.WriteFile(t.inDir(s.ConfigFile), s.Config(own), 0o644); err != nil {
		return err
	}
	for i := range t.nodes {
		if file := t.configOf(i); file != s.ConfigFile {
			if err := os.WriteFile(t.inDir(file), s.Config(t.addresses(i)), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// inDir returns the path of a file in the folder in which nodes start.
func (t *cluster) inDir(file string) string {
	return filepath.Join(t.o.Dir, filepath.FromSlash(t.o.Course.Start.Dir), filepath.FromSlash(file))
}

// configOf returns the name of a node's configuration.
func (t *cluster) configOf(i int) string {
	name := t.o.Course.Start.ConfigFile
	if t.o.Mode != room.Proxy || name == "" || len(t.nodes) == 1 {
		return name
	}
	ext := filepath.Ext(name)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), i, ext)
}

// addresses returns all nodes' addresses as a node sees them.
func (t *cluster) addresses(i int) []course.Address {
	list := t.rooms.Addresses(i)
	all := make([]course.Address, len(list))
	for k, a := range list {
		all[k] = course.Address(a)
	}
	return all
}

// command returns the command that starts a node.
func (t *cluster) command(i int) room.Command {
	args, env := t.words(i, t.configOf(i))
	return room.Command{Args: args, Dir: t.inDir("."), Env: environment(env)}
}

// words returns the words of the command that starts a node, and what the course adds to its
// environment.
func (t *cluster) words(i int, config string) (args, env []string) {
	s := t.o.Course.Start
	s.ConfigFile = config
	return s.Command(i, t.addresses(i))
}

// launch starts the process of a node.
func (t *cluster) launch(n *node) error {
	if t.o.Attach == n.index {
		t.attach(n)
		return nil
	}
	c := t.command(n.index)
	if t.o.Output != nil {
		c.Output = t.output(n.index)
	}
	p, err := t.rooms.Start(n.index, c)
	switch {
	case err != nil && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, exec.ErrNotFound)):
		t.unstartable(n, err)
		return errOver
	case err != nil:
		return err
	}
	t.mu.Lock()
	n.process, n.up, n.paused, n.ending, n.known, n.tried = p, true, false, false, false, -1
	t.mu.Unlock()
	t.links.SetUp(n.index, true)
	t.begun.Go(func() { t.mourn(n, p) })
	return nil
}

// unstartable records that the command of a node is no program.
func (t *cluster) unstartable(n *node, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.record.Unready = append(t.record.Unready, judge.End{Node: n.index, At: t.since(), Exit: err.Error()})
	t.failLocked(errOver)
}

// mourn waits for the end of a process. If nobody asked for it, the scenario is over.
func (t *cluster) mourn(n *node, p process) {
	select {
	case <-p.Done():
		t.ended(n, p)
	case <-t.ctx.Done():
	}
}

// ended records that a process has ended. If nobody asked for it, the scenario is over.
func (t *cluster) ended(n *node, p process) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n.process != p || n.ending {
		return
	}
	n.up, n.ending = false, true
	exit := p.Exit()
	t.record.Ends = append(t.record.Ends, judge.End{
		Node: n.index, At: t.since(), Exit: exit, Killed: strings.Contains(exit, "SIGKILL"),
	})
	t.failLocked(errOver)
}

// ready waits until nodes answer.
func (t *cluster) ready(ctx context.Context, nodes []*node) error {
	limit := t.o.Course.Start.Ready
	if t.attached(nodes) {
		limit = attachTime
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var all sync.WaitGroup
	for _, n := range nodes {
		all.Go(func() {
			said, ok := t.answers(limited, n)
			switch {
			case !ok && ctx.Err() == nil:
				t.unready(n, said)
				cancel() // the others need not be waited for
			case ok && n.index == t.o.Attach:
				t.o.Progress(fmt.Sprintf("node %d answers, go on", n.index))
			}
		})
	}
	all.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed != nil {
		return t.failed
	}
	return ctx.Err()
}

// answers waits until a node answers any request, or ends, or the scenario is over. It returns
// what the node said last instead.
func (t *cluster) answers(ctx context.Context, n *node) (said string, ok bool) {
	for ctx.Err() == nil && !t.hasEnded(n) {
		asking, stop := context.WithTimeout(ctx, askTime)
		r := t.exchange(asking, n.index, http.MethodGet, "/", nil, nil)
		stop()
		if r.status != 0 {
			return "", true
		}
		if ctx.Err() == nil {
			said = r.problem
		}
		_ = wait(ctx, nil, askEvery)
	}
	return said, false
}

// hasEnded reports whether the process of a node has ended.
func (t *cluster) hasEnded(n *node) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return n.process != nil && n.process.Exit() != ""
}

// unready records that a node did not start, unless another one decides already.
func (t *cluster) unready(n *node, said string) {
	var listens []int
	if r, ok := t.rooms.(interface{ Listens(i int) []int }); ok {
		listens = r.Listens(n.index)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.record.Unready) > 0 {
		return
	}
	x := judge.End{Node: n.index, Port: t.rooms.Addresses(n.index)[n.index].Port, At: t.since(), Said: said, Listens: listens}
	if n.process != nil {
		x.Exit = n.process.Exit()
	}
	t.record.Unready = append(t.record.Unready, x)
	t.failLocked(errOver)
}
