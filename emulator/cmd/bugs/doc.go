// Package bugs shows the bugs that can be planted in a node, to people and to
// programs, and reads how a command line plants them: -bug NAME[@NODES].
//
// The bugs themselves are those of package world, and most of them of package
// raft, where each stands beside the rule that it breaks.
package bugs
