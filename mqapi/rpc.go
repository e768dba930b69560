package mqapi

import (
	"cmp"
	"net/http"
	"strconv"

	"rrmq.example/emulator/mqapi/wire"
	"rrmq.example/emulator/raft"
)

// rpc delivers a message as if the sender in the path had sent it, and answers
// what the node answers.
func (s *server) rpc(w http.ResponseWriter, r *http.Request) error {
	sender, err := s.sender(r.URL.Path[len(rpcPrefix):])
	if err != nil {
		return err
	}
	body, err := readBody(r, cmp.Or(s.settings.MaxRPC, MaxBody))
	defer body.release()
	if err != nil {
		return err
	}
	decode := wire.Decode
	if s.settings.TrustPeers {
		decode = wire.DecodeAny
	}
	m, err := decode(body.bytes)
	if err != nil {
		return badRequest("%v", err)
	}
	if m.From != sender {
		return badRequest("the body is from node %d, but the path from node %d; they must be the same", m.From, sender)
	}
	m.To = s.node.ID()
	answer, err := s.node.RPC(r.Context(), m)
	if err != nil {
		return err
	}
	write(w, http.StatusOK, append(wire.Encode(answer), '\n'))
	return nil
}

// sender reads the path's last part, which must name another node of the cluster.
func (s *server) sender(name string) (raft.NodeID, error) {
	id, err := strconv.Atoi(name)
	if err != nil || strconv.Itoa(id) != name || id < 0 || id >= s.node.Nodes() || raft.NodeID(id) == s.node.ID() {
		return raft.None, &failure{status: http.StatusNotFound, reason: "no such sender " + strconv.QuoteToASCII(name) +
			"; it must be the id of another node, from 0 to " + strconv.Itoa(s.node.Nodes()-1) + " except " + strconv.Itoa(int(s.node.ID()))}
	}
	return raft.NodeID(id), nil
}
