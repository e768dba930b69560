package play

import (
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
)

// scope says what a step may name, after the steps read so far.
func (r *reader) scope() syntax.Scope {
	return syntax.Scope{Nodes: r.nodes, Names: func() []string { return r.names.nodes.list }}
}

// who reads one node.
func (r *reader) who(v *source.Value) (Who, bool) { return r.scope().ReadOne(v) }

// whoOrAny reads the node that a client asks.
func (r *reader) whoOrAny(v *source.Value) (Who, bool) {
	if v.Is(syntax.Any) {
		return syntax.Named(syntax.Any), true
	}
	return r.who(v)
}

// cut reads a partition.
func (r *reader) cut(_ *source.Table, v *source.Value) Action {
	if v.Is(noCut) {
		return Cut{}
	}
	return Cut(r.scope().ReadCut(v))
}

// noCut is the partition without cuts.
const noCut = "none"
