// Package netns furnishes a network namespace from the inside: a helper that was started
// in a new one calls [Enter] and passes the listeners and sockets that it makes to the
// grader. Such sockets belong to the namespace for good and can be used anywhere.
//
// A node in the namespace finds nothing but loopback, on which the grader listens
// instead of its peers. Every IPv4 address is one of loopback's, so that a program reaches
// its peers by any address of the machine, may listen there, and is refused at once
// where nobody listens. Loopback has an address besides 127.0.0.1: some programs look
// for one before they look up names.
package netns
