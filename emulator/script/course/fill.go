package course

import (
	"encoding/json"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An Address is where a node listens, on 127.0.0.1.
type Address struct {
	Port     int
	Internal int // the second port; 0 if there is none
}

// placeholder matches a word in braces.
var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// Words lists the words that stand for something in a command and in the environment.
func Words() []string {
	return []string{"{config}", "{index}", "{port}", "{internal_port}", "{address}", "{addresses}"}
}

// own are the words that differ from node to node.
var own = []string{"{index}", "{port}", "{address}"}

// Command returns the command of node index and its further environment.
func (s *Start) Command(index int, addresses []Address) (args, env []string) {
	self := addresses[index]
	all := make([]string, len(addresses))
	for i, a := range addresses {
		all[i] = hostPort(a.Port)
	}
	fill := strings.NewReplacer(
		"{config}", s.ConfigFile,
		"{index}", strconv.Itoa(index),
		"{port}", strconv.Itoa(self.Port),
		"{internal_port}", strconv.Itoa(self.Internal),
		"{address}", hostPort(self.Port),
		"{addresses}", strings.Join(all, ","),
	)
	each := func(list []string) []string {
		filled := make([]string, len(list))
		for i, s := range list {
			filled[i] = fill.Replace(s)
		}
		return filled
	}
	return each(s.Args), each(s.Env)
}

func hostPort(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// Config returns the text of the file with the addresses of all nodes.
func (s *Start) Config(addresses []Address) []byte {
	type entry struct {
		IP       string `json:"ip"`
		Port     int    `json:"port"`
		Internal int    `json:"internal_port,omitempty"`
	}
	list := make([]entry, len(addresses))
	for i, a := range addresses {
		list[i] = entry{IP: s.IP, Port: a.Port}
		if s.Internal {
			list[i].Internal = a.Internal
		}
	}
	data, err := json.MarshalIndent(map[string][]entry{"addresses": list}, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("course: addresses cannot be written: %v", err))
	}
	return append(data, '\n')
}

// tellsApart reports whether the nodes' commands differ.
func (s *Start) tellsApart() bool {
	return slices.ContainsFunc(append(slices.Clone(s.Args), s.Env...), func(text string) bool {
		return slices.ContainsFunc(own, func(word string) bool { return strings.Contains(text, word) })
	})
}
