package load

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

// A workload is a mix of requests.
type workload struct {
	name, doc string
	puts      int // of 100 requests,
	pops      int
	lists     int // GET /topic; the rest of the 100 creates topics
	hot       int // of 100 puts and pops, the number that always goes to the first topic
	one       bool
	fill      int // messages put into each topic first, unless Options.Fill says otherwise
}

var workloads = []workload{
	{name: "mixed", doc: "puts and pops on all topics, some new topics and lists of topics", puts: 50, pops: 45, lists: 4},
	{name: "put", doc: "only puts, on all topics", puts: 100},
	{name: "pop", doc: "only pops, from topics filled before", pops: 100, fill: 1000},
	{name: "topics", doc: "new topics, existing topics, and lists of topics", lists: 50},
	{name: "one-topic", doc: "puts and pops on one topic, so that the whole order counts", puts: 50, pops: 50, one: true},
	{name: "hot", doc: "puts and pops, 80 of 100 on one topic", puts: 50, pops: 50, hot: 80},
}

func findWorkload(name string) (*workload, error) {
	var names []string
	for i := range workloads {
		if workloads[i].name == name {
			return &workloads[i], nil
		}
		names = append(names, workloads[i].name)
	}
	return nil, fmt.Errorf("workload %q: want one of %s", name, strings.Join(names, ", "))
}

// Workloads returns the names of all workloads, and what each sends.
func Workloads() (names, docs []string) {
	for _, w := range workloads {
		names, docs = append(names, w.name), append(docs, w.doc)
	}
	return names, docs
}

// newTopics bounds the number of topics that a workload creates, so that the list
// that every GET /topic returns stays short.
const newTopics = 200

// A script is the sequence of commands of one client: a function of the
// workload, the topics, the seed and the client's number.
type script struct {
	work   *workload
	prefix string
	topics []string
	client int
	random *rand.Rand
	count  int
}

func newScript(work *workload, prefix string, topics []string, seed uint64, client int) *script {
	return &script{work, prefix, topics, client, rand.New(rand.NewPCG(seed, uint64(client))), 0}
}

// next returns the next command. The text of each message is unique in a run.
func (s *script) next() machine.Command {
	s.count++
	kind, hot, topic := s.random.IntN(100), s.random.IntN(100), s.random.IntN(len(s.topics))
	if hot < s.work.hot {
		topic = 0
	}
	switch w := s.work; {
	case kind < w.puts:
		return queue.PutMessage.With(s.topics[topic], payload(s.client, s.count))
	case kind < w.puts+w.pops:
		return queue.PopMessage.With(s.topics[topic])
	case kind < w.puts+w.pops+w.lists:
		return queue.GetTopics.With()
	}
	return queue.PutTopic.With(s.prefix + "new-" + strconv.Itoa(s.random.IntN(newTopics)))
}

// payload is the text of a client's nth message.
func payload(client, n int) string { return strconv.Itoa(client) + "-" + strconv.Itoa(n) }

// topicNames names the topics that a run puts to and pops from.
func topicNames(prefix string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = prefix + strconv.Itoa(i)
	}
	return names
}
