// Package netns furnishes a network namespace from the inside: a helper that was started
// in a new one calls [Enter] and passes the listeners and sockets that it makes to the
// grader. Such sockets belong to the namespace for good and can be used anywhere.
//
// A node in the namespace finds nothing but loopback, on which the grader listens in the
// place of its peers.
package netns
