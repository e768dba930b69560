// A node of a replicated message queue in Go: ./node config.json INDEX
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/rand"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	heartbeat   = 80 * time.Millisecond
	minElection = 500 * time.Millisecond
	maxElection = 1000 * time.Millisecond
	peerTimeout = 700 * time.Millisecond
	waitTimeout = 10 * time.Second
	maxEntries  = 200
)

type command struct {
	Op      string `json:"op"`
	Topic   string `json:"topic,omitempty"`
	Message string `json:"message,omitempty"`
}

type entry struct {
	Term    int         `json:"term"`
	Command command     `json:"command"`
	done    chan result // of the node that took the request
}

type result map[string]any

type node struct {
	mu       sync.Mutex
	id       int
	peers    []string // by index; "" is this node
	client   *http.Client
	role     string
	term     int
	votedFor int
	votes    map[int]bool
	log      []entry // log[0] is a sentinel
	commit   int
	applied  int
	next     []int
	match    []int
	deadline time.Time
	wake     []chan struct{} // for each peer: there is something to send
	lost     chan struct{}   // closed when this node stops leading
	topics   []string
	queues   map[string][]string
}

type voteRequest struct{ Term, Candidate, LastIndex, LastTerm int }
type appendRequest struct {
	Term, Leader, PrevIndex, PrevTerm, Commit int
	Entries                                   []entry
}
type reply struct {
	Term int
	OK   bool
	Len  int
}

// ---- elections

func (n *node) resetTimer() {
	n.deadline = time.Now().Add(minElection + time.Duration(rand.Int63n(int64(maxElection-minElection))))
}

func (n *node) runTimer() {
	for {
		time.Sleep(10 * time.Millisecond)
		n.mu.Lock()
		if n.role != "Leader" && time.Now().After(n.deadline) {
			n.startElection()
		}
		n.mu.Unlock()
	}
}

func (n *node) startElection() {
	n.role, n.votedFor = "Candidate", n.id
	n.term++
	n.votes = map[int]bool{n.id: true}
	n.resetTimer()
	n.countVotes()
	r := voteRequest{n.term, n.id, len(n.log) - 1, n.log[len(n.log)-1].Term}
	for i := range n.peers {
		if i != n.id {
			go n.askForVote(i, r)
		}
	}
}

func (n *node) askForVote(peer int, r voteRequest) {
	var a reply
	if !n.call(peer, "/vote", r, &a) {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.see(a.Term)
	if a.OK && n.role == "Candidate" && n.term == r.Term {
		n.votes[peer] = true
		n.countVotes()
	}
}

func (n *node) countVotes() {
	if len(n.votes) <= len(n.peers)/2 {
		return
	}
	n.role = "Leader"
	n.lost = make(chan struct{})
	for i := range n.peers {
		n.next[i], n.match[i] = len(n.log), 0
	}
	n.wakeAll()
}

// see follows in a term that is newer than ours.
func (n *node) see(term int) {
	if term <= n.term {
		return
	}
	if n.role == "Leader" {
		close(n.lost)
		n.resetTimer()
	}
	n.term, n.role, n.votedFor = term, "Follower", -1
}

func (n *node) onVote(r voteRequest) reply {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.see(r.Term)
	last := len(n.log) - 1
	upToDate := r.LastTerm > n.log[last].Term || r.LastTerm == n.log[last].Term && r.LastIndex >= last
	ok := r.Term == n.term && (n.votedFor == -1 || n.votedFor == r.Candidate) && upToDate
	if ok {
		n.votedFor = r.Candidate
		n.resetTimer()
	}
	return reply{Term: n.term, OK: ok}
}

// ---- replication

func (n *node) wakeAll() {
	for _, w := range n.wake {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

// replicate sends to one peer for as long as the program runs.
func (n *node) replicate(peer int) {
	tick := time.NewTicker(heartbeat)
	for {
		select {
		case <-tick.C:
		case <-n.wake[peer]:
		}
		for n.sendOnce(peer) {
		}
	}
}

// sendOnce sends one message, and reports whether there is more to send now.
func (n *node) sendOnce(peer int) bool {
	n.mu.Lock()
	if n.role != "Leader" {
		n.mu.Unlock()
		return false
	}
	prev := n.next[peer] - 1
	end := min(len(n.log), prev+1+maxEntries)
	entries := append([]entry{}, n.log[prev+1:end]...)
	r := appendRequest{n.term, n.id, prev, n.log[prev].Term, n.commit, entries}
	n.mu.Unlock()
	var a reply
	if !n.call(peer, "/append", r, &a) {
		return false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.see(a.Term)
	if n.role != "Leader" || n.term != r.Term {
		return false
	}
	if !a.OK {
		// Also below match: a peer that was started again has lost its log.
		n.next[peer] = max(1, min(prev, a.Len))
		return true
	}
	n.match[peer] = prev + len(entries)
	n.next[peer] = n.match[peer] + 1
	n.advanceCommit()
	return n.next[peer] < len(n.log)
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func max(a, b int) int { return -min(-a, -b) }

func (n *node) advanceCommit() {
	for i := len(n.log) - 1; i > n.commit && n.log[i].Term == n.term; i-- {
		have := 1
		for p, m := range n.match {
			if p != n.id && m >= i {
				have++
			}
		}
		if have > len(n.peers)/2 {
			n.commitTo(i)
			return
		}
	}
}

func (n *node) commitTo(index int) {
	n.commit = max(n.commit, index)
	for n.applied < n.commit {
		n.applied++
		e := &n.log[n.applied]
		r := n.apply(e.Command)
		if e.done != nil {
			e.done <- r
		}
	}
}

func (n *node) onAppend(r appendRequest) reply {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.see(r.Term)
	if r.Term < n.term {
		return reply{Term: n.term}
	}
	n.role = "Follower"
	n.resetTimer()
	if r.PrevIndex >= len(n.log) || n.log[r.PrevIndex].Term != r.PrevTerm {
		return reply{Term: n.term, Len: len(n.log)}
	}
	for i, e := range r.Entries {
		at := r.PrevIndex + 1 + i
		if at < len(n.log) && n.log[at].Term != e.Term {
			n.log = n.log[:at:at]
		}
		if at == len(n.log) {
			n.log = append(n.log, e)
		}
	}
	n.commitTo(min(r.Commit, r.PrevIndex+len(r.Entries)))
	return reply{Term: n.term, OK: true, Len: len(n.log)}
}

func (n *node) call(peer int, path string, request, answer any) bool {
	body, err := json.Marshal(request)
	if err != nil {
		log.Fatal(err)
	}
	resp, err := n.client.Post(n.peers[peer]+path, "application/json", bytes.NewReader(body))
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(answer) == nil && resp.StatusCode == 200
}

// ---- clients

func (n *node) apply(c command) result {
	messages, exists := n.queues[c.Topic]
	switch {
	case c.Op == "topics":
		return result{"success": true, "topics": append([]string{}, n.topics...)}
	case c.Op == "create" && !exists:
		n.topics = append(n.topics, c.Topic)
		n.queues[c.Topic] = nil
		return result{"success": true}
	case c.Op == "put" && exists:
		n.queues[c.Topic] = append(messages, c.Message)
		return result{"success": true}
	case c.Op == "pop" && len(messages) > 0:
		n.queues[c.Topic] = messages[1:]
		return result{"success": true, "message": messages[0]}
	}
	return result{"success": false}
}

// execute answers nil when the command may still be committed later.
func (n *node) execute(c command) result {
	n.mu.Lock()
	if n.role != "Leader" {
		n.mu.Unlock()
		return result{"success": false}
	}
	done := make(chan result, 1)
	n.log = append(n.log, entry{n.term, c, done})
	lost := n.lost
	n.advanceCommit()
	n.wakeAll()
	n.mu.Unlock()
	select {
	case r := <-done:
		return r
	case <-lost:
	case <-time.After(waitTimeout):
	}
	return nil
}

func (n *node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// A malformed body leaves the fields nil.
	var body struct{ Topic, Message *string }
	switch path := r.URL.EscapedPath(); {
	case path == "/vote":
		handle(w, r, n.onVote)
	case path == "/append":
		handle(w, r, n.onAppend)
	case path == "/status":
		n.mu.Lock()
		role, term := n.role, n.term
		n.mu.Unlock()
		answer(w, 200, map[string]any{"role": role, "term": term})
	case path == "/topic" && r.Method == "GET":
		n.serve(w, command{Op: "topics"})
	case path == "/topic" && r.Method == "PUT":
		if json.NewDecoder(r.Body).Decode(&body) != nil || body.Topic == nil {
			answer(w, 400, result{"success": false})
			return
		}
		n.serve(w, command{"create", *body.Topic, ""})
	case path == "/message" && r.Method == "PUT":
		if json.NewDecoder(r.Body).Decode(&body) != nil || body.Topic == nil || body.Message == nil {
			answer(w, 400, result{"success": false})
			return
		}
		n.serve(w, command{"put", *body.Topic, *body.Message})
	case strings.HasPrefix(path, "/message/") && r.Method == "GET":
		topic, err := url.PathUnescape(strings.TrimPrefix(path, "/message/"))
		if err != nil {
			answer(w, 400, result{"success": false})
			return
		}
		n.serve(w, command{"pop", topic, ""})
	default:
		answer(w, 404, result{"success": false})
	}
}

func handle[T any](w http.ResponseWriter, r *http.Request, do func(T) reply) {
	var m T
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
		http.Error(w, err.Error(), 400)
		return
	}
	answer(w, 200, do(m))
}

func (n *node) serve(w http.ResponseWriter, c command) {
	switch r := n.execute(c); {
	case r == nil:
		answer(w, 503, nil)
	case r["success"] == false:
		answer(w, 400, r)
	default:
		answer(w, 200, r)
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	text, err := io.ReadAll(file)
	if err != nil {
		log.Fatal(err)
	}
	var config struct {
		Addresses []struct {
			IP   string
			Port int
		}
	}
	if err := json.Unmarshal(text, &config); err != nil {
		log.Fatal(err)
	}
	id, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	n := &node{id: id, role: "Follower", votedFor: -1, log: make([]entry, 1), queues: map[string][]string{}}
	n.client = &http.Client{Timeout: peerTimeout}
	for _, a := range config.Addresses {
		n.peers = append(n.peers, fmt.Sprintf("http://%s:%d", strings.TrimPrefix(a.IP, "http://"), a.Port))
		n.wake = append(n.wake, make(chan struct{}, 1))
	}
	n.next, n.match = make([]int, len(n.peers)), make([]int, len(n.peers))
	n.resetTimer()
	go n.runTimer()
	for i := range n.peers {
		if i != id {
			go n.replicate(i)
		}
	}
	log.Fatal(http.ListenAndServe(strings.TrimPrefix(n.peers[id], "http://"), n))
}
